import { describe, expect, test } from 'vitest'
import { announcedOf } from '../src/announced.ts'
import { type Config, ConfigError, requireConfig, resolveConfig } from '../src/index.ts'

const sources = (value: unknown) => ({
  home: '/home/me',
  files: [{ name: 'config', text: JSON.stringify(value) }],
})
const configOf = (value: unknown): Config => requireConfig(sources(value)).config
const warningsOf = (value: unknown): readonly string[] => requireConfig(sources(value)).warnings
function problemOf(value: unknown): string {
  const resolved = resolveConfig(sources(value))
  if (resolved.ok) throw new Error('expected a problem')
  return new ConfigError(resolved.problems).message
}
const incoming = (value: unknown): object => ({ connections: { incoming: value } })
const outgoing = (value: unknown): object => ({ connections: { outgoing: value } })
const everyone = ['device', 'local', 'public']
const named = (host: string, port: number | null = null, isSecure = false) => ({
  host,
  port,
  isSecure,
})

describe('what others are told', () => {
  test.each([
    ['example.org', named('example.org')],
    ['example.org:9', named('example.org', 9)],
    ['example.org:65535', named('example.org', 65_535)],
    ['1.2.3.4', named('1.2.3.4')],
    ['2001:db8::1', named('2001:db8::1')],
    ['[2001:db8::1]', named('2001:db8::1')],
    ['[2001:db8::1]:9', named('2001:db8::1', 9)],
    ['wss://example.org', named('example.org', null, true)],
    ['wss://example.org/', named('example.org', null, true)],
    ['ws://example.org:80', named('example.org', 80)],
    ['abc.onion', named('abc.onion')],
  ])('%s is a place', (text, expected) => {
    expect(announcedOf(text)).toEqual(expected)
  })

  test.each([
    '',
    ':',
    ':8008',
    'a b',
    'a;b',
    'a~shs:x',
    'a:0',
    'a:65536',
    'a:b',
    'a/b',
    'me@host',
    'http://a',
    '[a]b',
    'net:example.org:9',
    null,
    7,
  ])('%j is none', (text) => {
    expect(announcedOf(text)).toBe(null)
  })
})

describe('the short keys', () => {
  test('WebSockets are listened for when a port or a host is given', () => {
    const transports = (value: unknown): string[] =>
      configOf(value).listen.map(({ transport }) => transport)
    expect(transports({})).toEqual(['net', 'unix'])
    expect(transports({ ws: { port: 8989 } })).toEqual(['net', 'ws', 'unix'])
    expect(transports({ ws: { host: '::1' } })).toEqual(['net', 'ws', 'unix'])
    expect(configOf({ host: '::', ws: { port: 9 } }).listen[1]).toEqual({
      transport: 'ws',
      host: '::',
      port: 9,
      scope: everyone,
      external: [],
      transform: 'shs',
      tls: null,
      http: true,
    })
    const { ws } = configOf({ ws: { host: '127.0.0.1', http: false } })
    expect([ws.host, ws.port]).toEqual(['127.0.0.1', 8989])
  })

  test('names for others are apart from the places', () => {
    const { listen } = configOf({
      host: '127.0.0.1',
      external: ['pub.example.org:8010', 'abc.onion'],
      ws: { port: 1, external: ['wss://pub.example.org'] },
    })
    expect(listen).toMatchObject([
      {
        scope: ['device', 'public'],
        external: [named('pub.example.org', 8010), named('abc.onion')],
      },
      { scope: ['device', 'public'], external: [named('pub.example.org', null, true)] },
      { transport: 'unix' },
    ])
    const shared = configOf({ host: '::', external: ['a.org:8010', 'b.onion'], ws: { port: 1 } })
    expect(shared.listen[1]).toMatchObject({ external: [named('a.org')], scope: everyone })
    // one text stands for a list of one, as in classic files
    expect(configOf({ external: 'a.org' }).listen[0]).toMatchObject({ external: [named('a.org')] })
  })

  test('a key and a certificate', () => {
    const ws = { port: 1, key: 'key.pem', cert: 'cert.pem' }
    expect(configOf({ ws }).listen[1]).toMatchObject({ tls: { key: 'key.pem', cert: 'cert.pem' } })
    expect(problemOf({ ws: { port: 1, key: 'key.pem' } })).toContain('needs both key and cert')
    expect(problemOf({ ws: { cert: 'cert.pem' } })).toContain('needs both key and cert')
  })

  test.each([
    [{ external: ['a b'] }, 'config:1:2: external must be hosts or host:port, not "a b"'],
    [{ ws: { port: 1, external: [''] } }, 'ws.external must be hosts or host:port, not ""'],
    [{ 'local-only': true, ws: { host: '::' } }, 'local-only forbids to listen on ::'],
    [{ socks: 'nowhere' }, 'config:1:2: socks must be host:port, not "nowhere"'],
    [{ ws: { http: 'no' } }, 'ws.http must be true or false'],
  ])('%j is refused', (value, message) => {
    expect(problemOf(value)).toContain(message)
  })
})

