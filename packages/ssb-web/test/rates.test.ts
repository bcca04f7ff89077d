import type { Metric } from '@scuttlebot/ssb-plugin'
import { manualClock } from '@scuttlebot/ssb-plugin/testing'
import { afterEach, expect, test } from 'vitest'
import { Rates } from '../src/rates.ts'
import { owner, start, stopAll } from './world.ts'

afterEach(() => stopAll())

const counters = (received: number, sent: number): readonly Metric[] => [
  { name: 'net_received_bytes_total', kind: 'counter', help: '', value: received },
  { name: 'net_sent_bytes_total', kind: 'counter', help: '', value: sent },
]

test('rates are those of the last hour, in bytes per second', () => {
  const clock = manualClock()
  let now = counters(1_000, 0)
  const rates = new Rates(clock, () => now)
  rates.start()
  expect(rates.recent()).toEqual([])
  now = counters(3_000, 500)
  clock.advance(10_000)
  expect(rates.recent()).toEqual([{ at: clock.now(), bytesIn: 200, bytesOut: 50 }])
  clock.advance(2 * 3_600_000)
  expect(rates.recent()).toHaveLength(360)
  expect(rates.recent().at(-1)).toEqual({ at: clock.now(), bytesIn: 0, bytesOut: 0 })
  rates.stop()
  clock.advance(3_600_000)
  expect(rates.recent()).toHaveLength(360)
})

test('the owner can ask for them, nobody else', async () => {
  const { host } = await start()
  expect(await host.call(owner, ['web', 'rates'])).toEqual([])
  await expect(host.call({ peer: null, rights: ['anonymous'] }, ['web', 'rates'])).rejects.toThrow()
})
