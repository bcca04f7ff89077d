// Peers that ask for everything and read nothing: what each of them costs a server.
import { readFileSync } from 'node:fs'
import { dataFile } from '../generate/generate.mjs'
import { load } from '../lib/packages.mjs'
import { importInto } from './wire/import.mjs'
import { probed } from './wire/probed.mjs'

const FEEDS = 100
/** What one of them may cost, in MB. */
const WANTED = 8
/** Long enough for all that would be sent to have been sent. */
const SETTLE_MS = 4000

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
const residentMemory = (pid) =>
  Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024

/** @returns {Promise<import('./main.mjs').Report>} */
export async function run({ quick, feeds = FEEDS, peers = 20 }) {
  const { connect } = await load('ssb-client')
  const { generate } = await load('ssb-keys')
  const messages = quick ? 100 : 1000
  const file = dataFile({ feeds, messages })
  const note = {}
  for (const line of readFileSync(file, 'utf8').split('\n'))
    if (line) note[JSON.parse(line).author] = 0
  const server = await probed({ name: 'server' })
  const clients = []
  try {
    importInto(server, file, feeds * messages)
    await Promise.all(Object.keys(note).map((feed) => server.follow(feed)))
    await pause(SETTLE_MS)
    const before = residentMemory(server.pid)
    for (let n = 0; n < peers; n++) {
      const client = await connect({ remote: server.address, keys: generate(), id: server.id })
      clients.push(client)
      // What comes is never read, so that soon the socket is not read either.
      client.mux.duplex(['ebt', 'replicate'], [{ version: 3, format: 'classic' }], asks(note))
    }
    let most = before
    for (let waited = 0; waited < SETTLE_MS; waited += 100) {
      await pause(100)
      most = Math.max(most, residentMemory(server.pid))
    }
    const { stall } = await server.seen()
    const each = (most - before) / peers
    return {
      ratio: each / WANTED,
      unit: `of ${WANTED} MB, what such a peer may cost`,
      head: ['what', 'figure'],
      rows: [
        ['messages asked for, all together', String(peers * feeds * messages)],
        ['memory before, MB', before.toFixed(1)],
        ['most memory since, MB', most.toFixed(1)],
        ['for each peer, MB', each.toFixed(2)],
        ['event-loop stall p99, ms', stall.p99.toFixed(1)],
      ],
      notes: [`${peers} peers, none of which reads; ${feeds} feeds × ${messages} messages.`],
    }
  } finally {
    for (const client of clients) await client.close().catch(() => undefined)
    await server.close()
  }
}

/** One note, and no end. */
async function* asks(note) {
  yield note
  await new Promise(() => undefined)
}
