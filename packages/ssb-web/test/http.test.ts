import { afterEach, describe, expect, test } from 'vitest'
import { idOf, start, stopAll } from './world.ts'

afterEach(() => stopAll())

describe('the files of the page', () => {
  test('are sent to this machine, with what a browser is to hold them to', async () => {
    const { ask, port } = await start()
    const { status, headers, text } = await ask('/')
    expect([status, text]).toEqual([200, '<title>page</title>'])
    const policy = String(headers['content-security-policy'])
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("script-src 'self' 'wasm-unsafe-eval';")
    expect(policy).toContain(`connect-src 'self' ws://localhost:${port};`)
    expect(policy).toContain("require-trusted-types-for 'script'")
    expect(policy).not.toContain('unsafe-inline')
    expect(policy).not.toContain('*')
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
    })
  })

  test.each([
    ['gzip, br', 'brotli', 'br'],
    ['gzip', '1 + 1', undefined],
    ['', '1 + 1', undefined],
  ])('are compressed for a browser that takes %s', async (accepted, text, encoding) => {
    const { ask } = await start()
    const found = await ask('/web/page-1.js', { headers: { 'accept-encoding': accepted } })
    expect(found.text).toBe(text)
    expect(found.headers).toMatchObject({
      'cache-control': 'private, max-age=31536000, immutable',
      'content-length': String(text.length),
    })
    expect(found.headers['content-encoding']).toBe(encoding)
  })

  test('have no body for HEAD', async () => {
    const { ask } = await start()
    const { status, headers, text } = await ask('/', { method: 'HEAD' })
    expect([status, text, headers['content-length']]).toEqual([200, '', '19'])
  })

  test.each([
    ['/web/other.js', {}, 404],
    ['/web/../sessions.json', {}, 404],
    ['/web/%2e%2e/sessions.json', {}, 404],
    ['/elsewhere', {}, 404],
    ['/', { method: 'POST' }, 405],
    ['/', { method: 'DELETE' }, 405],
  ])('%s %j: %i', async (path, asked, status) => {
    const { ask } = await start()
    expect((await ask(path, asked)).status).toBe(status)
  })

  test('were not built: that is said', async () => {
    const { ask } = await start({ files: async () => new Map() })
    expect(await ask('/')).toMatchObject({ status: 503 })
  })

  test('are not there when there is to be no page', async () => {
    const { ask, host } = await start({ enabled: false })
    expect((await ask('/')).status).toBe(404)
    expect([host.plugins.web.url(), host.plugins.web.link()]).toEqual([null, null])
  })

  test('are gone with the host', async () => {
    const { ask, stop } = await start()
    await stop()
    await expect(ask('/')).rejects.toThrow()
  })
})

describe('who else may ask', () => {
  const PROXY = { 'x-forwarded-for': '203.0.113.9' }

  test.each([
    ['a name that leads here for a while', { Host: 'evil.example' }, 421],
    ['one that looks like ours', { Host: 'localhost.evil.example' }, 421],
    ['a proxy, for somebody', PROXY, 403],
    ['another name of this machine', { Host: '127.0.0.1:80' }, 200],
    ['an address of this machine in its network', { Host: '192.168.7.7' }, 403],
  ])('%s', async (_, headers, status) => {
    const { ask } = await start()
    const found = await ask('/', { headers })
    expect(found.status).toBe(status)
    if (status !== 200) expect(found.text).not.toContain('page</title>')
  })

  test('other machines, when told so', async () => {
    const { ask } = await start({ remote: true })
    expect((await ask('/', { headers: PROXY })).status).toBe(200)
  })

  test('strangers see the face of a pub, when it has one, and nothing else', async () => {
    const { ask } = await start({ face: { invite: 'pub.example:8008:@key~seed' } })
    const { status, text, headers } = await ask('/', { headers: PROXY })
    expect(status).toBe(200)
    expect(text).toContain(idOf(1))
    expect(text).toContain('pub.example:8008:@key~seed')
    expect(text).toContain('data:image/svg+xml,')
    expect(text).not.toContain('<script')
    expect(String(headers['content-security-policy'])).toMatch(/^default-src 'none'/)
    expect((await ask('/web/page-1.js', { headers: PROXY })).status).toBe(403)
    expect((await ask('/')).text).toBe('<title>page</title>')
  })
})
