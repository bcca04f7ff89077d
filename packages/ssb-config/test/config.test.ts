import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type Config,
  ConfigError,
  type ConfigFile,
  expected,
  type Flag,
  isKey,
  keys,
  nearest,
  optionOf,
  requireConfig,
  resolveConfig,
  type Sources,
} from '../src/index.ts'
import { checkValue } from '../src/option.ts'

const HOME = '/home/me'
const file = (value: unknown): readonly ConfigFile[] => [
  { name: 'config', text: typeof value === 'string' ? value : JSON.stringify(value) },
]
const configOf = (sources: Partial<Sources>): Config =>
  requireConfig({ home: HOME, ...sources }).config
const problemOf = (sources: Partial<Sources>): string => {
  const resolved = resolveConfig({ home: HOME, ...sources })
  if (resolved.ok) throw new Error('expected a problem')
  return new ConfigError(resolved.problems).message
}
const flags = (...list: [string, string | boolean][]): Flag[] =>
  list.map(([key, value]) => ({ key, value }))

describe('the schema', () => {
  test.each(keys)('%s has a default that fits', (key) => {
    const option = optionOf(key)
    if (option.default !== null) expect(checkValue(option, option.default).ok).toBe(true)
    expect(option.description.endsWith('.')).toBe(true)
    expect(expected(option)).not.toBe('')
    if (option.legacyOf !== undefined) expect(isKey(option.legacyOf)).toBe(true)
  })
})

describe('defaults', () => {
  test('listen on every interface, on the main network', () => {
    const config = configOf({})
    expect(config.path).toBe('/home/me/.ssb')
    expect([config.host, config.port]).toEqual(['127.0.0.1', 8008])
    expect(config.caps.shs).toBe('1KHLiKZvAvjbY1ziZEHMXawbCEIM6qwjCDm3VYRan/s=')
    expect(config.caps.sign).toBe(null)
    expect(config.friends.hops).toBe(2)
    expect(config.listen).toEqual([
      {
        transport: 'net',
        host: '::',
        port: 8008,
        scope: ['device', 'local', 'public'],
        external: [],
        transform: 'shs',
      },
      { transport: 'unix', path: null, transform: 'noauth' },
    ])
  })

  test.each<[[string, string][], string]>([
    [[], '127.0.0.1'],
    [[['host', '::1']], '::1'],
    [[['host', 'localhost']], 'localhost'],
  ])('local-only with %j listens on %s', (more, host) => {
    const { listen } = configOf({ flags: flags(['local-only', true], ...more) })
    expect(listen[0]).toMatchObject({ host, scope: ['device'] })
  })

  test.each(['::', '0.0.0.0', '192.168.1.2', '127.0.0.1.example'])(
    'local-only and %s contradict each other',
    (host) => {
      const problem = problemOf({ flags: flags(['local-only', true], ['host', host]) })
      expect(problem).toContain(`local-only forbids to listen on ${host}`)
    },
  )

  test('another name moves the folder and the prefix, not the network', () => {
    const config = configOf({
      environment: { ssb_appname: 'test', test_port: '9000', ssb_port: '1' },
    })
    expect([config.appname, config.path, config.port]).toEqual(['test', '/home/me/.test', 9000])
    expect(config.caps.shs).toBe(configOf({}).caps.shs)
  })
})

describe('precedence', () => {
  const sources: Record<string, Partial<Sources>> = {
    file: { files: file({ friends: { hops: 4 } }) },
    environment: { environment: { ssb_friends__hops: '5' } },
    flag: { flags: flags(['friends.hops', '6']) },
  }
  test.each([
    [[], 2, 'default'],
    [['file'], 4, 'file'],
    [['file', 'environment'], 5, 'environment'],
    [['environment', 'flag'], 6, 'flag'],
    [['file', 'flag'], 6, 'flag'],
    [['file', 'environment', 'flag'], 6, 'flag'],
  ] as const)('%j gives %d', (names, hops, kind) => {
    const all = Object.assign({ home: HOME }, ...names.map((name) => sources[name]))
    const resolved = requireConfig(all)
    expect(resolved.config.friends.hops).toBe(hops)
    const explanation = resolved.explain('friends.hops')
    expect(explanation.origin.kind).toBe(kind)
    expect(explanation.overridden).toHaveLength(names.length)
  })

  test('explain names the place', () => {
    const { explain } = requireConfig({
      home: HOME,
      files: file('{\n  // far\n  "friends": {\n    "hops": 3\n  }\n}'),
      environment: { ssb_friends__hops: '1' },
    })
    expect(explain('friends.hops').origin.place).toBe('the environment variable ssb_friends__hops')
    expect(explain('friends.hops').overridden[0]?.origin.place).toBe('config:4:5')
  })

  test('old names count unless the new one is said at least as strongly', () => {
    expect(configOf({ files: file({ timeout: 1000 }) }).timers.inactivity).toBe(1000)
    expect(
      configOf({ files: file({ timeout: 1000, timers: { inactivity: 7 } }) }).timers.inactivity,
    ).toBe(7)
    expect(
      configOf({ files: file({ friends: { hops: 1 } }), flags: flags(['replicate.hops', '3']) })
        .friends.hops,
    ).toBe(3)
  })

  test('objects are joined, lists are replaced', () => {
    const config = configOf({
      files: [
        ...file({ plugins: { a: { x: 1 }, b: [1, 2] }, seeds: ['one'] }),
        ...file({ plugins: { a: { y: 2 }, b: [3] }, seeds: ['two'] }),
      ],
      flags: flags(['plugins.a.z', '3']),
    })
    expect(config.plugins).toEqual({ a: { x: 1, y: 2, z: 3 }, b: [3] })
    expect(config.seeds).toEqual(['two'])
  })
})

