// Each write of a run fails in turn: once with nothing of it written, once written although it was said to fail.
import { readFileSync } from 'node:fs'
import { dataFile } from '../generate/generate.mjs'
import { load } from '../lib/packages.mjs'
import { createDeletions, createPromises, inspect } from './inspect.mjs'
import { identity, makeStore, memory } from './store.mjs'

const { countWrites, failWrite } = await load('ssb-feed-store/testing')

/** Nothing here takes a tenth of it; what hangs is a failure. */
const HANG_MS = 10_000

/** A database whose n-th batch is written, and said to have failed. */
function failAfterWrite(database, n) {
  let count = 0
  return {
    ...failWrite(database, -1),
    get status() {
      return database.status
    },
    async batch(operations, options) {
      await database.batch(operations, options)
      if (count++ === n) throw new Error(`write ${n} was made to seem to fail`)
    },
  }
}

async function inTime(what, promise) {
  let timer
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} hangs`)), HANG_MS)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}

/** The run: opening, publishing, adding, both at once, deleting. Gives the codes of what was refused. */
async function run(store, lines, promises, deletions) {
  const refused = []
  const settle = async (calls) => {
    for (const { status, reason } of await Promise.allSettled(calls))
      if (status === 'rejected') refused.push(reason?.code ?? reason?.message ?? String(reason))
  }
  const publish = async (text) => {
    const { key, value } = await store.api.publish({ type: 'post', text })
    promises.acknowledge(value.sequence, key)
  }
  const add = async (from, to) => {
    const verdicts = await store.api.add(lines.slice(from, to))
    const bad = verdicts.find(({ ok, code }) => !ok && code !== 'SSB_STORE_KNOWN')
    if (bad) throw new Error(`a good message was refused: ${bad.reason}`)
  }
  await settle([store.open()])
  if (refused.length > 0) return refused
  for (let round = 0; round < 4; round++) {
    await settle([publish('alone')])
    await settle([add(round * 60, round * 60 + 30)])
    await settle([publish('a'), publish('b'), add(round * 60 + 30, round * 60 + 60), publish('c')])
    const author = [...store.api.heads()][round]?.[0]
    if (author === undefined) continue
    const message = await store.api.atFeed(author, 1)
    deletions.ask(author, 1)
    if (message !== null) await settle([store.api.del(message.key), publish('d')])
    const { author: other } = JSON.parse(lines[round].toString())
    deletions.ask(other)
    if (round % 2 === 1) await settle([store.api.eraseFeed(other)])
  }
  await settle([store.api.indexed()])
  return refused
}

/** One write fails; then the store is opened again, by the same object or by a new one, and finishes the run. */
async function point({ fail, n, isSame, lines }) {
  const base = memory()
  await base.open()
  const own = identity('faults')
  const promises = createPromises(own.id)
  const deletions = createDeletions()
  const { isGone } = deletions
  const problems = []
  const broken = fail(base, n)
  // Memory keeps what is in it when it is closed.
  const store = makeStore(broken, own, { version: 1 })
  const note = (batch) => {
    for (const { author, feedSequence, key } of batch)
      if (author === own.id) promises.note(feedSequence, key)
  }
  store.api.appended.on(note)
  const refused = await inTime('the run', run(store, lines, promises, deletions))
  for (const code of refused)
    if (code !== 'SSB_STORE_BROKEN' && !/was made to/.test(code))
      problems.push(`a call was refused with ${code}`)
  if (refused.length > 0 && store.api.position >= 0) {
    // A failed note beside the log need not break the store; what it then answers must hold.
    const code = await inTime(
      'publishing after a failed write',
      store.api.publish({ type: 'post', text: 'after a failed write' }).then(
        ({ key, value }) => promises.acknowledge(value.sequence, key),
        (error) => error.code,
      ),
    )
    if (code !== undefined && !/^SSB_STORE_(BROKEN|CLOSED)$/.test(code))
      problems.push(`publishing after a failed write gives ${code}`)
  }
  await inTime(
    'closing',
    store.close().catch((error) => problems.push(`closing: ${error}`)),
  )
  const again = isSame ? store : makeStore(base, own, { version: 1 })
  if (!isSame) again.api.appended.on(note)
  const left = await inTime('the run after reopening', run(again, lines, promises, deletions))
  for (const code of left) problems.push(`after reopening a call was refused with ${code}`)
  if (left.length === 0) {
    const { problems: found, messages, chains } = await inspect(again, base, { isGone })
    problems.push(...found, ...promises.check(chains, isGone))
    const there = new Set(messages.map(({ author, feedSequence }) => `${author} ${feedSequence}`))
    const missing = lines
      .map((line) => JSON.parse(line.toString()))
      .filter(
        ({ author, sequence }) => !there.has(`${author} ${sequence}`) && !isGone(author, sequence),
      )
    if (missing.length > 0) problems.push(`${missing.length} messages were not added`)
    await again.close()
  }
  return problems
}

/** @returns {Promise<{ points: number, failures: string[], note: string }>} */
export async function runFaults() {
  const lines = readFileSync(dataFile({ feeds: 20, messages: 150, seed: 'crash' }), 'utf8')
    .split('\n', 240)
    .map((line) => Buffer.from(line))
  const counted = countWrites(memory())
  await counted.open()
  const own = identity('faults')
  const refused = await run(
    makeStore(counted, own),
    lines,
    createPromises(own.id),
    createDeletions(),
  )
  if (refused.length > 0) throw new Error(`the run fails by itself: ${refused}`)
  const failures = []
  let points = 0
  for (const fail of [failWrite, failAfterWrite])
    for (const isSame of [false, true])
      for (let n = 0; n < counted.batches; n++) {
        points++
        const name = `write ${n}, ${fail === failWrite ? 'not written' : 'written'}, ${isSame ? 'same object' : 'new store'}`
        try {
          const problems = await point({ fail, n, isSame, lines })
          for (const problem of problems.slice(0, 2)) failures.push(`${name}: ${problem}`)
        } catch (error) {
          failures.push(`${name}: ${error.stack}`)
        }
      }
  return { points, failures, note: `${counted.batches} writes, each in 4 ways` }
}