describe('connections.incoming', () => {
  test('ws, with files, names and without HTTP', () => {
    const entry = { scope: 'public', host: '::1', port: 8989, key: 'k', cert: 'c', http: false }
    const config = configOf(
      incoming({ ws: [{ ...entry, external: 'pub.org' }, { scope: 'device' }] }),
    )
    expect(config.listen).toEqual([
      {
        transport: 'ws',
        host: '::1',
        port: 8989,
        scope: ['public'],
        external: [named('pub.org')],
        transform: 'shs',
        tls: { key: 'k', cert: 'c' },
        http: false,
      },
      expect.objectContaining({ transport: 'ws', port: 8989, scope: ['device'], tls: null }),
    ])
    expect([config.ws.host, config.ws.port]).toEqual(['::1', 8989])
  })

  test('onion is a name for the others', () => {
    const { listen } = configOf(incoming({ onion: { external: ['abc.onion'], port: 8008 } }))
    const external = [named('abc.onion', 8008)]
    expect(listen).toEqual([{ transport: 'onion', external, transform: 'shs' }])
  })

  test('without a host: every interface, but for what only this machine is told of', () => {
    const hosts = (value: object): unknown[] =>
      configOf(value).listen.map((place) => 'host' in place && place.host)
    const net = [{ scope: 'public' }, { scope: 'device' }, { scope: ['device', 'local'] }]
    expect(hosts(incoming({ net }))).toEqual(['::', '127.0.0.1', '::'])
    expect(hosts({ ...incoming({ net }), 'local-only': true })).toEqual(
      Array.from({ length: 3 }, () => '127.0.0.1'),
    )
  })

  test('what is not served is said', () => {
    expect(warningsOf(incoming({ tunnel: [{ scope: 'public' }], bluetooth: [] }))).toEqual([
      'connections.incoming.tunnel is not served here',
      'connections.incoming.bluetooth is not served here',
    ])
  })

  test.each([
    [incoming({ ws: [{ port: 1 }] }), 'connections.incoming.ws.0.scope must be'],
    [incoming({ ws: [{ scope: 'device', key: 'k' }] }), 'ws.0 needs both key and cert'],
    [incoming({ ws: [{ scope: 'device', http: 1 }] }), 'ws.0.http must be true or false'],
    [incoming({ ws: [{ scope: 'device', transform: 'noauth' }] }), 'ws.0.transform must be shs'],
    [incoming({ net: [{ scope: 'device', external: [1] }] }), 'net.0.external must be a host'],
    [incoming({ onion: [{ port: 8008 }] }), 'onion.0.external must be the name of an onion'],
    [incoming({ unix: [{ transform: 'shs' }] }), 'unix.0.transform must be noauth'],
  ])('%j is refused', (value, message) => {
    expect(problemOf(value)).toContain(message)
  })
})

describe('connections.outgoing', () => {
  const shs = [{ transform: 'shs' }]

  test('says over what to dial', () => {
    expect(configOf({}).dial).toEqual({
      transports: ['net', 'onion', 'ws'],
      socks: { host: '127.0.0.1', port: 9050 },
    })
    expect(configOf(outgoing({ net: shs })).dial.transports).toEqual(['net'])
    expect(configOf(outgoing({})).dial.transports).toEqual([])
    expect(configOf(outgoing({ net: [], ws: {}, unix: shs })).dial.transports).toEqual(['ws'])
    expect(configOf({ socks: '[::1]:9150' }).dial.socks).toEqual({ host: '::1', port: 9150 })
    expect(warningsOf(outgoing({ tunnel: shs }))).toEqual([
      'connections.outgoing.tunnel is not dialled here',
    ])
  })

  test.each([
    [outgoing({ nat: shs }), 'there is no transport named nat'],
    [outgoing({ net: 'shs' }), 'connections.outgoing.net must be a list of objects'],
    [outgoing({ net: [{ transform: 'noauth' }] }), 'net.0.transform must be shs'],
  ])('%j is refused', (value, message) => {
    expect(problemOf(value)).toContain(message)
  })
})
