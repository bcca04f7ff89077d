import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  CliError,
  readArguments,
  readCommandLine,
  readSettings,
  valueOfText,
} from '../src/index.ts'

const argsOf = (...tokens: string[]): readonly unknown[] => readArguments(tokens).values
const whyNot = (work: () => unknown): string => {
  try {
    work()
  } catch (error) {
    if (error instanceof CliError) return error.message
    throw error
  }
  return ''
}

describe('the everyday examples', () => {
  test.each<[string[], unknown[]]>([
    [['--type', 'post', '--text', 'hello'], [{ type: 'post', text: 'hello' }]],
    [
      ['--type', 'post', '--text', 'reply', '--root', '%A', '--branch', '%B'],
      [{ type: 'post', text: 'reply', root: '%A', branch: '%B' }],
    ],
    [
      ['--type', 'contact', '--contact', '@ID', '--no-following'],
      [{ type: 'contact', contact: '@ID', following: false }],
    ],
    [['--live'], [{ live: true }]],
    [['--type', 'post', '--limit', '10'], [{ type: 'post', limit: 10 }]],
    [['--id', '@ID', '--reverse', '--limit', '5'], [{ id: '@ID', reverse: true, limit: 5 }]],
    [['%ID'], ['%ID']],
    [['--query', '[{"$filter":{}}]'], [{ query: '[{"$filter":{}}]' }]],
    [['1'], [1]],
    [['net:host:8008~shs:KEY'], ['net:host:8008~shs:KEY']],
    [['public'], ['public']],
    [[], []],
    [
      ['@ID', '5'],
      ['@ID', 5],
    ],
  ])('%j', (tokens, values) => {
    expect(argsOf(...tokens)).toEqual(values)
  })
})

describe('the traps of the old command line are gone', () => {
  test.each<[string[], unknown[]]>([
    // false is false
    [['--live', 'false'], [{ live: false }]],
    [['--live=false', '--keys=true'], [{ live: false, keys: true }]],
    // repeated flags and numbered ones are lists
    [['--recps', '@a', '--recps', '@b'], [{ recps: ['@a', '@b'] }]],
    [
      ['--mentions.0.link', '&x', '--mentions.0.name', 'y', '--mentions.1.link', '&z'],
      [{ mentions: [{ link: '&x', name: 'y' }, { link: '&z' }] }],
    ],
    [['--a.1', 'second', '--a.0', 'first'], [{ a: ['first', 'second'] }]],
    [['--a.b', 'c', '--a.d.e', '1'], [{ a: { b: 'c', d: { e: 1 } } }]],
    // texts may begin with a dash
    [['--text', '- a point'], [{ text: '- a point' }]],
    [['--text=--really'], [{ text: '--really' }]],
    [['--gt', '-5'], [{ gt: -5 }]],
    [['-5'], [-5]],
    [['--text', 'a=b', '--x=a=b'], [{ text: 'a=b', x: 'a=b' }]],
    [['--text', ''], [{ text: '' }]],
    [['--text='], [{ text: '' }]],
    // any JSON
    [['--arg', '{"type":"post","text":"true"}'], [{ type: 'post', text: 'true' }]],
    [
      ['--arg', '[1]', 'x', '--arg=null', '--live'],
      [[1], 'x', null, { live: true }],
    ],
    [['-abc', '3'], [{ a: true, b: true, c: 3 }]],
    [['--verbose', '--port', '8008'], [{ verbose: true, port: 8008 }]],
  ])('%j', (tokens, values) => {
    expect(argsOf(...tokens)).toEqual(values)
  })

  test('no name reaches a prototype', () => {
    const [made] = argsOf('--__proto__.polluted', 'yes', '--constructor.x', '1')
    expect(Object.hasOwn({}, 'polluted')).toBe(false)
    expect(({} as Record<string, unknown>)['polluted']).toBe(undefined)
    expect(Object.keys(made as object)).toEqual(['__proto__', 'constructor'])
  })

  test.each<[string[], string]>([
    [['--a', '1', '--a.b', '2'], '--a cannot have a value and parts'],
    [['--a.0', 'x', '--a.2', 'y'], 'numbered 0, 1, 2'],
    [['--a.999999999', 'x'], 'numbered 0, 1, 2'],
    [['--a..b', '1'], '--a..b has an empty part'],
    [['--arg', '{'], '--arg is not JSON'],
    [['--arg'], '--arg needs JSON'],
    [['--arg', '--live'], 'write --arg=JSON'],
    [['.', '--live'], 'nothing else may be given'],
    [['x', '-'], 'nothing else may be given'],
  ])('%j is refused', (tokens, message) => {
    expect(whyNot(() => readArguments(tokens))).toContain(message)
  })

  test('. and - alone stand for standard input', () => {
    expect(readArguments(['.'])).toMatchObject({ values: [], fromStdin: true, help: false })
    expect(readArguments(['-']).fromStdin).toBe(true)
    expect(readArguments(['--help']).help).toBe(true)
  })
})

