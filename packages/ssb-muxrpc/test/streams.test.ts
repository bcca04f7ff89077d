import { Batch, type Incoming, JsonBytes } from '@scuttlebot/ssb-muxrpc'
import { describe, expect, test } from 'vitest'
import {
  collect,
  type Feed,
  faceOf,
  failure,
  feed,
  NOTHING,
  pair,
  settle,
  type Tap,
  tap,
} from './helper.ts'

interface Call {
  readonly signal: AbortSignal
}
const manifest = {
  src: { kind: 'source' },
  snk: { kind: 'sink' },
  dup: { kind: 'duplex' },
  rawSnk: { kind: 'sink', raw: true },
} as const

/** Handlers that are driven by hand. */
function served(): {
  peer: Tap
  out: Feed<unknown>
  got: unknown[]
  signal: () => AbortSignal
  finish: (error?: Error) => void
} {
  const out = feed<unknown>()
  const got: unknown[] = []
  let signal: AbortSignal | null = null
  let finish: (error?: Error) => void = () => undefined
  const read = async (input: Incoming<unknown>): Promise<void> => {
    try {
      for await (const item of input) got.push(item)
      got.push('END')
    } catch (error) {
      got.push((error as Error).message)
    }
  }
  const handlers = {
    src: (call: Call) => {
      signal = call.signal
      return out
    },
    snk: (call: Call, input: Incoming<unknown>) => {
      signal = call.signal
      void read(input)
      return new Promise<void>((resolve, reject) => {
        finish = (error) => (error ? reject(error) : resolve())
      })
    },
    dup: (call: Call, input: Incoming<unknown>) => {
      signal = call.signal
      void read(input)
      return out
    },
  }
  return {
    peer: tap(faceOf(manifest, handlers)),
    out,
    got,
    signal: () => signal as unknown as AbortSignal,
    finish: (error) => finish(error),
  }
}
const open = (type: string, name: string): unknown => ({ name: [name], args: [], type })

describe('a source that we serve', () => {
  test('goes over the wire as in the reference', async () => {
    const items = [1, 'two', { three: 3 }, null, '', new Uint8Array(0), undefined]
    const peer = tap(
      faceOf(manifest, {
        async *src() {
          yield* items
          yield new Batch<unknown>([new JsonBytes(new TextEncoder().encode('[4]')), 5])
          yield new Batch([])
        },
      }),
    )
    peer.stream(12, open('source', 'src'))
    expect(await peer.sent()).toEqual([
      '.-12 1',
      '.-12 text "two"',
      '.-12 {"three":3}',
      '.-12 null',
      '.-12 ""',
      '.-12 false',
      '.-12 [4]',
      '.-12 5',
      '.-12 end true',
    ])
    peer.end(12, true)
    expect(await peer.sent()).toEqual([])
    expect(peer.mux.stats.streamsOpen).toBe(0)
  })

  test('is stopped when the peer ends first, and the end is answered', async () => {
    const { peer, out, signal } = served()
    peer.stream(1, open('source', 'src'))
    out.push('a')
    expect(await peer.sent()).toEqual(['.-1 text "a"'])
    peer.end(1, true)
    expect(await peer.sent()).toEqual(['.-1 end true'])
    expect([out.returned, signal().aborted, peer.mux.stats.streamsOpen]).toEqual([true, true, 0])
    out.push('late')
    out.end()
    expect(await peer.sent()).toEqual([])
  })

  test('echoes an error', async () => {
    const { peer, out } = served()
    peer.stream(1, open('source', 'src'))
    const error = { message: 'm', name: 'N', stack: 's' }
    peer.end(1, error)
    expect(await peer.sent()).toEqual([`.-1 end ${JSON.stringify(error)}`])
    expect(out.returned).toBe(true)
  })

  test('that fails says why, without a stack', async () => {
    const { peer, out } = served()
    peer.stream(1, open('source', 'src'))
    out.push(1)
    out.end(new RangeError('out of it'))
    expect(await peer.sent()).toEqual([
      '.-1 1',
      '.-1 end {"message":"out of it","name":"RangeError"}',
    ])
    peer.end(1, { message: 'out of it', name: 'RangeError' })
    expect(await peer.sent()).toEqual([])
  })

  test.each([
    [
      'throws at once',
      () => {
        throw new Error('no')
      },
      'no',
    ],
    ['gives a promise that rejects', () => Promise.reject(new Error('no')), 'no'],
    ['gives nothing', () => undefined, 'the output of a stream must be an async iterable'],
    [
      'gives an item that is no JSON',
      async function* () {
        yield 1n
      },
      'Do not know how to serialize a BigInt',
    ],
  ])('that %s ends with an error', async (_, src, message) => {
    const peer = tap(faceOf(manifest, { src }))
    peer.stream(1, open('source', 'src'))
    const [end, ...rest] = await peer.sent()
    expect(end).toContain(`.-1 end {"message":"${message}"`)
    expect(rest).toEqual([])
    expect(peer.mux.stats.streamsOpen).toBe(0)
  })

  test('takes no items, and an async call may have its number', async () => {
    const { peer, out } = served()
    peer.stream(1, open('source', 'src'))
    peer.stream(1, 'what for')
    peer.stream(1, open('source', 'src'))
    peer.call(1, { name: 'nope', args: [] })
    out.push(1)
    expect(await peer.sent()).toEqual(
      ['.-1 1', '-1 end {"message":"no async:nope","name":"Error"}'].reverse(),
    )
    expect(peer.mux.stats.streamsOpen).toBe(1)
  })
})

