// Handshake and box stream over TCP between two processes, in writes of 64 KiB, without calls.
import { versus } from './wire/versus.mjs'

const MB = 1_000_000

/** @returns {Promise<import('./main.mjs').Report>} */
export async function run({ runs, quick }) {
  const megabytes = quick ? 100 : 500
  return await versus({
    runs,
    count: megabytes,
    noDelay: true,
    wanted: 1.5,
    what: 'MB/s of box stream',
    prepare: async (server) => server,
    work: (server) => server.boxes(megabytes * MB),
  })
}
