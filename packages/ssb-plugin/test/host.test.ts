import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type AnyPlugin, createHost, type HostKeys, order } from '../src/index.ts'
import { manualClock } from '../src/testing.ts'

const keys: HostKeys = {
  id: '@AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=.ed25519',
  sign: () => new Uint8Array(64),
}
const owner = { peer: null, rights: ['owner'] }
const stranger = { peer: null, rights: ['anonymous'] }

/** A plugin that writes down when it starts and stops. */
function plugin(
  name: string,
  needs: Record<string, 'optional' | 'required'>,
  log: string[],
  more: Partial<AnyPlugin> & { start?: () => Promise<void>; stop?: () => Promise<void> } = {},
): AnyPlugin {
  return {
    name,
    needs,
    manifest: more.manifest ?? {},
    setup:
      more.setup ??
      (() => ({
        api: { name },
        handlers: {},
        start: more.start ?? (async () => void log.push(`+${name}`)),
        stop: more.stop ?? (async () => void log.push(`-${name}`)),
      })),
  }
}

const host = (plugins: AnyPlugin[], more: object = {}): ReturnType<typeof createHost> =>
  createHost({ keys, plugins: plugins as never, ...more })

test('starts needs first, stops them last', async () => {
  const log: string[] = []
  const made = host([plugin('a', { b: 'required' }, log), plugin('b', {}, log)])
  await made.start()
  await made.stop()
  await made.stop()
  expect(log).toEqual(['+b', '+a', '-a', '-b'])
  expect(made.report().started.map(({ plugin: name }) => name)).toEqual(['b', 'a'])
})

describe('what is refused before anything starts', () => {
  const method = { kind: 'async' }
  const serves = (name: string, manifest: object, handlers: object): AnyPlugin =>
    plugin(name, {}, [], { manifest, setup: () => ({ api: {}, handlers: handlers as never }) })
  const f = (): null => null
  test.each([
    ['a missing need', [plugin('a', { b: 'required' }, [])], 'SSB_PLUGIN_MISSING_NEED'],
    ['one name twice', [plugin('a', {}, []), plugin('a', {}, [])], 'SSB_PLUGIN_DUPLICATE_NAME'],
    [
      'a circle',
      [
        plugin('a', { b: 'required' }, []),
        plugin('b', { c: 'optional' }, []),
        plugin('c', { a: 'required' }, []),
      ],
      'SSB_PLUGIN_CYCLE',
    ],
    [
      'one method twice',
      [
        serves('a', { x: { y: method } }, { x: { y: f } }),
        serves('b', { x: { y: method } }, { x: { y: f } }),
      ],
      'SSB_PLUGIN_DUPLICATE_METHOD',
    ],
    [
      'a method where another has a group',
      [serves('a', { x: { y: method } }, { x: { y: f } }), serves('b', { x: method }, { x: f })],
      'SSB_PLUGIN_DUPLICATE_METHOD',
    ],
    [
      'a group where another has a method',
      [serves('b', { x: method }, { x: f }), serves('a', { x: { y: method } }, { x: { y: f } })],
      'SSB_PLUGIN_DUPLICATE_METHOD',
    ],
    [
      'a core method again',
      [serves('a', { whoami: method }, { whoami: f })],
      'SSB_PLUGIN_DUPLICATE_METHOD',
    ],
    ['a method without a handler', [serves('a', { x: method }, {})], 'SSB_PLUGIN_METHOD_MISMATCH'],
    ['a handler without a method', [serves('a', {}, { x: f })], 'SSB_PLUGIN_METHOD_MISMATCH'],
    [
      'a reserved name',
      [serves('a', { constructor: method }, { constructor: f })],
      'SSB_PLUGIN_METHOD_MISMATCH',
    ],
  ])('%s', (_name, plugins, code) => {
    expect(() => host(plugins)).toThrow(expect.objectContaining({ code }))
  })

  test('two plugins may share a group', () => {
    const made = host([
      serves('a', { x: { y: method } }, { x: { y: f } }),
      serves('b', { x: { z: method } }, { x: { z: f } }),
    ])
    expect(made.manifest()['x']).toEqual({ y: 'async', z: 'async' })
  })
})

test('a plugin that nobody needs and that cannot start is left out and named', async () => {
  const log: string[] = []
  const bad = plugin('bad', {}, log, {
    manifest: { poke: { kind: 'async' } },
    setup: () => ({
      api: {},
      handlers: { poke: () => 'poked' },
      start: () => Promise.reject(new Error('the disk is full')),
    }),
  })
  const made = host([bad, plugin('good', { bad: 'optional' }, log)])
  expect(made.manifest()).toHaveProperty('poke')
  await made.start()
  expect(log).toEqual(['+good'])
  expect(made.manifest()).not.toHaveProperty('poke')
  expect(await made.call(owner, ['status'])).toMatchObject({
    failedPlugins: { bad: 'the disk is full' },
  })
  await expect(made.call(owner, ['poke'])).rejects.toThrow('no async:poke')
})

