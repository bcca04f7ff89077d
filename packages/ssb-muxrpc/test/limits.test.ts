import {
  Batch,
  type Incoming,
  JsonBytes,
  type MuxLimits,
  STRANGER_LIMITS,
  TRUSTED_LIMITS,
} from '@scuttlebot/ssb-muxrpc'
import { encodePacket } from '@scuttlebot/ssb-muxrpc/codec'
import { describe, expect, test, vi } from 'vitest'
import { Outbox } from '../src/outbox.ts'
import { collect, faceOf, failure, feed, NOTHING, pair, settle, type Tap, tap } from './helper.ts'

const manifest = {
  hang: { kind: 'async' },
  echo: { kind: 'async' },
  src: { kind: 'source' },
  big: { kind: 'source' },
  snk: { kind: 'sink' },
  dup: { kind: 'duplex' },
} as const
const open = (type: string, name: string, ...args: unknown[]): unknown => ({
  name: [name],
  args,
  type,
})
const never = (): Promise<never> => new Promise(() => undefined)

test("the owner's limits are nowhere lower than a stranger's", () => {
  for (const name of Object.keys(STRANGER_LIMITS) as (keyof MuxLimits)[])
    expect(TRUSTED_LIMITS[name], name).toBeGreaterThanOrEqual(STRANGER_LIMITS[name])
  expect(STRANGER_LIMITS.bodyBytesMax).toBe(1_048_576)
  expect(TRUSTED_LIMITS.bodyBytesMax).toBe(16_777_216)
})

test.each([
  [99, 'text "ok"'],
  [100, 'text "ok"'],
  [101, 'end {"message":"the call is too long"'],
])('callBytesMax 100: a call of %d bytes', async (length, answer) => {
  const limits = { callBytesMax: 100 }
  const handlers = {
    echo: () => 'ok',
    src: async function* () {
      yield 'ok'
    },
  }
  for (const [type, name, dot] of [
    ['async', 'echo', ''],
    ['source', 'src', '.'],
  ] as const) {
    const peer = tap(faceOf(manifest, handlers), limits)
    const call = { name: [name], args: [''], type }
    call.args[0] = 'x'.repeat(length - JSON.stringify(call).length)
    if (type === 'async') peer.call(1, call)
    else peer.stream(1, call)
    const [first = ''] = await peer.sent()
    expect(first.startsWith(`${dot}-1 ${answer}`), first).toBe(true)
    expect([peer.closes, peer.mux.stats.limited]).toEqual([[], length > 100 ? 1 : 0])
  }
})

test.each([
  [99, null],
  [100, null],
  [101, 'SSB_MUXRPC_FRAME_TOO_LARGE'],
])('bodyBytesMax 100: a body of %d bytes', async (length, code) => {
  const peer = tap(faceOf(manifest, { echo: (_call: unknown, text: string) => text.length }), {
    bodyBytesMax: 100,
  })
  const body = JSON.stringify({ name: 'echo', args: [''] })
  const args = ['x'.repeat(length - body.length)]
  peer.call(1, { name: 'echo', args })
  const sent = await peer.sent()
  if (code === null) expect(sent).toEqual([`-1 ${args[0]?.length}`])
  else expect([sent, peer.closes]).toMatchObject([['GOODBYE'], [{ code }]])
})

test('callsMax: one more is refused, and there is room again after an answer', async () => {
  const answers: ((value: unknown) => void)[] = []
  const hang = (): Promise<unknown> => new Promise((resolve) => answers.push(resolve))
  const peer = tap(faceOf(manifest, { hang }), { callsMax: 3 })
  for (let n = 1; n <= 3; n++) peer.call(n, { name: 'hang', args: [] })
  expect(await peer.sent()).toEqual([])
  peer.call(4, { name: 'hang', args: [] })
  expect(await peer.sent()).toEqual([
    '-4 end {"message":"too many calls in flight","name":"RpcError","code":"SSB_MUXRPC_LIMIT"}',
  ])
  answers[0]?.(1)
  await settle()
  peer.call(5, { name: 'hang', args: [] })
  expect(await peer.sent()).toEqual(['-1 1'])
  expect(peer.mux.stats).toMatchObject({ callsOpen: 3, callsIn: 5, limited: 1 })
})

test('streamsMax: one more is refused, and there is room again after an end', async () => {
  const peer = tap(faceOf(manifest, { src: () => feed() }), { streamsMax: 3 })
  for (let n = 1; n <= 4; n++) peer.stream(n, open('source', 'src'))
  expect(await peer.sent()).toEqual([
    '.-4 end {"message":"too many open streams","name":"RpcError","code":"SSB_MUXRPC_LIMIT"}',
  ])
  peer.end(2, true)
  peer.stream(5, open('source', 'src'))
  expect(await peer.sent()).toEqual(['.-2 end true'])
  expect(peer.mux.stats).toMatchObject({ streamsOpen: 3, limited: 1 })
})

