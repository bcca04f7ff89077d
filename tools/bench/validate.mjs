// Validation of parsed messages, as a share of the rate at which libsodium alone checks their signatures.
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { dataFile } from '../generate/generate.mjs'
import { ensureInstalled } from '../lib/install.mjs'
import { load } from '../lib/packages.mjs'
import {
  bareSodium,
  median,
  profileOf,
  rate,
  rateOf,
  signatureJob,
  spread,
  verifyAll,
} from './measure.mjs'

// As the store takes messages in: so many in a batch, and so many batches on the way.
const BATCH = 256
const IN_FLIGHT = 3
const POOL_WORKERS = 2
/** Pairs of both lines of two workers in a round: whatever else the machine does weighs most where all cores are busy. */
const PAIRS = 3

const read = (file) =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line)
    .map((line) => JSON.parse(line))

/** A validator over empty feeds that remembers what it has accepted. */
function fresh(createValidator, options = {}) {
  const heads = new Map()
  const validator = createValidator({ ...options, state: (feed) => heads.get(feed) ?? null })
  const keep = (verdicts) => {
    for (const verdict of verdicts) {
      if (!verdict.ok) throw new Error(`a generated message was refused: ${verdict.reason}`)
      const { key, value } = verdict.message
      heads.set(value.author, { id: key, sequence: value.sequence, timestamp: value.timestamp })
    }
  }
  return { validator, keep }
}

const batches = (values) =>
  Array.from({ length: Math.ceil(values.length / BATCH) }, (_, n) =>
    values.slice(n * BATCH, (n + 1) * BATCH),
  )

/** Everything, batch after batch, on this thread. */
function inline({ createValidator }, values) {
  const { validator, keep } = fresh(createValidator)
  for (const batch of batches(values)) keep(validator.validateSync(batch))
}

/** Everything through a pool, the batches overlapping as in the ingest pipeline. */
async function pooled({ createValidator }, verifier, values) {
  const { validator, keep } = fresh(createValidator, { verifier })
  const running = []
  for (const batch of batches(values)) {
    if (running.length === IN_FLIGHT) keep(await running.shift())
    running.push(validator.validate(batch))
  }
  for (const verdicts of running) keep(await verdicts)
}

/** Two threads that do nothing but check signatures. */
async function bareWorkers(file) {
  const workers = Array.from(
    { length: POOL_WORKERS },
    (_, share) =>
      new Worker(new URL('verify.worker.mjs', import.meta.url), {
        workerData: { file, share, shares: POOL_WORKERS },
      }),
  )
  await Promise.all(workers.map((worker) => once(worker, 'message')))
  return {
    async go() {
      const done = workers.map((worker) => once(worker, 'message'))
      for (const worker of workers) worker.postMessage('go')
      await Promise.all(done)
    },
    close: () => Promise.all(workers.map((worker) => worker.terminate())),
  }
}

/** What a message costs beside its signature, and where that goes. */
async function besides({ createValidator }, values) {
  const verifier = { verify: (jobs) => jobs.map(() => true) }
  const all = async () => {
    const { validator, keep } = fresh(createValidator, { verifier })
    for (const batch of batches(values)) keep(await validator.validate(batch))
  }
  await all()
  const rates = []
  for (let n = 0; n < 5; n++) rates.push(await rateOf(values.length, all))
  const parts = await profileOf(async () => {
    for (let n = 0; n < 10; n++) await all()
  })
  const shares = parts.map(({ name, share }) => `${name} ${(100 * share).toFixed(0)} %`).join(', ')
  return `Beside its signature a message costs ${(1e6 / median(rates)).toFixed(1)} µs: ${shares}.`
}

/** The reference's validator, message by message. */
function referenceValidator() {
  const home = ensureInstalled('suites')
  const { append, initial } = createRequire(join(home, 'package.json'))('ssb-validate')
  return (values) => {
    let state = initial()
    for (const value of values) {
      state = append(state, null, value)
      state.queue = []
    }
  }
}

/** @returns {Promise<import('./main.mjs').Report>} */
export async function run({ runs, quick }) {
  const ours = await load('ssb-validate')
  const { createPool } = await load('ssb-validate/pool')
  const sodium = bareSodium()
  const reference = referenceValidator()
  const count = quick ? 2000 : 10_000
  const sets = [
    { name: '1 feed', file: dataFile({ feeds: 1, messages: count, seed: 'validate' }) },
    { name: '100 feeds', file: dataFile({ feeds: 100, messages: count / 100, seed: 'validate' }) },
  ]
  const rows = []
  const notes = []
  const worst = []
  for (const { name, file } of sets) {
    const values = read(file)
    const jobs = values.map(signatureJob)
    const workers = await bareWorkers(file)
    const pool = createPool({ workers: POOL_WORKERS })
    const figures = { bare: [], inline: [], reference: [], bareTwo: [], pool: [] }
    // One round that does not count: compilers and the pool's start.
    inline(ours, values)
    await pooled(ours, pool, values)
    await workers.go()
    for (let n = 0; n < runs; n++) {
      figures.bare.push(rate(count, () => verifyAll(sodium, jobs)))
      figures.inline.push(rate(count, () => inline(ours, values)))
      figures.reference.push(rate(count, () => reference(values)))
      for (let pair = 0; pair < PAIRS; pair++) {
        figures.bareTwo.push(await rateOf(count, () => workers.go()))
        figures.pool.push(await rateOf(count, () => pooled(ours, pool, values)))
      }
    }
    await workers.close()
    await pool.close()
    notes.push(`${name}: ${await besides(ours, values)}`)
    const ratios = (of, to) => figures[of].map((figure, n) => figure / figures[to][n])
    worst.push(median(ratios('inline', 'bare')))
    rows.push(
      [name, 'libsodium alone, one thread', spread(figures.bare), '1'],
      [name, 'ours, one thread', spread(figures.inline), spread(ratios('inline', 'bare'), 3)],
      [
        name,
        'ssb-validate 4.1.4',
        spread(figures.reference),
        spread(ratios('reference', 'bare'), 3),
      ],
      [name, 'libsodium alone, two workers', spread(figures.bareTwo), '1'],
      [name, 'ours, two workers', spread(figures.pool), spread(ratios('pool', 'bareTwo'), 3)],
    )
  }
  return {
    ratio: Math.min(...worst),
    unit: 'of bare signature checks',
    head: ['messages', 'what', 'per second', 'ratio'],
    rows,
    notes,
  }
}
