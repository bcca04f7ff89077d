// Foreign messages from bytes to committed and indexed, as a share of the rate at which one core checks signatures.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { dataFile } from '../generate/generate.mjs'
import { bareSodium, median, rate, signatureJob, spread, verifyAll } from './measure.mjs'

const BASELINE = 10_000

/** The first lines of a file, which may be too long for one text. */
function firstLines(path, count) {
  const bytes = Buffer.alloc(count * 2048)
  const file = openSync(path, 'r')
  const read = readSync(file, bytes, 0, bytes.length, 0)
  closeSync(file)
  const lines = bytes.subarray(0, read).toString().split('\n')
  return lines.slice(0, Math.min(count, lines.length - 1))
}

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
export async function run({ runs, quick, feeds = 100 }) {
  const messages = quick ? 100 : 1000
  const file = dataFile({ feeds, messages })
  const jobs = firstLines(file, BASELINE).map((line) => signatureJob(JSON.parse(line)))
  const sodium = bareSodium()
  const bare = () => rate(jobs.length, () => verifyAll(sodium, jobs))
  bare()
  const figures = {
    bare: [],
    rate: [],
    ratio: [],
    indexed: [],
    cost: [],
    memory: [],
    stall: [],
    disk: [],
    rebuilt: [],
  }
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
    figures.cost.push((report.cpu / report.count) * 1e6)
    figures.memory.push(report.memory)
    figures.rebuilt.push(report.rebuilt)
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
      ['processor time a message, all threads, µs', spread(figures.cost, 1), ''],
      ['peak memory, MB', spread(figures.memory), ''],
      ['event-loop stall p99, ms', spread(figures.stall, 1), ''],
      ['bytes on disk per message', spread(figures.disk), ''],
      ['all indexes built anew, s', spread(figures.rebuilt, 2), ''],
    ],
    notes: [
      `${feeds} feeds × ${messages} messages, two workers that check signatures.`,
      `Indexes: ${indexes.join(', ') || 'none beyond the log, ids and feeds'}.`,
    ],
  }
}
