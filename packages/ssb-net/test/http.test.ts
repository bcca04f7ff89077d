import { request } from 'node:http'
import { afterEach, describe, expect, test } from 'vitest'
import { callerOf, type HttpCaller } from '../src/http.ts'
import { start, stopAll } from './helpers.ts'

afterEach(() => stopAll())

type Headers = Readonly<Record<string, string>>

const here: HttpCaller = { isLocal: true, isFromWeb: false }
const local = { host: 'localhost:8989' }

describe('a program of this machine asks for itself', () => {
  const callerFrom = (remoteAddress: string | undefined, headers: Headers = local) =>
    callerOf({ socket: { remoteAddress }, headers })

  test.each([
    ['127.0.0.1', true],
    ['127.8.8.8', true],
    ['::1', true],
    ['::ffff:127.0.0.1', true],
    ['::FFFF:127.0.0.1', true],
    ['::ffff:9.9.9.9', false],
    ['9.9.9.9', false],
    ['192.168.1.2', false],
    ['127.0.0.1.evil.example', false],
    ['2001:db8::1', false],
    ['fe80::1', false],
    ['', false],
    [undefined, false],
  ])('the socket comes from %s: %s', (address, isLocal) => {
    expect(callerFrom(address).isLocal).toBe(isLocal)
  })

  test.each([
    ['localhost', true],
    ['LOCALHOST:80', true],
    ['127.0.0.1:8989', true],
    ['[::1]:8989', true],
    ['pub.example.org', false],
    ['abcdef.onion', false],
    ['192.168.1.2:8989', false],
    ['localhost.evil.example', false],
    ['[::1]evil.example', false],
    ['localhost@evil.example', false],
    ['', false],
  ])('it asks for %s: %s', (host, isLocal) => {
    expect(callerFrom('127.0.0.1', { host }).isLocal).toBe(isLocal)
  })

  test.each([
    ['1.0', false],
    ['1.1', true],
    ['2.0', true],
  ])('it speaks HTTP %s, which in 1.0 only proxies do: %s', (httpVersion, isLocal) => {
    const socket = { remoteAddress: '127.0.0.1' }
    expect(callerOf({ socket, headers: local, httpVersion }).isLocal).toBe(isLocal)
  })

  test.each([
    ['forwarded', 'for=203.0.113.1'],
    ['via', '1.1 proxy'],
    ['x-forwarded-for', '127.0.0.1'],
    ['x-forwarded-host', 'localhost'],
    ['x-forwarded-proto', 'https'],
    ['x-real-ip', '203.0.113.1'],
    ['x-forwarded-for', ''],
  ])('not with the header %s: %s', (name, value) => {
    expect(callerFrom('127.0.0.1', { ...local, [name]: value }).isLocal).toBe(false)
  })

  test('no host at all', () => expect(callerFrom('::1', {}).isLocal).toBe(false))
})

test.each<[string, Headers, boolean]>([
  ['none', {}, false],
  ['a page of this machine', { origin: 'http://localhost:1234' }, false],
  ['a page of this machine, by address', { referer: 'http://[::1]:1234/page' }, false],
  ['a page in a file', { origin: 'file://' }, false],
  ['a page of the web', { referer: 'https://evil.example/localhost' }, true],
  ['another page of the web', { origin: 'http://evil.example' }, true],
  ['one under a name like ours', { origin: 'http://localhost.evil.example' }, true],
  ['one that hides its name', { 'sec-fetch-site': 'cross-site' }, true],
  ['one that this server has sent', { 'sec-fetch-site': 'same-origin' }, false],
  ['an origin that is none', { origin: 'http://[' }, true],
])('a page asks: %s', (_, headers, isFromWeb) => {
  const socket = { remoteAddress: '127.0.0.1' }
  expect(callerOf({ socket, headers: { ...local, ...headers } })).toEqual({ ...here, isFromWeb })
})

/** Ask a server with a handler that notes who asks. */
async function asking(host: string, external?: string) {
  const spec = external === undefined ? {} : { external }
  const server = await start(1, { listen: [{ transport: 'ws', host, port: 0, ...spec }] })
  const seen: HttpCaller[] = []
  server.api.http.use((_, response, caller) => {
    seen.push(caller)
    response.end()
    return true
  })
  const [{ port } = { port: 0 }] = server.api.http.places()
  const ask = (headers: Headers): Promise<void> =>
    new Promise((resolve, reject) => {
      const asked = request({ host, port, headers }, (response) => {
        response.resume().on('end', resolve)
      })
      asked.on('error', reject).end()
    })
  return { seen, ask }
}

test.each(['127.0.0.1', '::1'])('handlers are told who asks, on %s', async (host) => {
  const { seen, ask } = await asking(host)
  await ask({})
  await ask({ 'X-Forwarded-For': '203.0.113.1' })
  await ask({ Origin: 'https://evil.example' })
  expect(seen).toEqual([here, { ...here, isLocal: false }, { ...here, isFromWeb: true }])
})

test('where a proxy may stand in front, nobody counts as of this machine', async () => {
  const { seen, ask } = await asking('127.0.0.1', 'pub.example')
  await ask({})
  await ask({ Host: 'localhost' })
  expect(seen.map(({ isLocal }) => isLocal)).toEqual([false, false])
})

test.each<[string, Headers, number]>([
  ['a program', {}, 101],
  ['a page that this server has sent', { Origin: 'http://localhost:1234' }, 101],
  ['a page in a file', { Origin: 'file://' }, 101],
  ['a page of the web', { Origin: 'https://evil.example' }, 403],
  ['one that hides its name', { Origin: 'null', 'Sec-Fetch-Site': 'cross-site' }, 403],
  ['one whose name leads here', { Origin: 'http://evil.example', Host: 'evil.example' }, 403],
  ['a browser elsewhere', { Origin: 'https://app.example', Host: '192.168.1.2:8989' }, 101],
])('a WebSocket is asked for by %s', async (_, headers, status) => {
  const server = await start(1, { listen: [{ transport: 'ws', host: '127.0.0.1', port: 0 }] })
  const { port } = new URL((server.api.addresses()[0] ?? '').split('~')[0] ?? '')
  const upgrade = {
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
    Host: `localhost:${port}`,
  }
  const answered = await new Promise<number | undefined>((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, headers: { ...upgrade, ...headers } })
    asked.on('response', (response) => resolve(response.resume().statusCode))
    asked.on('upgrade', (response, socket) => {
      socket.destroy()
      resolve(response.statusCode)
    })
    asked.on('error', reject).end()
  })
  expect(answered).toBe(status)
})