describe('the file', () => {
  test('may hold comments, trailing commas and a byte order mark', () => {
    const text = '\uFEFF{\n  // a port\n  "port": 9, /* and */ "caps": {"sign": null,},\n}'
    expect(configOf({ files: file(text) }).port).toBe(9)
    expect(configOf({ files: file('  \n') }).port).toBe(8008)
  })

  test.each([
    ['{"port": 8008', 'config:1:14: a closing brace is missing here'],
    ['{\n  port: 1}', 'config:2:3: here is a word that JSON does not know'],
    ['[]', 'config:1:1: a configuration is one JSON object'],
    ['port = 3', 'config:1:1: '],
    ['{"prot": 1}', 'config:1:2: there is no setting named "prot"; did you mean port?'],
    [
      '{"friends": {"hop": 1}}',
      'there is no setting named "friends.hop"; did you mean friends.hops?',
    ],
    ['{"hops": 3}', 'there is no setting named "hops"; did you mean'],
    ['{"zzzzzz": 1}', 'there is no setting named "zzzzzz"'],
    [
      '{"port": "8008"}',
      'config:1:2: port must be a whole number from 0 to 65535, or null, not "8008"',
    ],
    ['{"port": 65536}', 'port must be a whole number from 0 to 65535'],
    ['{"friends": 3}', 'there is no setting named "friends"'],
    ['{"caps": {"shs": "abcd"}}', 'caps.shs must be 32 bytes in base64, not "abcd"'],
    ['{"logging": {"level": "loud"}}', 'logging.level must be one of error, warning, notice, info'],
    ['{"master": ["@x"]}', 'master must be a list of feed ids'],
    ['{"offline": "yes"}', 'offline must be true or false, not "yes"'],
    ['{"__proto__": {"port": 1}}', 'there is no setting named "__proto__"'],
    ['{"prot": 1, "hots": 2}', '(and 1 more)'],
  ])('%s is refused', (text, message) => {
    expect(problemOf({ files: file(text) })).toContain(message)
  })

  test('deep nesting is an answer, not a crash', () => {
    expect(problemOf({ files: file('['.repeat(100_000)) })).toContain('config:')
    expect(problemOf({ files: file(`${'{"plugins":'.repeat(500)}1${'}'.repeat(500)}`) })).toContain(
      'nested too deeply',
    )
  })

  test('any text gives an answer', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        const resolved = resolveConfig({ home: HOME, files: [{ name: 'f', text }] })
        if (!resolved.ok) expect(resolved.problems[0].reason).not.toBe('')
      }),
    )
  })

  test('what has no effect is said', () => {
    const { warnings } = requireConfig({ home: HOME, files: file({ party: true }) })
    expect(warnings).toEqual(['config:1:2: party has no effect here'])
  })
})

