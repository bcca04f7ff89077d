// How many syncs a thousand publishes cost.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { load } from '../lib/packages.mjs'
import { identity, makeStore, memory } from './store.mjs'

const { openDisk } = await load('ssb-feed-store/disk')
const { countWrites } = await load('ssb-feed-store/testing')

const COUNT = 1000
/** Publishes that wait together share a sync: at most a few for a thousand at once. */
const SHARED_MAX = 20

const CASES = [
  { name: 'one after another', callers: 1, most: COUNT, least: COUNT },
  { name: '64 callers', callers: 64, most: COUNT / 8, least: 1 },
  { name: 'all at once', callers: COUNT, most: SHARED_MAX, least: 1 },
]

async function count(database, callers) {
  const counted = countWrites(database)
  const store = makeStore(counted, identity('syncs'))
  await store.open()
  const before = counted.syncs
  const start = performance.now()
  let left = COUNT
  await Promise.all(
    Array.from({ length: callers }, async () => {
      while (left-- > 0) await store.api.publish({ type: 'post', text: `number ${left}` })
    }),
  )
  const ms = performance.now() - start
  const syncs = counted.syncs - before
  await store.close()
  return { syncs, ms }
}

/** @returns {Promise<{ points: number, failures: string[], note: string }>} */
export async function runSyncs() {
  const failures = []
  const notes = []
  for (const { name, callers, most, least } of CASES) {
    const folder = mkdtempSync(join(tmpdir(), 'scuttlebot-syncs-'))
    try {
      const inMemory = await count(memory(), callers)
      const onDisk = await count(openDisk(folder), callers)
      for (const { syncs } of [inMemory, onDisk])
        if (syncs > most || syncs < least) failures.push(`${name}: ${syncs} syncs`)
      notes.push(`${name} ${onDisk.syncs} (${Math.round(onDisk.ms)} ms)`)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }
  return {
    points: CASES.length,
    failures,
    note: `syncs of ${COUNT} publishes: ${notes.join(', ')}`,
  }
}
