// Loss of power in memory: a wrapper under the store forgets what was not synced, or all but the first part of it.
import { readFileSync } from 'node:fs'
import { dataFile } from '../generate/generate.mjs'
import { load } from '../lib/packages.mjs'
import { createRandom } from '../lib/random.mjs'
import { createDeletions, createPromises, inspect } from './inspect.mjs'
import { identity, makeStore, memory } from './store.mjs'

const { mortal } = await load('ssb-feed-store/testing')

/** A database loses power this often; each time is a point. */
const LIVES = 3

/** A database that says it has synced, and has not: what the scenario must find out. */
const lying = (database) => ({
  ...database,
  get status() {
    return database.status
  },
  batch: (operations, options) => database.batch(operations, { ...options, sync: false }),
  async flush() {},
})

/** Publish and add until `tick` has been called often enough; ends when the power does. */
function work(api, { lines, random, tick, isOn, promises, deletions }) {
  const publishes = async () => {
    for (let n = 0; isOn(); n++) {
      const text = 'x'.repeat(random.below(300))
      const { key, value } = await api.publish({ type: 'post', text, n })
      promises.acknowledge(value.sequence, key)
      tick()
    }
  }
  const adds = async () => {
    for (let from = 0; from < lines.length && isOn(); ) {
      const to = Math.min(lines.length, from + 1 + random.below(40))
      const verdicts = await api.add(lines.slice(from, to))
      const bad = verdicts.find(({ ok, code }) => !ok && code !== 'SSB_STORE_KNOWN')
      if (bad) throw new Error(`a good message was refused: ${bad.reason}`)
      from = to
      tick()
    }
  }
  const deletes = async () => {
    while (isOn()) {
      const heads = [...api.heads()]
      await new Promise((resolve) => setImmediate(resolve))
      if (heads.length === 0) continue
      const [author, head] = random.pick(heads)
      const message = await api.atFeed(author, 1 + random.below(head.sequence))
      if (message === null) continue
      deletions.ask(author, message.feedSequence)
      await api.del(message.key)
      tick()
    }
  }
  const callers = Array.from({ length: random.below(4) }, publishes)
  const more = random.below(2) === 0 ? [deletes()] : []
  return Promise.allSettled([adds(), ...callers, ...more])
}

/**
 * @param {{ points: number, seed: string, isLying?: boolean, isInFiles?: boolean }} `points`: how many databases; with `isLying` a point
 *   passes when the lost message is missed; with `isInFiles` the log has gaps, as LevelDB's may have
 */
export async function runPower({ points, seed, isLying = false, isInFiles = false }) {
  const lines = readFileSync(dataFile({ feeds: 20, messages: 60, seed: 'crash' }), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => Buffer.from(line))
  const random = createRandom(`${seed}/power/${isInFiles}`)
  const outcome = {
    points: isLying ? points : points * LIVES,
    failures: [],
    acknowledged: 0,
    openMs: 0,
    note: '',
  }
  let lost = 0
  let mended = 0
  for (let world = 0; world < points; world++) {
    const base = memory()
    await base.open()
    const own = identity(`${seed}/power/${world}`)
    const promises = createPromises(own.id)
    const deletions = createDeletions()
    // Half of them build their indexes anew in each life, so that catching up is interrupted.
    const isSteady = random.below(2) === 0
    const problems = []
    for (let life = 0; life < LIVES && problems.length === 0; life++) {
      const power = mortal(base, isInFiles ? 2 + random.below(20) : Infinity)
      const store = makeStore(isLying ? lying(power) : power, own, {
        version: isSteady ? 1 : 2 * life,
      })
      await store.open()
      store.api.appended.on((batch) => {
        for (const { author, feedSequence, key } of batch)
          if (author === own.id) promises.note(feedSequence, key)
      })
      if (isLying) {
        const { key, value } = await store.api.publish({ type: 'post', text: 'believed' })
        promises.acknowledge(value.sequence, key)
      }
      let ticks = random.below(100)
      const isOn = () => ticks >= 0
      const off = new Promise((resolve) => {
        const tick = () => {
          if (ticks-- !== 0) return
          lost += power.unsynced
          const kept = () =>
            isLying || random.below(2) === 0 ? 0 : random.below(power.unsynced + 1)
          resolve(power.losePower(kept(), kept()))
        }
        const from = random.below(lines.length)
        const rest = life === 0 ? lines : [...lines.slice(0, from), ...lines.slice(from)]
        void work(store.api, { lines: rest, random, tick, isOn, promises, deletions }).then(() => {
          ticks = Math.min(ticks, 0)
          tick()
        })
      })
      await off
      const again = makeStore(base, own, { version: isSteady ? 1 : 2 * life + 1 })
      const start = performance.now()
      await again.open()
      outcome.openMs = Math.max(outcome.openMs, performance.now() - start)
      const { isGone } = deletions
      // The first life may have ended before its indexes were named.
      const isWhole = again.mended.length === 0
      mended += isWhole ? 0 : 1
      if (!isInFiles && !isWhole) problems.push(`mended: ${again.mended[0]}`)
      const isCurrent = isSteady && life > 0 && isWhole
      const found = await inspect(again, base, { isCurrent, isGone })
      problems.push(...found.problems, ...promises.check(found.chains, isGone))
    }
    outcome.acknowledged += promises.acknowledged
    if (isLying && problems.length === 0)
      outcome.failures.push(`point ${world}: a lost message was not missed`)
    if (!isLying)
      for (const problem of problems) outcome.failures.push(`point ${world}: ${problem}`)
  }
  outcome.note = `${lost} batches were not synced, ${mended} logs had gaps`
  return outcome
}
