import { manualClock } from '@scuttlebot/ssb-plugin/testing'
import { afterEach, describe, expect, test } from 'vitest'
import type { Connection } from '../src/connection.ts'
import { offenceOf } from '../src/offences.ts'
import { Courtesy } from '../src/pace.ts'
import { Pressure } from '../src/pressure.ts'
import { dial } from '../src/secure.ts'
import { Throttle } from '../src/throttle.ts'
import { identity, networkKey, start, stopAll } from './helpers.ts'

afterEach(stopAll)

describe('a throttle', () => {
  test.each([
    [0, 0],
    [1, 0],
    [9, 0],
    [10, 0],
    [11, 500],
    [14, 2000],
  ])('of 2 a second and 10 at once: %i at once wait %i ms', (count, waitMs) => {
    expect(new Throttle({ perSecond: 2, burst: 10 }, 0).take(count, 0)).toBe(waitMs)
  })

  test('fills up again, but not above its burst, and not when the clock goes back', () => {
    const throttle = new Throttle({ perSecond: 2, burst: 10 }, 0)
    expect(throttle.take(10, 0)).toBe(0)
    expect(throttle.take(1, 499)).toBe(2)
    expect(throttle.take(0, 501)).toBe(0)
    expect(throttle.take(11, 1_000_000)).toBe(500)
    expect(throttle.take(1, 0)).toBe(1000)
  })
})

describe('courtesy', () => {
  const limits = {
    calls: { perSecond: 1000, burst: 1000 },
    bytes: { perSecond: 1000, burst: 1000 },
  }
  const nothing = (): void => undefined

  test('strangers have everything while nobody else is there, and share a part when one is', () => {
    const clock = manualClock()
    const courtesy = new Courtesy(clock, limits)
    const [first, second] = [
      courtesy.stranger(nothing, nothing),
      courtesy.stranger(nothing, nothing),
    ]
    expect(first.sent(1_000_000)).toBe(0)
    expect(first.received(1_000_000, 0, 0)).toBe(0)
    const friend = courtesy.known()
    expect(friend.sent(5_000_000)).toBe(0)
    expect(first.sent(1000)).toBe(0)
    expect(second.sent(500)).toBe(500)
    expect(second.received(1500, 0, 0)).toBe(500)
    clock.advance(251)
    expect(second.sent(1_000_000)).toBe(0)
  })

  test('what is dear to read counts by its time', () => {
    const courtesy = new Courtesy(manualClock(), limits)
    courtesy.known().sent(1)
    const stranger = courtesy.stranger(nothing, nothing)
    expect(stranger.received(1, 0, 100)).toBe(0)
    expect(stranger.received(1, 0, 20)).toBe(100)
  })

  test('one known peer is slowed down only for another', () => {
    const clock = manualClock()
    const courtesy = new Courtesy(clock, limits)
    const [busy, other] = [courtesy.known(), courtesy.known()]
    for (let n = 0; n < 5; n += 1) expect(busy.received(1_000_000, 0, 50)).toBe(0)
    other.received(1, 0, 0)
    expect(busy.received(1500, 0, 0)).toBe(500)
    clock.advance(251)
    expect(busy.received(1_000_000, 0, 0)).toBe(0)
  })
})

test('what waits for slow strangers is bounded together: those with the most go', () => {
  const clock = manualClock()
  const gone: string[] = []
  const pressure = new Pressure(
    clock,
    { queuedBytesMax: 1000, connectionsMax: 100 },
    () => undefined,
  )
  const queued = { a: 100, b: 700, c: 200 }
  for (const name of ['a', 'b', 'c'] as const)
    pressure.watch(
      {
        get mux() {
          return { stats: { queuedIn: queued[name], queuedOut: 0 } }
        },
        closed: new Promise<void>(() => undefined),
        destroy: () => void gone.push(name),
      } as unknown as Connection,
      true,
    )
  clock.advance(1000)
  pressure.look()
  expect([pressure.bytes, gone]).toEqual([1000, []])
  queued.a = 101
  clock.advance(199)
  pressure.look()
  expect(gone).toEqual([])
  clock.advance(1)
  pressure.look()
  expect([pressure.bytes, gone]).toEqual([301, ['b']])
})

