import { manualClock } from '@scuttlebot/ssb-plugin/testing'
import type { FeedId } from '@scuttlebot/ssb-ref'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { dailyBound, reconnectPause, retryPause } from '../src/backoff.ts'
import { GOSSIP_TIMES } from '../src/limits.ts'
import { importLegacy, readBook, type Switches, writeBook } from '../src/persist.ts'
import { dialable, toDial } from '../src/record.ts'
import { BAN_MS, BAN_POINTS, HALF_LIFE_MS, TRUST_PEERS_MAX, Trust } from '../src/trust.ts'
import { addressOf, bookOn, idOf, OWN } from './helpers.ts'

const MINUTE = 60_000
const HOUR: number = 60 * MINUTE
const DAY: number = 24 * HOUR

const switches = (): Switches => ({
  global: true,
  local: true,
  friends: true,
  seed: true,
  pub: true,
})

describe('pauses', () => {
  test.each([
    [1, true, 8 * MINUTE],
    [2, true, 64 * MINUTE],
    [3, true, 8 * HOUR],
    [1000, true, 8 * HOUR],
    [3, false, 512 * MINUTE],
    [4, false, 4096 * MINUTE],
    [5, false, 7 * DAY],
    [1000, false, 7 * DAY],
  ])('after %i failures, near: %s', (failures, isNear, ms) => {
    expect(retryPause(failures, isNear, GOSSIP_TIMES, 0)).toBe(ms)
    expect(retryPause(failures, isNear, GOSSIP_TIMES, 1)).toBe(ms * 1.25)
  })

  test('no peer is dialled in vain more than five times in 24 hours, whatever the jitter', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 40 }),
        (random) => {
          const times: number[] = []
          let at = 0
          random.forEach((value, index) => {
            times.push(at)
            at += retryPause(index + 1, true, GOSSIP_TIMES, value)
          })
          times.forEach((time, index) => {
            const fifth = times[index + 5]
            if (fifth !== undefined) expect(fifth - time).toBeGreaterThanOrEqual(DAY)
          })
        },
      ),
    )
  })

  test('the day has a bound of its own', () => {
    expect(dailyBound([1, 2, 3, 4])).toBe(0)
    expect(dailyBound([1, 2, 3, 4, 5])).toBe(1 + DAY)
  })

  test('short connections are answered with growing pauses, up to an hour', () => {
    expect(reconnectPause(0, GOSSIP_TIMES, 0)).toBe(5000)
    expect(reconnectPause(3, GOSSIP_TIMES, 0)).toBe(40_000)
    expect(reconnectPause(1000, GOSSIP_TIMES, 0)).toBe(HOUR)
  })
})

