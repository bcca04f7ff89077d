import { manualClock } from '@scuttlebot/ssb-plugin/testing'
import { afterEach, describe, expect, test } from 'vitest'
import { Doorstep } from '../src/doorstep.ts'
import { dial } from '../src/secure.ts'
import { identity, networkKey, start, stopAll } from './helpers.ts'

afterEach(stopAll)

const nothing = (): void => undefined

function doorstep(limits: Partial<ConstructorParameters<typeof Doorstep>[1]> = {}) {
  const clock = manualClock()
  const state = { isBusy: true }
  const door = new Doorstep(
    clock,
    { perSecond: 10, burst: 2, waitingMax: 3, ...limits },
    () => state.isBusy,
  )
  const events: string[] = []
  const arrive = (name: string, host = '10.0.0.1'): (() => void) =>
    door.arrive(
      host,
      () => events.push(name),
      () => events.push(`${name} left`),
    )
  return { clock, state, door, events, arrive }
}

describe('the doorstep', () => {
  test('lets in a burst, then so many a second, the newest first', () => {
    const { clock, door, events, arrive } = doorstep()
    for (const name of ['a', 'b', 'c', 'd', 'e']) arrive(name)
    expect(events).toEqual(['a', 'b'])
    expect(door.waiting).toBe(3)
    clock.advance(99)
    expect(events).toEqual(['a', 'b'])
    clock.advance(1)
    expect(events).toEqual(['a', 'b', 'e'])
    clock.advance(200)
    expect(events).toEqual(['a', 'b', 'e', 'd', 'c'])
    expect(door.waiting).toBe(0)
    clock.advance(1000)
    arrive('f')
    arrive('g')
    arrive('h')
    expect(events.slice(5)).toEqual(['f', 'g'])
  })

  test('each address has its own turn', () => {
    const { events, arrive } = doorstep()
    for (const name of ['a', 'b', 'c']) arrive(name)
    arrive('other', '10.0.0.2')
    expect(events).toEqual(['a', 'b', 'other'])
  })

  test('lets everybody in while nobody is busy, also those who wait', () => {
    const { clock, state, events, arrive } = doorstep({ burst: 1 })
    for (const name of ['a', 'b', 'c']) arrive(name)
    state.isBusy = false
    arrive('d')
    expect(events).toEqual(['a', 'd'])
    clock.advance(100)
    expect(events).toEqual(['a', 'd', 'c', 'b'])
  })

  test.each([
    [2, 0],
    [3, 0],
    [4, 1],
  ])(
    'with room for 3, of %i that wait %i must leave: the one that has waited longest',
    (count, left) => {
      const { door, events, arrive } = doorstep({ burst: 1 })
      arrive('first')
      for (let n = 0; n < count; n += 1) arrive(`${n}`)
      expect(events).toEqual(['first', ...(left === 0 ? [] : ['0 left'])])
      expect(door.turnedAway).toBe(left)
    },
  )

  test('turns away whoever comes when too many wait altogether', () => {
    const { door, events, arrive } = doorstep({ burst: 1, waitingMax: 1000 })
    for (let n = 0; n < 257; n += 1) arrive('x', '10.0.0.1')
    expect(door.waiting).toBe(256)
    arrive('y', '10.0.0.1')
    expect(events).toEqual(['x', 'y left'])
  })

  test('forgets one that has gone, and all when it closes', () => {
    const { clock, door, events, arrive } = doorstep({ burst: 1 })
    arrive('a')
    const cancel = arrive('b')
    arrive('c')
    cancel()
    cancel()
    expect(door.waiting).toBe(1)
    door.close()
    expect(door.waiting).toBe(0)
    clock.advance(10_000)
    expect(events).toEqual(['a', 'c left'])
  })
})

test('a flood of handshakes waits while a known peer is busy, and an honest one gets through', async () => {
  const friend = identity(7)
  const server = await start(1, {
    limits: { handshakesPerSecond: 20, handshakesBurst: 1 },
    prepare: (host) => {
      host.policy.add('replicate', 'friend', 1, (_from, to) =>
        to === friend.id ? { allow: true, reason: 'a friend' } : undefined,
      )
    },
  })
  const known = await dial({ address: server.address, keys: friend.keys, networkKey })
  let isOver = false
  const busy = (async () => {
    while (!isOver) await known.mux.call(['echo'], [1])
  })()
  const flood = Array.from({ length: 100 }, (_, n) =>
    dial({ address: server.address, keys: identity(n + 10).keys, networkKey }).catch(nothing),
  )
  const honest = await dial({ address: server.address, keys: identity(8).keys, networkKey })
  expect(await honest.mux.call(['echo'], [2])).toBe(2)
  expect(server.api.stats().handshakesTurnedAway).toBeGreaterThan(0)
  isOver = true
  await busy
  await Promise.all(flood)
})
