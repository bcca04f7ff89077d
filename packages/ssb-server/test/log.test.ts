import { resolveConfig } from '@scuttlebot/ssb-config'
import { describe, expect, test } from 'vitest'
import {
  createLog,
  jsonLine,
  type LogEntry,
  type LogLevel,
  type LogSettings,
  textLine,
} from '../src/log.ts'

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be in a line
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/
const NOW = Date.UTC(2026, 0, 31, 12)

/** What comes through of one call of each kind by each plugin. */
function said(settings: LogSettings, plugins: readonly string[]): string[] {
  const seen: string[] = []
  const log = createLog(
    settings,
    ({ plugin, level }) => seen.push(`${plugin} ${level}`),
    () => NOW,
  )
  for (const name of plugins) {
    const { error, warn, info, debug } = log(name)
    for (const say of [error, warn, info, debug]) say('text')
  }
  return seen
}

describe('levels', () => {
  test.each<[LogLevel, string[]]>([
    ['error', ['net error']],
    ['warning', ['net error', 'net warning']],
    ['notice', ['net error', 'net warning', 'net notice']],
    ['info', ['net error', 'net warning', 'net notice', 'net info']],
  ])('%s', (level, expected) => {
    expect(said({ level }, ['net'])).toEqual(expected)
  })
  test('of one plugin, more and less than of the others', () => {
    const plugins = { gossip: 'info', net: 'error' }
    expect(said({ level: 'warning', plugins }, ['net', 'gossip', 'ebt'])).toEqual([
      'net error',
      ...['gossip error', 'gossip warning', 'gossip notice', 'gossip info'],
      ...['ebt error', 'ebt warning'],
    ])
  })
  test('a word that is no level, and names of every object, change nothing', () => {
    const plugins = { net: 'loud' }
    expect(said({ level: 'error', plugins }, ['net', 'toString', '__proto__'])).toHaveLength(3)
  })
})

const entry = (text: string, facts: LogEntry['facts'] = {}): LogEntry => ({
  time: NOW,
  level: 'warning',
  plugin: 'net',
  text,
  facts,
})

test('a line for people', () => {
  const facts = { peer: '@a=.ed25519', reason: 'two words', count: 3, nothing: undefined }
  expect(textLine(entry('gone', facts))).toBe(
    '2026-01-31T12:00:00.000Z warning net: gone peer=@a=.ed25519 reason="two words" count=3 nothing=nothing\n',
  )
})

test('a line for programs', () => {
  expect(jsonLine(entry('gone', { peer: '@a', count: 3 }))).toBe(
    '{"time":"2026-01-31T12:00:00.000Z","level":"warning","plugin":"net","text":"gone","facts":{"peer":"@a","count":3}}\n',
  )
  expect(JSON.parse(jsonLine(entry('gone')))).not.toHaveProperty('facts')
})

test('whatever peers make it say, an entry is one harmless line of bounded length', () => {
  for (let code = 0; code < 0x3000; code++) {
    const loud = `a${String.fromCharCode(code)}b\n\u001b[2J`
    for (const line of [textLine, jsonLine].map((form) => form(entry(loud, { loud }))))
      expect(line.slice(0, -1)).not.toMatch(CONTROLS)
    expect(JSON.parse(jsonLine(entry(loud, { loud })))).toMatchObject({
      text: loud,
      facts: { loud },
    })
  }
  const long = entry('x'.repeat(100_000), { more: 'y'.repeat(100_000) })
  expect(textLine(long).length).toBeLessThan(2_100)
  expect(jsonLine(long).length).toBeLessThan(4_300)
})

describe('the settings', () => {
  const levels = (sources: object) => {
    const read = resolveConfig({ home: '/h', ...sources })
    return read.ok ? read.config.logging : read.problems.map(({ key, reason }) => [key, reason])
  }
  test('are quiet at first', () => {
    expect(levels({})).toEqual({ level: 'notice', plugins: {}, json: false })
  })
  test('come from everywhere', () => {
    const files = [{ name: 'config', text: '{"logging": {"plugins": {"net": "error"}}}' }]
    const environment = { ssb_logging__plugins__ebt: 'warning' }
    const flags = [
      { key: 'logging.plugins.gossip', value: 'info' },
      { key: 'logging.json', value: true },
    ]
    expect(levels({ files, environment, flags })).toEqual({
      level: 'notice',
      plugins: { net: 'error', ebt: 'warning', gossip: 'info' },
      json: true,
    })
  })
  test.each([
    [{ files: [{ name: 'c', text: '{"logging": {"plugins": {"net": "loud"}}}' }] }],
    [{ flags: [{ key: 'logging.plugins.net', value: 'loud' }] }],
    [{ environment: { ssb_logging__plugins: '{"net": 1}' } }],
  ])('a word that is no level is an error: %j', (sources) => {
    const [[key, reason] = []] = levels(sources) as string[][]
    expect(key).toBe('logging.plugins')
    expect(reason).toMatch(
      /^logging.plugins must be an object of error, warning, notice, info, not /,
    )
  })
})

describe('what peers cause', () => {
  const world = () => {
    let now = NOW
    const seen: LogEntry[] = []
    const log = createLog(
      { level: 'info' },
      (entry) => seen.push(entry),
      () => now,
    )('net')
    const wait = (ms: number): void => {
      now += ms
    }
    return { log, seen, wait }
  }

  test('is written once per peer and minute, and then how much was left out', () => {
    const { log, seen, wait } = world()
    for (let n = 0; n < 100; n++) for (const peer of ['@a', '@b']) log.info('refused', { peer })
    expect(seen.map(({ facts }) => facts)).toEqual([{ peer: '@a' }, { peer: '@b' }])
    log.warn('lied', { peer: '@a' })
    expect(seen).toHaveLength(3)
    wait(59_999)
    log.info('refused', { peer: '@a' })
    expect(seen).toHaveLength(3)
    wait(1)
    for (let n = 0; n < 2; n++) log.info('refused', { peer: '@a' })
    expect(seen.slice(3).map(({ facts }) => facts)).toEqual([{ peer: '@a', leftOut: 199 }])
    wait(60_000)
    log.info('refused', { peer: '@a' })
    expect(seen.at(-1)?.facts).toEqual({ peer: '@a', leftOut: 1 })
  })

  test.each([59, 60, 61, 10_000])('of %i peers in a minute is written of 60', (peers) => {
    const { log, seen, wait } = world()
    for (let n = 0; n < peers; n++) log.info('refused', { peer: `@${n}` })
    expect(seen).toHaveLength(Math.min(60, peers))
    wait(60_000)
    log.info('refused', { peer: '@a' })
    expect(seen.at(-1)?.facts['leftOut'] ?? 0).toBe(Math.max(0, peers - 60))
  })

  test('bounds nothing that no peer causes', () => {
    const { log, seen } = world()
    for (let n = 0; n < 100; n++) log.error('disk failure', { n })
    expect(seen).toHaveLength(100)
  })
})
