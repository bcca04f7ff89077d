import {
  type Async,
  type Call,
  createFace,
  type Duplex,
  type Handlers,
  type Incoming,
  type Item,
  type Manifest,
  type MethodSpec,
  type Remote,
  type Reply,
  type Sink,
  type Source,
  type Sync,
} from '@scuttlebot/ssb-muxrpc'
import { expect, expectTypeOf, test } from 'vitest'
import { pair } from './helper.ts'

interface Rpc {
  readonly whoami: Sync<[], { id: string }>
  readonly get: Async<[id: string, options?: { meta: boolean }], { key: string }>
  readonly log: Source<[{ live: boolean }], number>
  readonly blobs: {
    readonly add: Sink<[hash?: string], Uint8Array>
    readonly talk: Duplex<[], string, number>
  }
}

const manifest: Manifest<Rpc> = {
  whoami: { kind: 'sync', allow: ['anonymous'] },
  get: { kind: 'async' },
  log: { kind: 'source' },
  blobs: { add: { kind: 'sink' }, talk: { kind: 'duplex', help: { description: 'Talk.' } } },
}
const handlers: Handlers<Rpc> = {
  whoami: (call) => ({ id: String(call.peer) }),
  get: async (_call, id, options) => ({ key: `${id}${options?.meta ?? ''}` }),
  async *log(_call, { live }) {
    yield live ? 1 : 0
  },
  blobs: {
    add: async (_call, input) => {
      for await (const bytes of input) expectTypeOf(bytes).toEqualTypeOf<Uint8Array>()
    },
    async *talk(_call, input) {
      for await (const n of input) yield `${n}!`
    },
  },
}

test('handlers, remotes and manifests follow from the methods', async () => {
  expectTypeOf<Handlers<Rpc>['get']>().toEqualTypeOf<
    (
      call: Call,
      id: string,
      options?: { meta: boolean },
    ) => Promise<Reply<{ key: string }>> | Reply<{ key: string }>
  >()
  expectTypeOf<Handlers<Rpc>['blobs']['talk']>().toEqualTypeOf<
    (call: Call, input: Incoming<number>) => AsyncIterable<Item<string>>
  >()
  expectTypeOf<Manifest<Rpc>['blobs']['add']>().toEqualTypeOf<MethodSpec<'sink'>>()
  expectTypeOf<Remote<Rpc>['whoami']>().toEqualTypeOf<() => Promise<{ id: string }>>()
  expectTypeOf<Remote<Rpc>['log']>().toEqualTypeOf<
    (options: { live: boolean }) => Incoming<number>
  >()
  expectTypeOf<Remote<Rpc>['blobs']['add']>().toEqualTypeOf<
    (input: AsyncIterable<Item<Uint8Array>>, hash?: string) => Promise<void>
  >()

  const { client } = pair(createFace({ manifest, handlers, peer: '@them', roles: ['owner'] }))
  const rpc = client.remote<Rpc>({
    whoami: 'sync',
    get: 'async',
    log: 'source',
    blobs: { add: 'sink', talk: 'duplex' },
  })
  async function* one(): AsyncGenerator<number> {
    yield 1
  }
  const { id } = await rpc.whoami()
  expectTypeOf(id).toEqualTypeOf<string>()
  expect(id).toBe('@client')
  expect(await rpc.get('%x', { meta: true })).toEqual({ key: '%xtrue' })
  for await (const said of rpc.blobs.talk(one())) {
    expectTypeOf(said).toEqualTypeOf<string>()
    expect(said).toBe('1!')
  }
  for await (const batch of rpc.log({ live: true }).batches()) {
    expectTypeOf(batch).toEqualTypeOf<readonly number[]>()
    expect(batch).toEqual([1])
  }
})

test('mistakes do not compile', () => {
  // @ts-expect-error a kind that is not the method's
  const wrongKind: Manifest<Pick<Rpc, 'get'>> = { get: { kind: 'source' } }
  // @ts-expect-error a method without a handler
  const missing: Handlers<Pick<Rpc, 'get' | 'whoami'>> = { whoami: () => ({ id: '' }) }
  // @ts-expect-error an answer of the wrong type
  const wrongAnswer: Handlers<Pick<Rpc, 'whoami'>> = { whoami: () => 5 }
  async function* texts(): AsyncGenerator<string> {
    yield 'x'
  }
  // @ts-expect-error an item of the wrong type
  const wrongItem: Handlers<Pick<Rpc, 'log'>> = { log: () => texts() }
  expect([wrongKind, missing, wrongAnswer, wrongItem].length).toBe(4)
})

test("a manifest of the peer's own making is taken as far as it makes sense", () => {
  const { client } = pair(createFace({ manifest, handlers, peer: null, roles: [] }))
  const hostile = JSON.parse(
    '{"then":"async","__proto__":{"x":"async"},"a":null,"b":5,"c":"nonsense","d":["async"],"ok":"sync","deep":{"er":"source"}}',
  )
  const remote = client.remote<Record<string, unknown>>(hostile) as Record<string, unknown>
  expect(Object.keys(remote).sort()).toEqual(['__proto__', 'd', 'deep', 'ok'])
  expect(Object.getPrototypeOf(remote)).toBeNull()
  expect(typeof remote['ok']).toBe('function')
  let nested: object = { end: 'async' }
  for (let level = 0; level < 50_000; level++) nested = { a: nested }
  expect(Object.keys(client.remote(nested as never))).toEqual(['a'])
  const wide = Object.fromEntries(
    Array.from({ length: 20_000 }, (_, n) => [`m${n}`, 'async'] as const),
  )
  expect(Object.keys(client.remote(wide)).length).toBe(10_000)
})