test('refused streams cost a number each, and of those no more than streamsMax', async () => {
  const peer = tap(NOTHING, { streamsMax: 3 })
  for (let n = 1; n <= 4; n++) peer.stream(n, open('duplex', 'none'))
  expect((await peer.sent()).length).toBe(4)
  // 2, 3 and 4 are remembered, so that items under way are not taken for calls; 1 is forgotten.
  for (const n of [2, 3, 4, 1]) peer.stream(n, 'an item')
  expect(await peer.sent()).toEqual([
    '.-1 end {"message":"unsupported stream type: undefined","name":"Error"}',
  ])
})

describe('back-pressure out', () => {
  test('a source is not pulled while the transport is full', async () => {
    const out = feed<unknown>()
    const peer = tap(faceOf(manifest, { src: () => out }))
    peer.full = true
    peer.stream(1, open('source', 'src'))
    out.push(0)
    expect(await peer.sent()).toEqual(['.-1 0'])
    // It was asked for one more before that was written, and is not asked again.
    for (let n = 1; n < 10; n++) out.push(n)
    await settle()
    expect([out.pulls, await peer.sent()]).toEqual([2, []])
    peer.full = false
    peer.mux.drain()
    expect((await peer.sent()).at(-1)).toBe('.-1 9')
    expect(out.pulls).toBe(11)
  })

  test("an endless source holds no more than a turn's worth while the peer does not read", async () => {
    let made = 0
    const item = new JsonBytes(new TextEncoder().encode(`"${'x'.repeat(1000)}"`))
    const peer = tap(
      faceOf(manifest, {
        async *src() {
          for (;;) {
            made++
            yield made % 2 ? item : new Batch(Array(50).fill(item))
          }
        },
      }),
    )
    peer.full = true
    peer.stream(1, open('source', 'src'))
    await settle()
    expect(peer.mux.stats.queuedOut).toBeLessThan(200_000)
    const after = made
    await settle()
    expect(made).toBe(after)
    for (let turn = 1; turn <= 5; turn++) {
      peer.mux.drain()
      await settle()
    }
    expect(made).toBeGreaterThan(after)
    expect(Math.max(...peer.writes)).toBeLessThan(200_000)
    // The rest of the connection lives: an end gets through.
    peer.full = false
    peer.end(1, true)
    peer.mux.drain()
    expect((await peer.sent()).at(-1)).toBe('.-1 end true')
  })

  test('an endless source leaves others their turn though the transport takes all', async () => {
    const item = new JsonBytes(new TextEncoder().encode(`"${'x'.repeat(1000)}"`))
    const src = async function* () {
      for (;;) yield new Batch(Array(32).fill(item))
    }
    const peer = tap(faceOf(manifest, { src }))
    peer.stream(1, open('source', 'src'))
    const turns: number[] = []
    for (let turn = 0; turn < 20; turn++) {
      await new Promise((resolve) => setImmediate(resolve))
      turns.push(peer.writes.splice(0).reduce((sum, bytes) => sum + bytes, 0))
    }
    expect(Math.max(...turns)).toBeLessThan(3 * 131_072)
    expect(turns.reduce((sum, bytes) => sum + bytes, 0)).toBeGreaterThan(10 * 131_072)
    peer.end(1, true)
    expect((await peer.sent()).at(-1)).toBe('.-1 end true')
  })

  test('of many streams that are opened at once, few are read before any is sent', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    try {
      let begun = 0
      const gates: (() => void)[] = []
      const src = async function* (): AsyncGenerator<string> {
        begun++
        await new Promise<void>((resolve) => gates.push(resolve))
        yield 'x'.repeat(100)
      }
      const peer = tap(faceOf(manifest, { src }))
      for (let n = 1; n <= 100; n++) peer.stream(n, open('source', 'src'))
      const turn = async (): Promise<void> => {
        for (let n = 0; n < 50; n++) await Promise.resolve()
      }
      await turn()
      expect(begun).toBe(4)
      // Slow ones do not keep the others out for long.
      await vi.advanceTimersByTimeAsync(20)
      expect(begun).toBe(8)
      // What has been sent makes room at once.
      for (const open of gates.splice(0)) open()
      await turn()
      expect(begun).toBe(12)
      await vi.advanceTimersByTimeAsync(1000)
      expect(begun).toBe(100)
      for (const open of gates.splice(0)) open()
      await turn()
      const sent = await peer.sent()
      expect(sent.filter((line) => line.endsWith('end true'))).toHaveLength(100)
      peer.mux.end()
      expect(vi.getTimerCount()).toBe(0)
    } finally {
      vi.useRealTimers()
    }
  })

  test('outBytesMax: a peer that asks and asks but never reads is let go', async () => {
    const peer = tap(faceOf(manifest, { echo: (_call: unknown, text: string) => text }), {
      outBytesMax: 10_000,
    })
    peer.full = true
    peer.call(1, { name: 'echo', args: ['x'] })
    await settle()
    const text = 'x'.repeat(991)
    for (let n = 2; n <= 11; n++) peer.call(n, { name: 'echo', args: [text] })
    expect([peer.mux.stats.queuedOut, peer.closes]).toEqual([10_000, []])
    peer.call(12, { name: 'echo', args: ['x'] })
    expect(peer.closes).toMatchObject([{ code: 'SSB_MUXRPC_LIMIT' }])
    // What waited is not written any more.
    expect(await peer.sent()).toEqual(['-1 text "x"', 'GOODBYE'])
  })

  test('outBytesMax: many calls in one chunk are no way around it', () => {
    const text = 'x'.repeat(100_000)
    const peer = tap(faceOf(manifest, { echo: () => text }), { outBytesMax: 1 << 20 })
    peer.full = true
    const call = { name: ['echo'], args: [], type: 'async' }
    const calls = Array.from({ length: 500 }, (_, n) =>
      encodePacket({ request: n + 1, stream: false, end: false, value: call }),
    )
    // no turn of the event loop lies between the calls
    peer.mux.receive(new Uint8Array(Buffer.concat(calls)))
    expect(peer.closes).toMatchObject([{ code: 'SSB_MUXRPC_LIMIT' }])
    expect(peer.mux.stats.callsIn).toBeLessThan(20)
    expect(peer.writes.reduce((sum, bytes) => sum + bytes, 0)).toBeLessThan(400_000)
  })

  test('what we open with the one packet too many fails like everything else', async () => {
    const text = 'x'.repeat(1000)
    const full = (): Tap => {
      const peer = tap(faceOf(manifest, { echo: () => 'x' }), { outBytesMax: 100 })
      peer.full = true
      peer.call(1, { name: 'echo', args: [] })
      return peer
    }
    const [one, two] = [full(), full()]
    await settle()
    const called = failure(one.mux.call(['echo'], [text]))
    expect(one.closes).toMatchObject([{ code: 'SSB_MUXRPC_LIMIT' }])
    expect(await called).toMatch(/^SSB_MUXRPC_CLOSED/)
    expect(await failure(collect(two.mux.source(['src'], [text])))).toMatch(/^SSB_MUXRPC_CLOSED/)
  })

  test('a stream that is over leaves nothing behind among those who wait', async () => {
    let begun = 0
    const src = async function* (): AsyncGenerator<string> {
      begun++
      yield 'x'
    }
    const peer = tap(faceOf(manifest, { echo: () => 'x', src }))
    peer.full = true
    peer.call(1, { name: 'echo', args: [] })
    await settle()
    const wait = vi.spyOn(Outbox.prototype, 'wait')
    const unwait = vi.spyOn(Outbox.prototype, 'unwait')
    for (let n = 1; n <= 1000; n++) {
      peer.stream(n, open('source', 'src'))
      peer.end(n, true)
    }
    expect(begun).toBe(0)
    const waited = wait.mock.calls.map(([callback]) => callback)
    const left = new Set(unwait.mock.calls.map(([callback]) => callback))
    vi.restoreAllMocks()
    expect(waited.length).toBe(1000)
    expect(waited.every((callback) => left.has(callback))).toBe(true)
    peer.full = false
    peer.mux.drain()
    await settle()
    expect([begun, peer.mux.stats.streamsOpen]).toEqual([0, 0])
  })
})

