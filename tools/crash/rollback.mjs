// The log goes back in time: a backup is put back, or the folder is deleted. The mark outside of it must tell.
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { load } from '../lib/packages.mjs'
import { createRandom } from '../lib/random.mjs'
import { identity, makeStore } from './store.mjs'

const { openDisk, openMarks } = await load('ssb-feed-store/disk')

const WAYS = ['a backup is put back', 'the folder is deleted']

async function point(way, { seed, random }) {
  const home = mkdtempSync(join(tmpdir(), 'scuttlebot-rollback-'))
  const folder = join(home, 'data')
  const backup = join(home, 'backup')
  const own = identity(seed)
  const problems = []
  const open = async (isNew = false) => {
    const marks = openMarks(folder, own.id, join(home, 'state', 'ssb'))
    const store = makeStore(openDisk(folder), own, { marks, isNew })
    await store.open()
    return store
  }
  const publish = async ({ api }, count) => {
    const values = []
    for (; count > 0; count--)
      values.push((await api.publish({ type: 'post', text: String(count) })).value)
    return values
  }
  try {
    let store = await open(true)
    const old = await publish(store, 1 + random.below(20))
    await store.close()
    cpSync(folder, backup, { recursive: true })
    store = await open()
    const lost = await publish(store, 1 + random.below(20))
    await store.close()
    rmSync(folder, { recursive: true })
    if (way === WAYS[0]) cpSync(backup, folder, { recursive: true })

    store = await open()
    const code = await publish(store, 1).then(
      () => 'no error',
      (error) => error.code,
    )
    if (code !== 'SSB_STORE_PUBLISH_LOCKED') problems.push(`publishing gives ${code}`)
    // It stays locked when it is opened again.
    await store.close()
    store = await open()
    if (store.api.publishLocked === null) problems.push('it is unlocked by opening it again')
    // Peers send the feed back, a part first.
    const missing = way === WAYS[0] ? lost : [...old, ...lost]
    await store.api.add(missing.slice(0, -1))
    if (store.api.publishLocked === null) problems.push('it is unlocked by a part of the feed')
    await store.api.add(missing.slice(-1))
    // The mark is compared off the way of the answer.
    const deadline = Date.now() + 2000
    while (store.api.publishLocked !== null && Date.now() < deadline)
      await new Promise((resolve) => setTimeout(resolve, 5))
    if (store.api.publishLocked !== null)
      problems.push(`it stays locked with the whole feed: ${store.api.publishLocked}`)
    else {
      const [next] = await publish(store, 1)
      if (next.sequence !== old.length + lost.length + 1)
        problems.push(`the next message is ${next.sequence}`)
    }
    await store.close()
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
  return problems
}

/** @returns {Promise<{ points: number, failures: string[] }>} */
export async function runRollback({ points, seed }) {
  const random = createRandom(`${seed}/rollback`)
  const failures = []
  for (let n = 0; n < points; n++) {
    const way = WAYS[n % WAYS.length]
    try {
      const problems = await point(way, { seed: `${seed}/rollback/${n}`, random })
      for (const problem of problems) failures.push(`point ${n}, ${way}: ${problem}`)
    } catch (error) {
      failures.push(`point ${n}, ${way}: ${error.stack}`)
    }
  }
  return { points, failures }
}
