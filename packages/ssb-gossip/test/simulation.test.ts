import { expect, test } from 'vitest'
import { simulate } from './simulation.ts'

const HOUR = 3_600_000

test('a month among a thousand peers, on a machine that sleeps at night', async () => {
  const result = await simulate({ seed: 2, peers: 1000, days: 30, sleeps: true })
  expect(result.unsyncedMsMax).toBeLessThanOrEqual(12 * HOUR)
  expect(result.deadDialsPerDayMax).toBeLessThanOrEqual(5)
  expect(result.overQuota).toBe(0)
  // seven in ten of four hundred friends are alive
  expect(result.friendsSynced).toBeGreaterThan(260)
}, 60_000)

test.each([3, 4, 5])('a week among two hundred, awake, seed %i', async (seed) => {
  const result = await simulate({ seed, peers: 200, days: 7, sleeps: false })
  expect(result.unsyncedMsMax).toBeLessThanOrEqual(12 * HOUR)
  expect(result.deadDialsPerDayMax).toBeLessThanOrEqual(5)
  expect(result.overQuota).toBe(0)
})

test('the same seed gives the same month, another one another', async () => {
  const options = { seed: 7, peers: 100, days: 3, sleeps: true }
  const first = await simulate(options)
  expect(await simulate(options)).toEqual(first)
  expect((await simulate({ ...options, seed: 8 })).digest).not.toBe(first.digest)
})
