// A source of messages of 0.8 KB over handshake and TCP between two processes.
import { versus } from './wire/versus.mjs'

/** @returns {Promise<import('./main.mjs').Report>} */
export async function run({ runs, quick }) {
  const count = quick ? 20_000 : 200_000
  return await versus({
    runs,
    count,
    noDelay: true,
    wanted: 3,
    what: 'messages/s of a source',
    prepare: (server) => server.open(),
    async work(connection) {
      const got = await connection.items(count)
      if (got !== count) throw new Error(`${got} of ${count} messages came`)
    },
  })
}
