// Foreign messages from bytes to committed and indexed, as a share of the rate at which one core checks signatures.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { dataFile } from '../generate/generate.mjs'
import { bareSodium, median, rate, signatureJob, spread, verifyAll } from './measure.mjs'

const BASELINE = 10_000

/** One ingest in a process of its own, so that its memory and its event loop are its own. */
async function ingest(file) {
  const child = fork(fileURLToPath(new URL('ingest.worker.mjs', import.meta.url)), [file])
  const [message] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([code]) => {
      throw new Error(`the ingest ended with ${code}`)
    }),
  ])
  await once(child, 'exit')
  return message
}

/** @returns {Promise<import('./main.mjs').Report>} */
export async function run({ runs, quick }) {
  const messages = quick ? 100 : 1000
  const file = dataFile({ feeds: 100, messages })
  const jobs = readFileSync(file, 'utf8')
    .split('\n', BASELINE)
    .filter(Boolean)
    .map((line) => signatureJob(JSON.parse(line)))
  const sodium = bareSodium()
  const bare = () => rate(jobs.length, () => verifyAll(sodium, jobs))
  bare()
  const figures = { bare: [], rate: [], ratio: [], indexed: [], memory: [], stall: [], disk: [] }
  let indexes = []
  for (let n = 0; n < runs; n++) {
    const before = bare()
    const report = await ingest(file)
    const baseline = (before + bare()) / 2
    indexes = report.indexes
    figures.bare.push(baseline)
    figures.rate.push(report.count / report.committed)
    figures.indexed.push(report.count / report.indexed)
    figures.ratio.push(report.count / report.indexed / baseline)
    figures.memory.push(report.memory)
    figures.stall.push(report.stall)
    figures.disk.push(report.disk / report.count)
  }
  return {
    ratio: median(figures.ratio),
    unit: 'of bare signature checks on one core',
    head: ['what', 'figure', 'ratio'],
    rows: [
      ['libsodium alone, signatures/s', spread(figures.bare), '1'],
      ['ingest until committed, messages/s', spread(figures.rate), ''],
      ['ingest until indexed, messages/s', spread(figures.indexed), spread(figures.ratio, 3)],
      ['peak memory, MB', spread(figures.memory), ''],
      ['event-loop stall p99, ms', spread(figures.stall, 1), ''],
      ['bytes on disk per message', spread(figures.disk), ''],
    ],
    notes: [
      `100 feeds × ${messages} messages, two workers that check signatures.`,
      `Indexes: ${indexes.join(', ') || 'none beyond the log, ids and feeds'}.`,
    ],
  }
}
