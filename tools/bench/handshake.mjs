// Connections that are made, 16 at a time, between two processes: TCP and handshake.
import { versus } from './wire/versus.mjs'

const AT_ONCE = 16

/** @returns {Promise<import('./main.mjs').Report>} */
export async function run({ runs, quick }) {
  const count = quick ? 320 : 1600
  return await versus({
    runs,
    count,
    noDelay: true,
    wanted: 1.3,
    what: 'handshakes/s, 16 at a time',
    prepare: async (server) => server,
    async work(server) {
      let left = count
      const worker = async () => {
        while (left-- > 0) (await server.open()).close()
      }
      await Promise.all(Array.from({ length: AT_ONCE }, worker))
    },
  })
}