test.each([
  [4, 3],
  [5, 4],
  [256, 192],
])('of %i places strangers have %i, and the oldest makes room', (connectionsMax, strangers) => {
  const gone: number[] = []
  const limits = { queuedBytesMax: 1000, connectionsMax }
  const slow: unknown[] = []
  const pressure = new Pressure(manualClock(), limits, (connection) => slow.push(connection))
  const arrive = (n: number, hasCome = true): void => {
    const one = {
      mux: { stats: { queuedIn: 0, queuedOut: 0 } },
      closed: new Promise<void>(() => undefined),
      destroy: (error: Error) => {
        // it has done nothing wrong
        expect(offenceOf(error)).toBe(null)
        gone.push(n)
      },
    }
    pressure.watch(one as unknown as Connection, hasCome)
  }
  // those that we have dialled do not count
  for (let n = 1; n <= connectionsMax; n += 1) arrive(-n, false)
  for (let n = 0; n < strangers; n += 1) arrive(n)
  expect(gone).toEqual([])
  arrive(strangers)
  arrive(strangers + 1)
  expect([gone, slow]).toEqual([[0, 1], []])
})

describe('at a server', () => {
  test('a stranger that calls too fast is answered later, and others at once', async () => {
    const clock = manualClock()
    const server = await start(1, { clock, limits: { callsPerSecond: 10, callsBurst: 20 } })
    const { address } = server
    const stranger = await dial({ address, networkKey, keys: identity(5).keys })
    const owner = await dial({ address, networkKey, keys: server.keys })
    await Promise.all(Array.from({ length: 20 }, (_, n) => stranger.mux.call(['echo'], [n])))
    expect(server.api.stats().throttled).toBe(0)
    await Promise.all(Array.from({ length: 10 }, (_, n) => stranger.mux.call(['echo'], [n])))
    expect(server.api.stats().throttled).toBe(1)
    let isAnswered = false
    const late = stranger.mux.call(['echo'], [1]).then(() => {
      isAnswered = true
    })
    for (let n = 0; n < 500; n += 1) await owner.mux.call(['echo'], [n])
    expect(isAnswered).toBe(false)
    clock.advance(1000)
    await late
    await stranger.close()
    await owner.close()
  })

  test('what peers do wrong is counted and told', async () => {
    const server = await start(1)
    const told: unknown[] = []
    server.api.reported.on((id, kind, weight) => told.push([id, kind, weight]))
    const friend = identity(5).id
    server.api.report(friend, 'messages', 5)
    server.api.report(server.id, 'messages', 5)
    server.api.report(friend, 'messages', 0)
    server.api.report(friend, 'messages', Number.NaN)
    server.host.hooks.peerMisbehaved.emit(friend, 'blobs', 7)
    expect(told).toEqual([
      [friend, 'messages', 5],
      [friend, 'blobs', 7],
    ])
    expect(server.api.stats().offences).toBe(0)
  })

  test('and held against the key, not against the address that others have too', async () => {
    const server = await start(1)
    const told: unknown[] = []
    server.api.reported.on((id, kind, weight) => told.push([id, kind, weight]))
    const [friend, attacker] = [identity(5), identity(6)]
    const good = await dial({ address: server.address, keys: friend.keys, networkKey })
    const bad = await dial({
      address: server.address,
      keys: attacker.keys,
      networkKey,
      limits: { sendBytesMax: 16 << 20 },
    })
    await expect(bad.mux.call(['echo'], ['x'.repeat(2 << 20)])).rejects.toThrow()
    await bad.closed
    expect(told).toEqual([[attacker.id, 'protocol', 20]])
    expect(await good.mux.call(['echo'], [1])).toBe(1)
    await good.close()
  })
})

test.each([
  ['SSB_MUXRPC_BAD_FRAME', 'protocol'],
  ['SSB_MUXRPC_FRAME_TOO_LARGE', 'protocol'],
  ['SSB_MUXRPC_LIMIT', 'overload'],
  ['SSB_NET_PRESSURE', 'overload'],
  ['SSB_BOX_STREAM_TOO_LONG', 'protocol'],
  ['SSB_BOX_STREAM_BAD_HEADER', undefined],
  ['SSB_BOX_STREAM_BAD_BODY', undefined],
  ['SSB_MUXRPC_TRUNCATED', undefined],
  ['SSB_NET_INACTIVE', undefined],
])('a connection that ends with %s says: %s', (code, kind) => {
  expect(offenceOf(Object.assign(new Error('x'), { code }))?.kind).toBe(kind)
  expect(offenceOf(null)).toBe(null)
})
