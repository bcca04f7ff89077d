// Durable publishing: one after another beside the disk's own rate of fsync, 64 in flight beside bare signing. Beside
// it, what any database can reach that syncs off the event loop's thread: the same write and sync, in one turn there.
import {
  closeSync,
  constants,
  fdatasyncSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { load } from '../lib/packages.mjs'
import { bareSodium, median, rate, rateOf, spread } from './measure.mjs'

const IN_FLIGHT = 64
/** Baseline and publishing take turns of so many: the disk is not the same from one second to the next. */
const TURN = 50

/** Seconds that it takes to append so many bytes and have them on the disk, so many times. */
function syncSeconds(file, bytes, count) {
  const block = Buffer.alloc(bytes, 1)
  return (
    count /
    rate(count, () => {
      for (let n = 0; n < count; n++) {
        writeSync(file, block)
        fdatasyncSync(file)
      }
    })
  )
}

/** The same by another thread, for which this one waits. */
async function hopSeconds(path, bytes, count) {
  const block = Buffer.alloc(bytes, 1)
  // Opened so that a write is a sync, too: one turn of the other thread for both.
  const file = await open(
    path,
    constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND | constants.O_DSYNC,
  )
  const seconds =
    count /
    (await rateOf(count, async () => {
      for (let n = 0; n < count; n++) await file.write(block)
    }))
  await file.close()
  return seconds
}

/** The bytes that the write-ahead log of a store holds. */
const logBytes = (folder) =>
  readdirSync(join(folder, 'store'))
    .filter((name) => name.endsWith('.log'))
    .reduce((sum, name) => sum + statSync(join(folder, 'store', name)).size, 0)

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

/** Publishing in turns with the disk's own rate, for the same bytes in the same folder. */
async function oneAfterAnother(store, folder, count) {
  const file = openSync(join(folder, 'baseline'), 'w')
  const before = logBytes(folder)
  let next = 0
  const publish = async (times) => {
    for (let m = 0; m < times; m++) await store.api.publish(content(next++))
  }
  // What a message takes in the log is known after the first ones.
  await publish(TURN)
  const bytes = Math.round((logBytes(folder) - before) / TURN)
  let syncing = 0
  let publishing = 0
  let hopping = 0
  for (let done = 0; done < count; done += TURN) {
    syncing += syncSeconds(file, bytes, TURN)
    hopping += await hopSeconds(join(folder, 'hops'), bytes, TURN)
    publishing += TURN / (await rateOf(TURN, () => publish(TURN)))
  }
  closeSync(file)
  return { sync: count / syncing, hop: count / hopping, one: count / publishing }
}

/** @returns {Promise<import('./main.mjs').Report>} */
export async function run({ runs, quick }) {
  const crypto = await load('ssb-crypto')
  await crypto.ready
  const { generate, keyPairOf } = await load('ssb-keys')
  const { openStore } = await load('ssb-feed-store')
  const { openDisk } = await load('ssb-feed-store/disk')
  const count = quick ? 500 : 5000
  const figures = {
    sync: [],
    hop: [],
    hopRatio: [],
    one: [],
    oneRatio: [],
    sign: [],
    many: [],
    manyRatio: [],
  }
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
      const { sync, hop, one } = await oneAfterAnother(store, folder, count)
      const sign = signRate(secretKey, count * 10)
      let next = 0
      const lane = async () => {
        while (next < count * 4) await store.api.publish(content(next++))
      }
      const many = await rateOf(count * 4, () =>
        Promise.all(Array.from({ length: IN_FLIGHT }, lane)),
      )
      figures.sync.push(sync)
      figures.hop.push(hop)
      figures.hopRatio.push(hop / sync)
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
      ['append as many bytes and fdatasync', spread(figures.sync), '1'],
      ['the same by another thread', spread(figures.hop), spread(figures.hopRatio, 3)],
      ['publish, one after another', spread(figures.one), spread(figures.oneRatio, 3)],
      ['bare signatures', spread(figures.sign), '1'],
      [`publish, ${IN_FLIGHT} in flight`, spread(figures.many), spread(figures.manyRatio, 3)],
    ],
  }
}
