import type { Async, Remote, Source } from '@scuttlebot/ssb-muxrpc'
import { expect, expectTypeOf, test } from 'vitest'
import { createHost, type HostKeys, type Nothing, type Plugin, type Rpc } from '../src/index.ts'

const keys: HostKeys = {
  id: '@AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=.ed25519',
  sign: () => new Uint8Array(64),
}

interface ClockApi {
  tick(): number
}
interface StoreApi {
  get(id: string): Promise<string | undefined>
}
interface StoreRpc {
  readonly get: Async<[id: string], string | undefined>
  readonly createLogStream: Source<[options?: { live: boolean }], string>
}

const ticker = (): Plugin<'ticker', ClockApi> => ({
  name: 'ticker',
  needs: {},
  manifest: {},
  setup: ({ clock }) => ({ api: { tick: () => clock.now() }, handlers: {} }),
})

const store = (): Plugin<'store', StoreApi, { ticker: ClockApi; index?: object }, StoreRpc> => ({
  name: 'store',
  needs: { ticker: 'required', index: 'optional' },
  manifest: {
    get: { kind: 'async' },
    createLogStream: { kind: 'source', allow: ['anonymous'] },
  },
  setup: ({ needs }) => {
    expectTypeOf(needs.ticker).toEqualTypeOf<ClockApi>()
    expectTypeOf(needs.index).toEqualTypeOf<object | undefined>()
    const get = async (id: string): Promise<string> => `${id}@${needs.ticker.tick()}`
    return {
      api: { get },
      handlers: {
        get: (_call, id) => get(id),
        createLogStream: async function* (_call, options) {
          yield String(options?.live)
        },
      },
    }
  },
})

test('the host knows its plugins, a client knows their methods', async () => {
  const plugins = [store(), ticker()] as const
  const host = createHost({ keys, plugins })
  expectTypeOf(host.plugins.ticker).toEqualTypeOf<ClockApi>()
  expectTypeOf(host.plugins.store).toEqualTypeOf<StoreApi>()
  expect(await host.plugins.store.get('a')).toMatch(/^a@\d+/)
  type Client = Remote<Rpc<typeof plugins>>
  expectTypeOf<Client['get']>().toEqualTypeOf<(id: string) => Promise<string | undefined>>()
  expectTypeOf<ReturnType<Client['createLogStream']>>().toExtend<AsyncIterable<string>>()
})

test('a missing need is a compile error and a run-time error', () => {
  expect(() =>
    // @ts-expect-error no plugin provides ticker
    createHost({ keys, plugins: [store()] }),
  ).toThrow(expect.objectContaining({ code: 'SSB_PLUGIN_MISSING_NEED' }))
})

test('a need that does not fit is a compile error', () => {
  const wrong: Plugin<'ticker', { tock(): number }> = {
    name: 'ticker',
    needs: {},
    manifest: {},
    setup: () => ({ api: { tock: () => 1 }, handlers: {} }),
  }
  // @ts-expect-error this ticker cannot tick
  const host = createHost({ keys, plugins: [store(), wrong] })
  expect(host.id).toBe(keys.id)
})

test('an optional need that is there must fit, too', () => {
  const wrong: Plugin<'index', ClockApi> = {
    name: 'index',
    needs: {},
    manifest: {},
    setup: () => ({ api: { tick: () => 1 }, handlers: {} }),
  }
  const needy: Plugin<'needy', object, { index?: { look(): void } }> = {
    name: 'needy',
    needs: { index: 'optional' },
    manifest: {},
    setup: () => ({ api: {}, handlers: {} }),
  }
  expect(createHost({ keys, plugins: [needy] }).id).toBe(keys.id)
  // @ts-expect-error this index cannot look
  expect(createHost({ keys, plugins: [needy, wrong] }).id).toBe(keys.id)
})

test('a manifest must tell each method and its kind', () => {
  const bad: Plugin<'bad', object, Nothing, StoreRpc> = {
    name: 'bad',
    needs: {},
    // @ts-expect-error get is async, not source
    manifest: { get: { kind: 'source' }, createLogStream: { kind: 'source' } },
    setup: () => ({
      api: {},
      handlers: { get: async () => undefined, createLogStream: async function* () {} },
    }),
  }
  expect(bad.name).toBe('bad')
})
