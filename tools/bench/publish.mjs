// Durable publishing: one after another beside the disk's own rate of fsync, 64 in flight beside bare signing.
import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { load } from '../lib/packages.mjs'
import { bareSodium, median, rate, rateOf, spread } from './measure.mjs'

const IN_FLIGHT = 64

/** How often a second a kilobyte can be appended and synced. */
function syncRate(folder, count) {
  const file = openSync(join(folder, 'baseline'), 'w')
  const block = Buffer.alloc(1024, 1)
  const result = rate(count, () => {
    for (let n = 0; n < count; n++) {
      writeSync(file, block)
      fsyncSync(file)
    }
  })
  closeSync(file)
  return result
}

/** How often a second libsodium signs what a message of that size has to sign. */
function signRate(secretKey, count) {
  const sodium = bareSodium()
  const message = Buffer.alloc(600, 'x')
  const signature = Buffer.alloc(64)
  return rate(count, () => {
    for (let n = 0; n < count; n++) sodium.crypto_sign_detached(signature, message, secretKey)
  })
}

const content = (n) => ({
  type: 'post',
  text: `A message of the usual length, number ${n}. `.repeat(8),
})

/** @returns {Promise<import('./main.mjs').Report>} */
export async function run({ runs, quick }) {
  const crypto = await load('ssb-crypto')
  await crypto.ready
  const { generate, keyPairOf } = await load('ssb-keys')
  const { openStore } = await load('ssb-feed-store')
  const { openDisk } = await load('ssb-feed-store/disk')
  const count = quick ? 500 : 5000
  const figures = { sync: [], one: [], oneRatio: [], sign: [], many: [], manyRatio: [] }
  for (let n = 0; n < runs; n++) {
    const folder = mkdtempSync(join(tmpdir(), 'scuttlebot-publish-'))
    const keys = generate()
    const { secretKey } = keyPairOf(keys)
    const store = await openStore({
      database: openDisk(folder),
      id: keys.id,
      sign: (bytes) => crypto.sign(bytes, secretKey),
      now: Date.now,
    })
    try {
      const sync = syncRate(folder, count)
      const one = await rateOf(count, async () => {
        for (let m = 0; m < count; m++) await store.api.publish(content(m))
      })
      const sign = signRate(secretKey, count * 10)
      let next = 0
      const lane = async () => {
        while (next < count * 4) await store.api.publish(content(next++))
      }
      const many = await rateOf(count * 4, () =>
        Promise.all(Array.from({ length: IN_FLIGHT }, lane)),
      )
      figures.sync.push(sync)
      figures.one.push(one)
      figures.oneRatio.push(one / sync)
      figures.sign.push(sign)
      figures.many.push(many)
      figures.manyRatio.push(many / sign)
    } finally {
      await store.close()
      rmSync(folder, { recursive: true, force: true })
    }
  }
  return {
    ratio: median(figures.oneRatio),
    unit: "of the disk's rate of fsync",
    head: ['what', 'per second', 'ratio'],
    rows: [
      ['append 1 KiB and fsync', spread(figures.sync), '1'],
      ['publish, one after another', spread(figures.one), spread(figures.oneRatio, 3)],
      ['bare signatures', spread(figures.sign), '1'],
      [`publish, ${IN_FLIGHT} in flight`, spread(figures.many), spread(figures.manyRatio, 3)],
    ],
  }
}
