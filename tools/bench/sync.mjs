// A server fills itself from others over TCP, as a share of the rate at which one core checks bare signatures.
import { readFileSync } from 'node:fs'
import { dataFile } from '../generate/generate.mjs'
import { until } from '../interop/ours.mjs'
import { bareSodium, median, rate, signatureJob, spread, verifyAll } from './measure.mjs'
import { importInto } from './wire/import.mjs'
import { peakMemory, probed } from './wire/probed.mjs'

const FEEDS = 100
/** How many signatures the baseline checks each time. */
const BASELINE = 10_000
const SYNC_MS = 300_000
/** How often the receiver is asked for its clock. */
const ASK_MS = 100

/** The generated messages: where they are, how far each feed goes, what they take on the wire at least. */
function dataOf(feeds, messages) {
  const file = dataFile({ feeds, messages })
  const clock = {}
  const jobs = []
  let bytes = 0
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    if (!line) continue
    const value = JSON.parse(line)
    clock[value.author] = value.sequence
    bytes += Buffer.byteLength(line)
    if (jobs.length < BASELINE) jobs.push(signatureJob(value))
  }
  return { file, clock, jobs, bytes }
}

/** Start a server that has everything, and offers it as it follows all the feeds. */
async function startSource(name, { file, clock }, total) {
  const source = await probed({ name })
  const imported = importInto(source, file, total)
  await Promise.all(Object.keys(clock).map((feed) => source.follow(feed)))
  // It goes on indexing what it was just given, which a server that has had its messages for a while does not.
  await until('a source at rest', SYNC_MS, async () =>
    Object.values(await source.call('progress')).every(({ current, target }) => current >= target),
  )
  return { source, imported }
}

/** One empty server, filled by all the sources at once. */
async function fill(sources, { clock }, bare, total) {
  const receiver = await probed({ name: 'receiver' })
  try {
    await Promise.all(Object.keys(clock).map((feed) => receiver.follow(feed)))
    const before = bare()
    for (const server of [receiver, ...sources]) await server.seen()
    const begin = process.hrtime.bigint()
    await Promise.all(sources.map(({ address }) => receiver.connect(address)))
    await receiver.waitClock(clock, SYNC_MS, ASK_MS)
    const seconds = Number(process.hrtime.bigint() - begin) / 1e9
    const [mine, ...theirs] = await Promise.all(
      [receiver, ...sources].map((server) => server.seen()),
    )
    const ports = sources.map(({ address }) => /:(\d+)~/.exec(address)[1])
    const baseline = (before + bare()) / 2
    return {
      bare: baseline,
      sync: total / seconds,
      ratio: total / seconds / baseline,
      memory: peakMemory(receiver.pid),
      stall: mine.stall.p99,
      senderStall: Math.max(...theirs.map(({ stall }) => stall.p99)),
      bytes: ports.reduce((sum, port) => sum + mine.received[port], 0),
      mine,
      theirs,
    }
  } finally {
    await receiver.close()
  }
}

/** @returns {Promise<import('./main.mjs').Report>} */
export async function run({ runs, quick, feeds = FEEDS, peers = 1 }) {
  const messages = quick ? 100 : 1000
  const total = feeds * messages
  const data = dataOf(feeds, messages)
  const sodium = bareSodium()
  const bare = () => rate(data.jobs.length, () => verifyAll(sodium, data.jobs))
  bare()

  const sources = []
  const figures = []
  let imported
  try {
    for (let n = 0; n < peers; n++) {
      const made = await startSource(`source${n}`, data, total)
      imported ??= made.imported
      sources.push(made.source)
    }
    for (let n = 0; n < runs; n++) figures.push(await fill(sources, data, bare, total))
  } finally {
    for (const source of sources) await source.close()
  }
  const of = (name) => figures.map((figure) => figure[name])
  if (process.env.BENCH_DETAILS) console.log(JSON.stringify(figures, null, 1))
  return {
    ratio: median(of('ratio')),
    unit: 'of bare signature checks on one core',
    head: ['what', 'figure', 'ratio'],
    rows: [
      ['libsodium alone, signatures/s', spread(of('bare')), '1'],
      ['sync over TCP, messages/s', spread(of('sync')), spread(of('ratio'), 3)],
      [
        'import from a file, messages/s',
        imported.toFixed(0),
        (imported / median(of('bare'))).toFixed(3),
      ],
      ["receiver's peak memory, MB", spread(of('memory')), ''],
      ['event-loop stall p99, receiver, ms', spread(of('stall'), 1), ''],
      ['event-loop stall p99, slowest sender, ms', spread(of('senderStall'), 1), ''],
      [
        'bytes received, MB (ratio: of the messages alone)',
        spread(
          of('bytes').map((bytes) => bytes / 1e6),
          2,
        ),
        (median(of('bytes')) / data.bytes).toFixed(4),
      ],
    ],
    notes: [
      `${feeds} feeds × ${messages} messages from ${peers}, all servers on this machine's cores.`,
    ],
  }
}