describe('the environment', () => {
  test('is coerced to the type of the schema', () => {
    const config = configOf({
      environment: {
        ssb_offline: 'true',
        ssb_seeds: 'net:a:1~shs:x, net:b:2~shs:y',
        ssb_port: '0',
        ssb_plugins__mine__deep: '[1]',
        SSB_FRIENDS__HOPS: '3',
        SSB_DATA_DIR: '/other/program',
        SSB_VECTORS: '/other/program',
        PATH: '/bin',
      },
    })
    expect(config.offline).toBe(true)
    expect(config.seeds).toEqual(['net:a:1~shs:x', 'net:b:2~shs:y'])
    expect(config.port).toBe(0)
    expect(config.friends.hops).toBe(3)
    expect(config.plugins).toEqual({ mine: { deep: [1] } })
  })

  test.each([
    [{ ssb_prot: '1' }, 'the environment variable ssb_prot: there is no setting named "prot"'],
    [{ ssb_port: 'x' }, 'the environment variable ssb_port: port must be a whole number'],
    [{ ssb_port: '' }, 'port must be a whole number'],
    [{ ssb_port: '-1' }, 'port must be a whole number'],
    [{ ssb_offline: 'maybe' }, 'offline must be true or false'],
  ])('%j is refused', (environment, message) => {
    expect(problemOf({ environment })).toContain(message)
  })
})

describe('flags', () => {
  test('say true, false or a value', () => {
    const config = configOf({ flags: flags(['offline', true], ['replicate.legacy', false]) })
    expect([config.offline, config.replicate.legacy]).toEqual([true, false])
  })
  test.each([
    [['prot', '1'], '--prot: there is no setting named "prot"; did you mean port?'],
    [['port', true], '--port: port needs a value'],
    [['port', '99999'], '--port: port must be a whole number from 0 to 65535'],
  ] as const)('%j is refused', ([key, value], message) => {
    expect(problemOf({ flags: flags([key, value]) })).toContain(message)
  })
})

describe('connections.incoming', () => {
  const net = { scope: 'public', host: '1.2.3.4', port: 8008, transform: 'shs' }
  const device = { ...net, scope: 'device', host: 'localhost', port: 9999 }
  const incoming = (value: unknown): object => ({ connections: { incoming: value } })

  // What ssb-config 3.4.6 answers to the same settings.
  test.each([
    [{ host: 'a.b', ...incoming({ net: [net] }) }, 'net host'],
    [{ host: '1.2.3.4', port: 9, ...incoming({ net: [net] }) }, 'net port'],
    [{ port: 9999, ...incoming({ net: [net, device] }) }, 'net port'],
    [
      {
        host: 'localhost',
        port: 9999,
        ws: { port: 3 },
        ...incoming({ net: [net, device], ws: [{ scope: 'public', port: 5 }] }),
      },
      'net host, net port, ws port',
    ],
  ])('%j conflicts', (value, list) => {
    expect(problemOf({ files: file(value) })).toContain(
      `ssb-config: conflicting connection settings for: ${list}`,
    )
  })

  test.each([
    [{ host: '1.2.3.4', port: 8008, ...incoming({ net: [net] }) }, '1.2.3.4', 8008],
    [{ port: 8008, ...incoming({ net: [net, device] }) }, '1.2.3.4', 8008],
    [incoming({ net: [] }), '127.0.0.1', 8008],
    [{ ws: { port: 9 }, ...incoming({ net: [net] }) }, '1.2.3.4', 8008],
    [incoming({ net: { ...net, scope: ['device', 'private'] } }), '1.2.3.4', 8008],
  ])('%j does not', (value, host, port) => {
    const config = configOf({ files: file(value) })
    expect([config.host, config.port]).toEqual([host, port])
  })

  test('replaces the default, unix socket included', () => {
    expect(configOf({ files: file(incoming({ net: [net] })) }).listen).toHaveLength(1)
    const { listen } = configOf({ files: file(incoming({ unix: [{ path: '/run/ssb' }] })) })
    expect(listen).toEqual([{ transport: 'unix', path: '/run/ssb', transform: 'noauth' }])
  })

  test.each([
    [incoming({ net: [{ host: 'x' }] }), 'connections.incoming.net.0.scope must be'],
    [incoming({ net: [{ ...net, port: 70_000 }] }), 'net.0.port must be a whole number'],
    [incoming({ net: [{ ...net, transform: 'noauth' }] }), 'net.0.transform must be shs'],
    [incoming({ net: ['x'] }), 'net.0 must be an object'],
    [incoming({ nat: [net] }), 'there is no transport named nat'],
    [incoming([]), 'connections.incoming must be an object'],
  ])('%j is refused', (value, message) => {
    expect(problemOf({ files: file(value) })).toContain(message)
  })
})

test('nearest finds slips and gives up on noise', () => {
  expect(nearest('whoam', ['whoami', 'get'])).toBe('whoami')
  expect(nearest('gte', ['whoami', 'get'])).toBe('get')
  expect(nearest('xylophone', ['whoami', 'get'])).toBe(null)
  expect(nearest('', ['get'])).toBe(null)
  expect(nearest('g'.repeat(10_000), ['get'])).toBe(null)
})