describe('the byte budget in', () => {
  const reader = (
    limits: Partial<MuxLimits>,
  ): { peer: Tap; inputs: Incoming<unknown>[]; errors: string[] } => {
    const inputs: Incoming<unknown>[] = []
    const snk = (_call: unknown, input: Incoming<unknown>): Promise<never> => {
      inputs.push(input)
      return never()
    }
    return { peer: tap(faceOf(manifest, { snk }), limits), inputs, errors: [] }
  }
  /** 100 bytes with its header. */
  const item = 'x'.repeat(91)

  test('pauses above streamBytesPause, goes on when it is read', async () => {
    const { peer, inputs } = reader({ streamBytesPause: 300 })
    peer.stream(1, open('sink', 'snk'))
    peer.stream(2, open('sink', 'snk'))
    for (let n = 0; n < 3; n++) peer.stream(1, item)
    expect(peer.pauses).toEqual([])
    peer.stream(1, item)
    peer.stream(1, item)
    expect([peer.pauses, peer.mux.stats.queuedIn]).toEqual([[true], 500])
    const batches = inputs[0]?.batches()[Symbol.asyncIterator]() as AsyncIterator<unknown[]>
    expect((await batches.next()).value.length).toBe(5)
    expect([peer.pauses, peer.mux.stats.queuedIn]).toEqual([[true, false], 0])
  })

  test('pauses above queueBytesPause over all streams, goes on at half of it', async () => {
    const { peer, inputs } = reader({ queueBytesPause: 400 })
    for (let n = 1; n <= 3; n++) peer.stream(n, open('sink', 'snk'))
    for (const n of [1, 2, 2, 3]) peer.stream(n, item)
    expect(peer.pauses).toEqual([])
    peer.stream(3, item)
    expect(peer.pauses).toEqual([true])
    const read = (at: number): unknown => inputs[at]?.batches()[Symbol.asyncIterator]().next()
    await read(0)
    expect([peer.pauses, peer.mux.stats.queuedIn]).toEqual([[true], 400])
    await read(1)
    expect(peer.mux.stats.queuedIn).toBe(200)
    expect(peer.pauses).toEqual([true, false])
  })

  test.each([
    ['streamBytesMax', { streamBytesMax: 500 }],
    ['queueBytesMax', { queueBytesMax: 500 }],
  ])('%s: one byte more ends the stream with an error, and nothing else', async (_, limits) => {
    const { peer, inputs } = reader(limits)
    peer.stream(1, open('sink', 'snk'))
    for (let n = 0; n < 5; n++) peer.stream(1, item)
    expect(await peer.sent()).toEqual([])
    peer.stream(1, '1')
    expect(await peer.sent()).toEqual([
      '.-1 end {"message":"stream is ahead of its reader by too much","name":"RpcError","code":"SSB_MUXRPC_OVERFLOW"}',
    ])
    expect(await failure(collect(inputs[0] as Incoming<unknown>))).toMatch(/^SSB_MUXRPC_OVERFLOW/)
    peer.stream(1, item)
    expect(peer.mux.stats).toMatchObject({ queuedIn: 0, streamsOpen: 0, limited: 1 })
    expect(peer.closes).toEqual([])
  })

  test('a stream of ours that nobody reads is ended alike', async () => {
    const peer = tap(NOTHING, { streamBytesMax: 250 })
    const source = peer.mux.source(['src'], [])
    await peer.sent()
    for (let n = 0; n < 3; n++) peer.stream(-1, item)
    expect((await peer.sent())[0]).toMatch(/^.1 end .*SSB_MUXRPC_OVERFLOW/)
    expect(await failure(collect(source))).toMatch(/^SSB_MUXRPC_OVERFLOW/)
  })

  test('a slow reader between two gets everything, and the queue stays within the budget', async () => {
    const text = 'x'.repeat(991)
    let most = 0
    const { client } = pair(
      faceOf(manifest, {
        async *src() {
          for (let n = 0; n < 2000; n++) yield text
        },
      }),
      {
        streamBytesMax: 4 << 20,
      },
    )
    let got = 0
    for await (const item of client.source(['src'], [])) {
      got += (item as string).length
      most = Math.max(most, client.stats.queuedIn)
      if (got % 100_091 === 0) await settle()
    }
    expect(got).toBe(2000 * 991)
    expect(most).toBeLessThanOrEqual(4 << 20)
  })
})

test('sendBytesMax: too large an item ends its stream, too large an answer is an error', async () => {
  const peer = tap(
    faceOf(manifest, {
      echo: (_call: unknown, length: number) => 'x'.repeat(length),
      async *src(_call: unknown, length: number) {
        yield 'x'.repeat(length)
      },
      async *big(_call: unknown, length: number) {
        yield new Uint8Array(length)
      },
    }),
    { sendBytesMax: 20_000 },
  )
  let number = 0
  const outcome = async (length: number): Promise<(string | undefined)[]> => {
    peer.call(1, { name: 'echo', args: [length] })
    const [src, big] = [++number, ++number]
    peer.stream(src, open('source', 'src', length))
    peer.stream(big, open('source', 'big', length))
    const sent = await peer.sent()
    return ['-1 ', `.-${src} `, `.-${big} `].map((start) =>
      sent.find((s) => s.startsWith(start))?.slice(start.length, start.length + 40),
    )
  }
  expect((await outcome(20_000)).map((s) => s?.slice(0, 4))).toEqual(['text', 'text', 'byte'])
  expect(await outcome(20_001)).toEqual([
    'end {"message":"the answer is too large ',
    'end {"message":"stream item is too large',
    'end {"message":"stream item is too large',
  ])
})