describe('values', () => {
  test.each([
    ['0', 0],
    ['-0.5', -0.5],
    ['.5', 0.5],
    ['1e3', 1000],
    ['0x10', 16],
    ['9007199254740991', 9007199254740991],
    ['9007199254740993', '9007199254740993'],
    ['1e999', '1e999'],
    ['1.2.3', '1.2.3'],
    ['', ''],
    [' 1', ' 1'],
    ['NaN', 'NaN'],
    ['Infinity', 'Infinity'],
    ['null', 'null'],
    ['true', true],
    ['false', false],
    ['True', 'True'],
  ])('%j', (text, value) => {
    expect(valueOfText(text)).toEqual(value)
  })

  test('a number or boolean that is printed comes back', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.integer(), fc.boolean(), fc.double({ noNaN: true, noDefaultInfinity: true })),
        (value) => {
          const text = String(value)
          expect(valueOfText(text)).toBe(Object.is(value, -0) ? 0 : JSON.parse(text))
        },
      ),
    )
  })
})

describe('laws', () => {
  const name = fc.stringMatching(/^[a-z]{2,8}$/).filter((text) => text !== 'arg' && text !== 'help')
  const text = fc.string().filter((value) => typeof valueOfText(value) === 'string')

  test('--name=text gives the text back, whatever it is', () => {
    fc.assert(
      fc.property(fc.uniqueArray(name, { maxLength: 5 }), text, (names, value) => {
        const made = argsOf(...names.map((each) => `--${each}=${value}`))
        const expected = Object.fromEntries(names.map((each) => [each, value]))
        expect(made).toEqual(names.length === 0 ? [] : [expected])
      }),
    )
  })

  test('any tokens give arguments or a sentence', () => {
    const token = fc.oneof(
      fc.string(),
      fc.constantFrom('--', '-', '.', '--a', '--a.b', '--a.0', '--no-a', '--arg', '-x', '--a=1'),
    )
    fc.assert(
      fc.property(fc.array(token, { maxLength: 12 }), (tokens) => {
        try {
          readArguments(tokens)
          readCommandLine(tokens)
        } catch (error) {
          expect(error).toBeInstanceOf(CliError)
        }
      }),
    )
  })

  test('what comes after the method is never configuration', () => {
    fc.assert(
      fc.property(fc.array(fc.string().filter((each) => each !== '--')), (rest) => {
        const line = readCommandLine(['--port', '9', 'gossip.add', ...rest])
        expect(line.flags).toEqual([{ key: 'port', value: '9' }])
        expect(line.command).toBe('gossip.add')
        expect(line.rest).toEqual(rest)
      }),
    )
  })
})

describe('global options', () => {
  test('come before the method', () => {
    const line = readCommandLine(['--path', '/d', '--json', '--offline', 'whoami', '--host', 'h'])
    expect(line.flags).toEqual([
      { key: 'path', value: '/d' },
      { key: 'offline', value: true },
    ])
    expect(line.switches.json).toBe(true)
    expect([line.command, line.rest]).toEqual(['whoami', ['--host', 'h']])
  })

  test('may come after --, as they used to', () => {
    const line = readCommandLine(['whoami', '--', '--host', 'h', '--port=1', '-v'])
    expect(line.flags).toEqual([
      { key: 'host', value: 'h' },
      { key: 'port', value: '1' },
    ])
    expect([line.command, line.rest, line.switches.verbose]).toEqual(['whoami', [], true])
  })

  test.each([
    [[], null],
    [['--help'], null],
    [['-h'], null],
    [['--version'], null],
    [['--json', 'true', 'x'], 'x'],
    [['--offline', 'false', 'start'], 'start'],
  ])('%j has the command %j', (argv, command) => {
    expect(readCommandLine(argv).command).toBe(command)
  })

  test.each<[string[], string]>([
    [['--json=maybe', 'x'], '--json takes no value'],
    [['--config'], '--config needs the name of a file'],
    [['whoami', '--', '--port', '1', 'extra'], 'After -- there may be options only'],
  ])('%j is refused', (argv, message) => {
    expect(whyNot(() => readCommandLine(argv))).toContain(message)
  })

  test('start takes settings after its name', () => {
    expect(readSettings('start', ['--path', 'd', '--port', '0', '--config', 'f'])).toEqual({
      flags: [
        { key: 'path', value: 'd' },
        { key: 'port', value: '0' },
      ],
      help: false,
      json: false,
      on: [],
      config: 'f',
    })
    expect(whyNot(() => readSettings('start', ['now']))).toContain('start takes options only')
  })
})