describe('the book', () => {
  test.each([
    ['itself', `net:a.example:8008~shs:${OWN.slice(1, -8)}`],
    ['no address', 'nonsense'],
    ['no key', 'unix:/tmp/socket~noauth'],
    ['an address that is too long', addressOf(1, 'a'.repeat(1000))],
    ['null', null],
    ['an object without a host', { port: 1, key: idOf(1) }],
  ])('does not remember %s', (_name, address) => {
    const book = bookOn(manualClock())
    expect(book.remember(address, 'manual')).toBeNull()
    expect(book.size).toBe(0)
  })

  test('reads every form of an address as one', () => {
    const book = bookOn(manualClock())
    const key = idOf(1)
    book.remember(`a.example:8008:${key}`, 'pub')
    book.remember({ host: 'a.example', port: 8008, key }, 'pub')
    book.remember({ address: addressOf(1, 'a.example') }, 'pub')
    const [peer] = [...book.peers()]
    expect([...(peer?.addresses.keys() ?? [])]).toEqual([addressOf(1, 'a.example')])
    expect(peer?.addresses.get(addressOf(1, 'a.example'))?.announcers).toBe(3)
  })

  test.each([
    [9, 9],
    [10, 10],
    [11, 10],
  ])('has room for ten peers: %i come', (come, stay) => {
    const book = bookOn(manualClock(), { peersMax: 10 })
    for (let index = 0; index < come; index += 1) book.remember(addressOf(index), 'pub')
    expect(book.size).toBe(stay)
  })

  test('strangers displace neither who has been met, nor who is followed, nor who was given by hand', () => {
    const book = bookOn(manualClock(), { peersMax: 3 })
    const met = book.remember(addressOf(0), 'pub')
    if (met !== null) book.connected(met, addressOf(0), true)
    book.remember(addressOf(1), 'pub')
    book.setHops(idOf(1), 1)
    book.remember(addressOf(2), 'manual')
    for (let index = 3; index < 100; index += 1)
      expect(book.remember(addressOf(index), 'pub')).toBeNull()
    expect([...book.peers()].map(({ id }) => id)).toEqual([idOf(0), idOf(1), idOf(2)])
  })

  test('a flood of addresses of one peer does not displace the one that works', () => {
    const book = bookOn(manualClock(), { addressesMax: 4 })
    const peer = book.remember(addressOf(0, 'good.example'), 'pub')
    if (peer !== null) book.connected(peer, addressOf(0, 'good.example'), true)
    for (let index = 0; index < 50; index += 1)
      book.remember(addressOf(0, `bad${index}.example`), 'pub')
    expect(peer?.addresses.size).toBe(4)
    expect(peer === null ? [] : dialable(peer).map(({ address }) => address)[0]).toBe(
      addressOf(0, 'good.example'),
    )
  })

  test('addresses that others announce do not hide the one that has worked', () => {
    const book = bookOn(manualClock())
    const peer = book.remember(addressOf(0, 'good.example'), 'pub')
    if (peer === null) throw new Error('not remembered')
    book.connected(peer, addressOf(0, 'good.example'), true)
    for (let index = 0; index < 6; index += 1)
      book.stage(addressOf(0, `10.0.0.${index}`), { type: 'lan' }, 1000)
    expect(toDial(peer)).toHaveLength(3)
    expect(toDial(peer)).toContain(addressOf(0, 'good.example'))
  })

  test('long reasons are cut', () => {
    const book = bookOn(manualClock())
    const peer = book.recordOf(idOf(0))
    book.note(peer, { at: 0, kind: 'failed', reason: 'x'.repeat(301) })
    expect(peer.history[0]?.reason).toHaveLength(300)
  })

  test('staged addresses are forgotten when they are not repeated, and are bounded', () => {
    const clock = manualClock()
    const book = bookOn(clock, { stagedMax: 2 })
    expect(book.stage(addressOf(0), { type: 'lan' }, 1000)).toBe('new')
    expect(book.stage(addressOf(1), { type: 'lan' }, 1000)).toBe('new')
    expect(book.stage(addressOf(2), { type: 'lan' }, 1000)).toBeNull()
    expect(book.get(idOf(0))?.group).toBe('lan')
    clock.advance(900)
    expect(book.stage(addressOf(0), { type: 'lan' }, 1000)).toBe('again')
    clock.advance(100)
    expect(book.expire()).toBe(1)
    expect(book.get(idOf(1))).toBeNull()
    expect(book.stage(addressOf(2), { type: 'lan' }, 1000)).toBe('new')
    expect(book.unstage(addressOf(0))).toBe(true)
    expect(book.unstage(addressOf(0))).toBe(false)
  })

  test('what others announce never drives out an address that was given by the owner', () => {
    const clock = manualClock()
    for (const source of ['manual', 'seed', 'invite'] as const) {
      const book = bookOn(clock)
      book.remember(addressOf(0, 'given.example'), source, {})
      for (let n = 0; n < 50; n += 1) book.stage(addressOf(0, `10.0.0.${n}`), { type: 'lan' }, 1000)
      expect(book.get(idOf(0))?.addresses.has(addressOf(0, 'given.example'))).toBe(true)
    }
  })

  test('what is kept comes back the same: pauses, failures, bans, switches', () => {
    const clock = manualClock()
    const book = bookOn(clock)
    const trust = new Trust(() => clock.now())
    const peer = book.remember(addressOf(0), 'pub', { type: 'pub', name: 'a pub' })
    if (peer === null) throw new Error('not remembered')
    book.addressFailed(peer, addressOf(0), 'nobody answers')
    book.failed(peer)
    book.stage(addressOf(1), { type: 'lan' }, 1000)
    trust.ban(idOf(5), null, 'noise')
    const written = JSON.parse(
      JSON.stringify(writeBook(book, trust, { ...switches(), pub: false })),
    )
    const again = bookOn(clock)
    const trustAgain = new Trust(() => clock.now())
    const switched = switches()
    readBook(written, again, trustAgain, switched, clock.now())
    expect(again.get(idOf(0))).toEqual(peer)
    expect(again.get(idOf(1))).toBeNull()
    expect(trustAgain.bans()).toEqual(trust.bans())
    expect(switched.pub).toBe(false)
  })

  test('reading is total, and refuses what is not the peer it claims to be', () => {
    const clock = manualClock()
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (value, inner) => {
        const book = bookOn(clock)
        const trust = new Trust(() => clock.now())
        readBook(value, book, trust, switches(), clock.now())
        const peers = { [idOf(0)]: { addresses: { [addressOf(0)]: inner }, ...(inner as object) } }
        readBook({ peers, bans: [inner] }, book, trust, switches(), clock.now())
        importLegacy({ gossip: value, conn: inner }, book, clock.now())
        importLegacy({ gossip: [inner], conn: { [addressOf(1)]: value } }, book, clock.now())
        for (const peer of book.peers()) expect(peer.retryAt).toBeTypeOf('number')
      }),
    )
    const book = bookOn(clock)
    const peers = { [idOf(0)]: { addresses: { [addressOf(1)]: {} } } }
    readBook({ peers }, book, new Trust(() => 0), switches(), 0)
    expect(book.size).toBe(0)
  })

  test('the files of older servers', () => {
    const clock = manualClock()
    const book = bookOn(clock)
    const duration = { mean: 2, stdev: 0, count: 1, sum: 2, sqsum: 4 }
    const gossip = [
      { host: 'old.example', port: 8008, key: idOf(0), source: 'pub', failure: 7, duration },
      { address: addressOf(1), key: idOf(1), source: 'manual', announcers: 3 },
      { host: 'broken', port: 'x', key: 'y' },
    ]
    const conn = { [addressOf(1)]: { key: idOf(1), type: 'room', autoconnect: false }, junk: {} }
    expect(importLegacy({ gossip, conn }, book, clock.now())).toBe(2)
    const old = book.get(idOf(0))?.addresses.get(addressOf(0, 'old.example'))
    expect([old?.failures, old?.source, old?.duration]).toEqual([7, 'pub', duration])
    const room = book.get(idOf(1))
    expect(room?.group).toBe('rooms')
    // conn.json is the newer of the two, and says not to dial this one
    expect(room === null ? [] : dialable(room)).toEqual([])
  })
})

