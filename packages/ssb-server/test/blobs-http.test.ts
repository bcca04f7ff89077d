import { writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import { encryptBlob } from '@scuttlebot/ssb-blobs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { World } from './world.ts'

const PNG = Uint8Array.from([
  ...[0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
  ...Array.from({ length: 200_000 }, (_, n) => n % 251),
])
const PAGE = new TextEncoder().encode('<script>alert(1)</script>')

const world = new World()
let port = 0
let id = ''
let page = ''
let secret = ''
beforeAll(async () => {
  await world.start('--ws.port', '0')
  const address = JSON.parse((await world.sbot(['--json', 'address', 'device'])).out) as string
  port = Number(/ws:\/\/127\.0\.0\.1:(\d+)~/.exec(address)?.[1])
  const add = async (bytes: Uint8Array): Promise<string> => {
    const file = join(world.home, 'file')
    writeFileSync(file, bytes)
    return (await world.sbot(['blobs.add', file])).out.trim()
  }
  id = await add(PNG)
  page = await add(PAGE)
  const { bytes, link } = encryptBlob(PNG)
  await add(bytes)
  secret = link
})
afterAll(() => world.end())

interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: Buffer
}

function ask(path: string, headers: object = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, path, method, headers: { ...headers } }
    const asked = request(options, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks),
        }),
      )
    })
    asked.on('error', reject).end()
  })
}

const path = (of: string): string => `/blobs/get/${of}`

describe('a blob over HTTP, of a started server', () => {
  test('whole, with a safe type and nothing that could run', async () => {
    const { status, headers, body } = await ask(path(encodeURIComponent(id)))
    expect(status).toBe(200)
    expect(body.equals(PNG)).toBe(true)
    expect(headers).toMatchObject({
      'content-type': 'image/png',
      'content-length': String(PNG.length),
      'content-security-policy': "default-src 'none'; sandbox",
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
    })
    const html = await ask(path(page))
    expect(html.body.equals(PAGE)).toBe(true)
    expect(html.headers['content-type']).toBe('text/plain; charset=utf-8')
  })

  test('HEAD says the same without the body', async () => {
    const { status, headers, body } = await ask(path(id), {}, 'HEAD')
    expect([status, body.length]).toEqual([200, 0])
    expect(headers['content-length']).toBe(String(PNG.length))
  })

  test.each([
    ['bytes=0-0', 206, 0, 1],
    ['bytes=65530-65545', 206, 65_530, 65_546],
    ['bytes=-8', 206, PNG.length - 8, PNG.length],
    ['bytes=200000-', 206, 200_000, PNG.length],
    ['bytes=5-2', 200, 0, PNG.length],
    ['lines=1-2', 200, 0, PNG.length],
  ])('range %s', async (range, expected, start, end) => {
    const { status, body } = await ask(path(id), { range })
    expect(status).toBe(expected)
    expect(body.equals(PNG.slice(start, end))).toBe(true)
  })

  test('a range that lies outside, and one that is known already', async () => {
    expect((await ask(path(id), { range: `bytes=${PNG.length}-` })).status).toBe(416)
    const etag = `"${id.slice(1, 45)}"`
    expect((await ask(path(id), { 'if-none-match': etag })).status).toBe(304)
  })

  test('an encrypted one, with its key in the link', async () => {
    const { status, headers, body } = await ask(path(secret))
    expect([status, headers['content-type']]).toEqual([200, 'image/png'])
    expect(body.equals(PNG)).toBe(true)
    const wrong = `${secret.split('?')[0]}?unbox=${Buffer.alloc(32).toString('base64')}.boxs`
    expect((await ask(path(wrong))).status).toBe(400)
  })

  test.each([
    ['one that is not here', path(`&${'A'.repeat(43)}=.sha256`), 404],
    ['nothing', path(''), 400],
    ['the folder', path('..%2f..%2fsecret'), 400],
    ['the folder, plain', path('../../secret'), 400],
    ['a zero byte', path('%00'), 400],
    ['a broken escape', path('%zz'), 400],
    ['another place', '/secret', 404],
    ['the root', '/', 404],
    ['a long name', path('a'.repeat(8_000)), 400],
  ])('%s is refused', async (_, url, expected) => {
    const { status, body } = await ask(url)
    expect(status).toBe(expected)
    expect(body.toString()).not.toContain('private')
  })

  test('headers beyond all bounds end the connection', async () => {
    expect((await ask(path(id), { x: 'y'.repeat(20_000) })).status).toBe(431)
  })

  test('only reading, and only under names that are ours', async () => {
    expect((await ask(path(id), {}, 'POST')).status).toBe(405)
    expect((await ask(path(id), {}, 'DELETE')).status).toBe(405)
    const evil = { origin: 'http://evil.example' }
    expect((await ask(path(id), evil, 'POST')).status).toBe(403)
    expect((await ask(path(id), { host: 'evil.example' })).status).toBe(421)
    expect((await ask(path(id), { host: `evil.example:${port}` })).status).toBe(421)
    expect((await ask(path(id), { host: 'localhost' })).status).toBe(200)
  })

  test('to this machine alone, also when a proxy of this machine asks', async () => {
    const { status, body } = await ask(path(id), { 'x-forwarded-for': '203.0.113.1' })
    expect(status).toBe(403)
    expect(body.toString()).toBe('blobs are served to this machine only\n')
  })

  test('one who leaves in the middle harms nobody', async () => {
    await new Promise<void>((resolve) => {
      const socket = connect({ host: '127.0.0.1', port }, () => {
        socket.write(`GET ${path(id)} HTTP/1.1\r\nhost: localhost\r\n\r\n`)
        socket.once('data', () => socket.destroy())
      })
      socket.on('close', () => resolve())
    })
    expect((await ask(path(id))).status).toBe(200)
  })
})

/** Ask another server for the blob. */
async function askAnother(flags: readonly string[], headers: object = {}): Promise<Answer> {
  const other = new World()
  const kept = port
  try {
    await other.start('--ws.port', '0', ...flags)
    const address = JSON.parse((await other.sbot(['--json', 'address', 'device'])).out) as string
    port = Number(/ws:\/\/127\.0\.0\.1:(\d+)~/.exec(address)?.[1])
    return await ask(path(id), headers)
  } finally {
    port = kept
    await other.end()
  }
}

test('with HTTP off, there is nothing', async () => {
  expect((await askAnother(['--no-ws.http'])).status).toBe(404)
})

test.each(['localhost', 'pub.example.org'])(
  'to nobody by the name of %s where a tunnel or proxy stands in front',
  async (host) => {
    const { status, body } = await askAnother(['--ws.external', 'pub.example.org'], { host })
    expect(status).toBe(403)
    expect(body.toString()).toBe('blobs are served to this machine only\n')
  },
)