describe('a sink that we serve', () => {
  test('answers the end when its handler has finished', async () => {
    const { peer, got, finish } = served()
    peer.stream(1, open('sink', 'snk'))
    peer.stream(1, 'a')
    peer.stream(1, { b: 1 })
    peer.end(1, true)
    expect(await peer.sent()).toEqual([])
    expect(got).toEqual(['a', { b: 1 }, 'END'])
    finish()
    expect(await peer.sent()).toEqual(['.-1 end true'])
    expect(peer.mux.stats.streamsOpen).toBe(0)
    // What comes after an end belongs to nothing.
    peer.end(1, true)
    expect(await peer.sent()).toEqual(['.-1 end true'])
  })

  test('that fails ends early; what still comes is dropped', async () => {
    const { peer, got, finish } = served()
    peer.stream(1, open('sink', 'snk'))
    peer.stream(1, 'a')
    await settle()
    finish(new Error('full'))
    expect(await peer.sent()).toEqual(['.-1 end {"message":"full","name":"Error"}'])
    peer.stream(1, 'b')
    peer.stream(1, { name: ['snk'], args: [], type: 'sink' })
    peer.end(1, { message: 'full', name: 'Error' })
    expect(await peer.sent()).toEqual([])
    expect(got).toEqual(['a', 'END'])
    expect(peer.mux.stats.callsIn).toBe(1)
  })

  test('hears of an error, which is echoed', async () => {
    const { peer, got, signal } = served()
    peer.stream(1, open('sink', 'snk'))
    peer.stream(1, 'a')
    peer.end(1, { message: 'broken', name: 'Error' })
    expect(await peer.sent()).toEqual(['.-1 end {"message":"broken","name":"Error"}'])
    expect([got, signal().aborted]).toEqual([['a', 'broken'], true])
  })

  test('may have its items as bodies', async () => {
    const got: unknown[] = []
    const peer = tap(
      faceOf(manifest, {
        rawSnk: async (_call: Call, input: Incoming<unknown>) => {
          for await (const batch of input.batches()) got.push(...batch)
        },
      }),
    )
    peer.stream(1, open('sink', 'rawSnk'))
    peer.stream(1, 'a')
    peer.stream(1, { b: 1 })
    peer.stream(1, new Uint8Array([7]))
    peer.raw('0a00000001000000017b')
    peer.end(1, true)
    expect(await peer.sent()).toEqual(['.-1 end true'])
    const text = (s: string): Uint8Array => new TextEncoder().encode(s)
    expect(got).toEqual([
      { type: 1, bytes: text('a') },
      { type: 2, bytes: text('{"b":1}') },
      { type: 0, bytes: new Uint8Array([7]) },
      { type: 2, bytes: text('{') },
    ])
  })
})

