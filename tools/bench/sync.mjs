// A server fills itself from another over TCP, as a share of the rate at which one core checks bare signatures.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { dataFile } from '../generate/generate.mjs'
import { startOurs } from '../interop/ours.mjs'
import { root } from '../lib/packages.mjs'
import { bareSodium, median, rate, signatureJob, spread, verifyAll } from './measure.mjs'

const FEEDS = 100
/** How many signatures the baseline checks each time. */
const BASELINE = 10_000
const SYNC_MS = 300_000

/** The most memory that a process has had, in MB. */
function peakMemory(pid) {
  const line = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
  return Number(line?.[1]) / 1024
}

/** @returns {Promise<import('./main.mjs').Report>} */
export async function run({ runs, quick }) {
  const messages = quick ? 100 : 1000
  const total = FEEDS * messages
  const file = dataFile({ feeds: FEEDS, messages })
  const clock = {}
  const jobs = []
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    if (!line) continue
    const value = JSON.parse(line)
    clock[value.author] = value.sequence
    if (jobs.length < BASELINE) jobs.push(signatureJob(value))
  }
  const sodium = bareSodium()
  const bare = () => rate(jobs.length, () => verifyAll(sodium, jobs))
  bare()

  const source = await startOurs({ name: 'source' })
  const figures = { bare: [], sync: [], memory: [], ratio: [] }
  let imported
  try {
    const start = Date.now()
    const done = spawnSync(
      process.execPath,
      [join(root, 'packages/ssb-server/dist/bin.js'), '--path', source.path, 'import', file],
      { encoding: 'utf8' },
    )
    imported = total / ((Date.now() - start) / 1000)
    if (done.status !== 0) throw new Error(`the import failed: ${done.stderr}`)
    // A server replicates, and so offers, the feeds that it follows.
    await Promise.all(Object.keys(clock).map((feed) => source.follow(feed)))
    for (let n = 0; n < runs; n++) {
      const receiver = await startOurs({ name: 'receiver' })
      try {
        await Promise.all(Object.keys(clock).map((feed) => receiver.follow(feed)))
        const before = bare()
        const begin = process.hrtime.bigint()
        await receiver.connect(source.address)
        await receiver.waitClock(clock, SYNC_MS)
        const seconds = Number(process.hrtime.bigint() - begin) / 1e9
        const baseline = (before + bare()) / 2
        figures.bare.push(baseline)
        figures.sync.push(total / seconds)
        figures.ratio.push(total / seconds / baseline)
        figures.memory.push(peakMemory(receiver.pid))
      } finally {
        await receiver.close()
      }
    }
  } finally {
    await source.close()
  }
  return {
    ratio: median(figures.ratio),
    unit: 'of bare signature checks on one core',
    head: ['what', 'figure', 'ratio'],
    rows: [
      ['libsodium alone, signatures/s', spread(figures.bare), '1'],
      ['sync over TCP, messages/s', spread(figures.sync), spread(figures.ratio, 3)],
      [
        'import from a file, messages/s',
        imported.toFixed(0),
        (imported / median(figures.bare)).toFixed(3),
      ],
      ["receiver's peak memory, MB", spread(figures.memory), ''],
    ],
    notes: [`${FEEDS} feeds × ${messages} messages, both servers on this machine's cores.`],
  }
}