test('a plugin that others need and that cannot start stops what had started', async () => {
  const log: string[] = []
  const bad = plugin('bad', { first: 'required' }, log, {
    start: () => Promise.reject(new Error('no')),
    stop: async () => undefined,
  })
  const made = host([plugin('last', { bad: 'required' }, log), bad, plugin('first', {}, log)])
  await expect(made.start()).rejects.toMatchObject({
    code: 'SSB_PLUGIN_START_FAILED',
    plugin: 'bad',
    message: 'The plugin bad could not start, and last cannot do without it: no',
  })
  expect(log).toEqual(['+first', '-first'])
})

test('a start that takes too long is named', async () => {
  const clock = manualClock()
  const slow = plugin('slow', {}, [], { start: () => new Promise(() => undefined) })
  const made = host([slow, plugin('user', { slow: 'required' }, [])], { clock, startMsMax: 500 })
  const started = expect(made.start()).rejects.toMatchObject({
    code: 'SSB_PLUGIN_START_FAILED',
    cause: expect.objectContaining({ code: 'SSB_PLUGIN_TIMEOUT' }),
  })
  clock.advance(500)
  await started
  expect(clock.pending).toBe(0)
})

test('what neither starts nor stops holds up nobody', async () => {
  const clock = manualClock()
  const never = () => new Promise<void>(() => undefined)
  const stuck = plugin('stuck', {}, [], { start: never, stop: never })
  const made = host([stuck, plugin('user', { stuck: 'required' }, [])], {
    clock,
    startMsMax: 500,
    stopMsMax: 1000,
  })
  const started = expect(made.start()).rejects.toMatchObject({ code: 'SSB_PLUGIN_START_FAILED' })
  clock.advance(500)
  for (let turn = 0; turn < 100 && clock.pending === 0; turn++) await Promise.resolve()
  clock.advance(1000)
  await started
  expect(clock.pending).toBe(0)
})

test('a stop runs to the end within its deadline, even when one hangs', async () => {
  const clock = manualClock()
  const log: string[] = []
  const hangs = plugin('hangs', { base: 'required' }, log, {
    stop: () => new Promise(() => undefined),
  })
  const made = host([hangs, plugin('base', {}, log)], { clock, stopMsMax: 1000 })
  await made.start()
  const stopped = expect(made.stop()).rejects.toThrow('hangs did not stop within 1000 ms')
  clock.advance(1000)
  await stopped
  expect(log).toEqual(['+base', '+hangs', '-base'])
})

test('starting twice, or after a stop, is refused', async () => {
  const made = host([])
  await made.start()
  await expect(made.start()).rejects.toMatchObject({ code: 'SSB_PLUGIN_STATE' })
  await made.stop()
  await expect(made.start()).rejects.toMatchObject({ code: 'SSB_PLUGIN_STATE' })
})

test('the core methods answer, the public one to strangers too', async () => {
  const made = host([], { version: '1.2.3' })
  expect(await made.call(owner, ['whoami'])).toEqual({ id: keys.id })
  expect(await made.call(owner, ['version'])).toBe('1.2.3')
  expect(await made.call(stranger, ['manifest'])).toMatchObject({ whoami: 'sync' })
  await expect(made.call(stranger, ['whoami'])).rejects.toThrow(
    'method:whoami is not in list of allowed methods',
  )
  expect(await made.call(owner, ['help'])).toHaveProperty(['whoami', 'description'])
})

test('order: each after its needs, whatever the order given', () => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f']
  fc.assert(
    fc.property(
      fc.shuffledSubarray(names, { minLength: 6 }),
      fc.array(fc.tuple(fc.nat(5), fc.nat(5)), { maxLength: 12 }),
      (shuffled, edges) => {
        const plugins = shuffled.map((name) => {
          const needs: Record<string, 'required'> = {}
          // Only towards earlier letters, so that there is no circle.
          for (const [x, y] of edges)
            if (names[x] === name && y < x) needs[names[y] ?? ''] = 'required'
          return plugin(name, needs, [])
        })
        const sorted = order(plugins).map(({ name }) => name)
        expect(sorted.toSorted()).toEqual(names)
        for (const { name, needs } of plugins)
          for (const need of Object.keys(needs))
            expect(sorted.indexOf(need)).toBeLessThan(sorted.indexOf(name))
      },
    ),
  )
})