describe('a duplex that we serve', () => {
  test('has two halves: theirs ends first', async () => {
    const { peer, out, got } = served()
    peer.stream(1, open('duplex', 'dup'))
    peer.stream(1, 1)
    peer.end(1, true)
    out.push('still')
    expect(await peer.sent()).toEqual(['.-1 text "still"'])
    expect(got).toEqual([1, 'END'])
    out.end()
    expect(await peer.sent()).toEqual(['.-1 end true'])
    expect(peer.mux.stats.streamsOpen).toBe(0)
  })

  test('has two halves: ours ends first', async () => {
    const { peer, out, got } = served()
    peer.stream(1, open('duplex', 'dup'))
    out.end()
    expect(await peer.sent()).toEqual(['.-1 end true'])
    peer.stream(1, 'more')
    await settle()
    expect([got, peer.mux.stats.streamsOpen]).toEqual([['more'], 1])
    peer.end(1, true)
    expect(await peer.sent()).toEqual([])
    expect([got, peer.mux.stats.streamsOpen]).toEqual([['more', 'END'], 0])
  })

  test('an error ends both, from either side', async () => {
    const theirs = served()
    theirs.peer.stream(1, open('duplex', 'dup'))
    theirs.peer.end(1, { message: 'gone', name: 'Error' })
    expect(await theirs.peer.sent()).toEqual(['.-1 end {"message":"gone","name":"Error"}'])
    expect([theirs.got, theirs.out.returned, theirs.signal().aborted]).toEqual([
      ['gone'],
      true,
      true,
    ])

    const ours = served()
    ours.peer.stream(1, open('duplex', 'dup'))
    ours.out.end(new Error('oops'))
    expect(await ours.peer.sent()).toEqual(['.-1 end {"message":"oops","name":"Error"}'])
    ours.peer.stream(1, 'late')
    ours.peer.end(1, { message: 'oops', name: 'Error' })
    expect(await ours.peer.sent()).toEqual([])
    expect([ours.got, ours.peer.mux.stats.streamsOpen]).toEqual([['END'], 0])
  })

  test('whose input nobody reads is done when its output is', async () => {
    const peer = tap(
      faceOf(manifest, {
        async *dup() {
          yield 1
        },
      }),
      { streamBytesPause: 50 },
    )
    peer.stream(1, open('duplex', 'dup'))
    expect(await peer.sent()).toEqual(['.-1 1', '.-1 end true'])
    for (let n = 0; n < 20; n++) peer.stream(1, n)
    expect([peer.pauses, peer.mux.stats.queuedIn, peer.mux.stats.streamsOpen]).toEqual([[], 0, 0])
  })

  test('may leave its input and go on', async () => {
    const peer = tap(
      faceOf(manifest, {
        async *dup(_call: Call, input: Incoming<unknown>) {
          for await (const first of input) {
            yield first
            break
          }
          yield 'after'
        },
      }),
    )
    peer.stream(1, open('duplex', 'dup'))
    for (const item of ['first', 'second']) peer.stream(1, item)
    expect(await peer.sent()).toEqual(['.-1 text "first"', '.-1 text "after"', '.-1 end true'])
    expect(peer.mux.stats).toMatchObject({ queuedIn: 0, streamsOpen: 0 })
  })
})