describe('trust', () => {
  test.each([null, 1000])('a flood of bans lifts none that was given by hand: %j', (ms) => {
    let now = 0
    const trust = new Trust(() => now)
    trust.ban(idOf(2), 10, 'over soon')
    now = 10
    trust.ban(idOf(0), ms, 'by hand')
    trust.report(idOf(1), BAN_POINTS, 'noise')
    const far = (n: number): FeedId => `@${String(n).padStart(43, '0')}=.ed25519` as FeedId
    for (let n = 0; n < TRUST_PEERS_MAX; n += 1) trust.report(far(n), BAN_POINTS, 'noise')
    expect(trust.banned(idOf(0))).toMatchObject({ reason: 'by hand', byHand: true })
    expect(trust.banned(idOf(1))).toBeNull()
    expect(trust.all()).toHaveLength(TRUST_PEERS_MAX)
    expect(trust.all().filter(({ byHand }) => byHand)).toHaveLength(1)
  })

  test('points fade, and lead to a ban at the bound', () => {
    let now = 0
    const trust = new Trust(() => now)
    expect(trust.report(idOf(0), BAN_POINTS - 1, 'noise')).toBeNull()
    now = HALF_LIFE_MS
    expect(trust.points(idOf(0))).toBeCloseTo((BAN_POINTS - 1) / 2)
    expect(trust.report(idOf(0), BAN_POINTS / 2, 'noise')).toBeNull()
    expect(trust.report(idOf(0), 1, 'more noise')).toMatchObject({ reason: 'more noise', times: 1 })
    expect(trust.banned(idOf(0))).toMatchObject({ until: now + BAN_MS })
    now += BAN_MS
    expect(trust.banned(idOf(0))).toBeNull()
    expect(trust.report(idOf(0), BAN_POINTS, 'again')).toMatchObject({
      times: 2,
      until: now + 2 * BAN_MS,
    })
    expect(trust.unban(idOf(0))).toBe(true)
    expect(trust.unban(idOf(0))).toBe(false)
    expect(trust.bans()).toEqual([])
  })
})