describe('streams that we open', () => {
  test('a source: its end is answered', async () => {
    const peer = tap(NOTHING)
    const all = collect(peer.mux.source(['a', 'src'], [1]))
    expect(await peer.sent()).toEqual(['.1 {"name":["a","src"],"args":[1],"type":"source"}'])
    for (const item of [1, 'two']) peer.stream(-1, item)
    peer.end(-1, true)
    expect(await all).toEqual([1, 'two'])
    expect(await peer.sent()).toEqual(['.1 end true'])
    peer.stream(-1, 'late')
    peer.end(-1, true)
    expect(await peer.sent()).toEqual([])
  })

  test('a source that fails: the error comes after the items and is echoed', async () => {
    const peer = tap(NOTHING)
    const got: unknown[] = []
    const all = (async () => {
      for await (const item of peer.mux.source(['src'], [])) got.push(item)
    })()
    peer.stream(-1, 1)
    peer.end(-1, { message: 'no source:src', name: 'Error' })
    expect(await failure(all)).toBe('SSB_MUXRPC_REMOTE: no source:src')
    expect(got).toEqual([1])
    expect((await peer.sent()).at(-1)).toBe('.1 end {"message":"no source:src","name":"Error"}')
  })

  test('a source that is left, or aborted', async () => {
    const peer = tap(NOTHING)
    const left = (async () => {
      for await (const item of peer.mux.source(['src'], [])) return item
      return 'none'
    })()
    const stop = new AbortController()
    const aborted = failure(collect(peer.mux.source(['src'], [], { signal: stop.signal })))
    await peer.sent()
    for (const item of [1, 2]) peer.stream(-1, item)
    expect(await left).toBe(1)
    expect(await peer.sent()).toEqual(['.1 end true'])
    peer.stream(-1, 3)
    peer.end(-1, true)
    stop.abort()
    expect(await aborted).toBe('SSB_MUXRPC_ABORTED: the stream was aborted')
    expect(await peer.sent()).toEqual([
      '.2 end {"message":"the stream was aborted","name":"RpcError","code":"SSB_MUXRPC_ABORTED"}',
    ])
    expect(peer.mux.stats).toMatchObject({ streamsOpen: 0, queuedIn: 0 })
    expect(await failure(collect(peer.mux.source(['src'], [], { signal: stop.signal })))).toMatch(
      /ABORTED/,
    )
    expect(await peer.sent()).toEqual([])
  })

  test("a sink: resolves with the peer's end, and stops when that comes first", async () => {
    const peer = tap(NOTHING)
    const input = feed<unknown>()
    const done = peer.mux.sink(['snk'], [], input)
    input.push('a')
    input.end()
    expect(await peer.sent()).toEqual([
      '.1 {"name":["snk"],"args":[],"type":"sink"}',
      '.1 text "a"',
      '.1 end true',
    ])
    peer.end(-1, true)
    expect(await done).toBeUndefined()

    const more = feed<unknown>()
    const refused = failure(peer.mux.sink(['snk'], [], more))
    await peer.sent()
    peer.end(-2, { message: 'full', name: 'Error' })
    expect(await refused).toBe('SSB_MUXRPC_REMOTE: full')
    expect(await peer.sent()).toEqual(['.2 end {"message":"full","name":"Error"}'])
    expect([more.returned, peer.mux.stats.streamsOpen]).toEqual([true, 0])

    const broken = feed<unknown>()
    const failed = failure(peer.mux.sink(['snk'], [], broken))
    broken.end(new Error('disk'))
    expect(await failed).toBe('undefined: disk')
    expect((await peer.sent()).at(-1)).toBe('.3 end {"message":"disk","name":"Error"}')
  })

  test('a duplex: halves end apart, an error ends both, leaving ends both', async () => {
    const peer = tap(NOTHING)
    const input = feed<unknown>()
    const all = collect(peer.mux.duplex(['dup'], [], input))
    peer.stream(-1, 1)
    peer.end(-1, true)
    expect(await all).toEqual([1])
    input.push('more')
    input.end()
    expect((await peer.sent()).slice(1)).toEqual(['.1 text "more"', '.1 end true'])
    expect(peer.mux.stats.streamsOpen).toBe(0)

    const second = feed<unknown>()
    const failed = failure(collect(peer.mux.duplex(['dup'], [], second)))
    peer.end(-2, { message: 'no duplex:dup', name: 'Error' })
    expect(await failed).toBe('SSB_MUXRPC_REMOTE: no duplex:dup')
    expect((await peer.sent()).slice(1)).toEqual([
      '.2 end {"message":"no duplex:dup","name":"Error"}',
    ])
    expect(second.returned).toBe(true)

    const third = feed<unknown>()
    const left = (async () => {
      for await (const item of peer.mux.duplex(['dup'], [], third)) return item
      return 'none'
    })()
    peer.stream(-3, 'x')
    expect(await left).toBe('x')
    expect((await peer.sent()).slice(1)).toEqual(['.3 end true'])
    expect([third.returned, peer.mux.stats.streamsOpen]).toEqual([true, 0])
  })

  test('end with the connection, and cannot be opened after it', async () => {
    const peer = tap(NOTHING)
    const input = feed<unknown>()
    const source = failure(collect(peer.mux.source(['src'], [])))
    const sink = failure(peer.mux.sink(['snk'], [], input))
    await peer.sent()
    peer.mux.end()
    const text = 'SSB_MUXRPC_CLOSED: unexpected end of parent stream'
    expect([await source, await sink, input.returned]).toEqual([text, text, true])
    const late = feed<unknown>()
    expect(await failure(collect(peer.mux.duplex(['dup'], [], late)))).toBe(text)
    expect(await failure(peer.mux.sink(['snk'], [], late))).toBe(text)
    expect(await peer.sent()).toEqual([])
  })
})

describe('between two', () => {
  test('every kind carries everything, in order', async () => {
    const taken: unknown[] = []
    const { client, server } = pair(
      faceOf(manifest, {
        async *src(_call: Call, count: number) {
          for (let n = 0; n < count; n += 100)
            yield n % 200
              ? new Batch(Array.from({ length: 100 }, (_, at) => n + at))
              : new Batch([n, ...Array.from({ length: 99 }, (_, at) => n + at + 1)])
        },
        snk: async (_call: Call, input: Incoming<unknown>) => {
          for await (const item of input) taken.push(item)
        },
        async *dup(_call: Call, input: Incoming<number>) {
          for await (const batch of input.batches()) yield new Batch(batch.map((n) => n * 2))
        },
      }),
    )
    const numbers = Array.from({ length: 20_000 }, (_, n) => n)
    async function* some(): AsyncGenerator<number> {
      yield* numbers
    }
    const rpc = client.remote<{
      src: { kind: 'source'; args: [number]; out: number; in: never }
      dup: { kind: 'duplex'; args: []; out: number; in: number }
      snk: { kind: 'sink'; args: []; out: undefined; in: number }
    }>({ src: 'source', dup: 'duplex', snk: 'sink' })
    expect(await collect(rpc.src(20_000))).toEqual(numbers)
    expect(await collect(rpc.dup(some()))).toEqual(numbers.map((n) => n * 2))
    await rpc.snk(some())
    expect(taken).toEqual(numbers)
    await settle()
    expect([client.stats.streamsOpen, server.stats.streamsOpen]).toEqual([0, 0])
  })
})
