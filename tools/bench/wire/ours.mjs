// Handshake, box stream and muxrpc over TCP, with our packages.
import { load } from '../../lib/packages.mjs'

const { ready, signKeyPair } = await load('ssb-crypto')
const { toBase64 } = await load('ssb-encode')
const { Batch, createFace, JsonBytes, TRUSTED_LIMITS } = await load('ssb-muxrpc')
const { accept, dial } = await load('ssb-net/secure')
const tcp = await load('ssb-net/tcp')
const shs = await load('ssb-shs/stream')
const networkKey = new Uint8Array(32).fill(7)
const limits = TRUSTED_LIMITS
const BATCH = 256
const OVER = new Error('over')

await ready

/** Serve calls and, on a second port, a bare encrypted stream of 64 KiB writes. */
export async function serve({ item, chunk }) {
  const keys = signKeyPair()
  const bytes = new JsonBytes(new TextEncoder().encode(item))
  const allow = ['anonymous']
  const face = createFace({
    manifest: { echo: { kind: 'async', allow }, items: { kind: 'source', allow } },
    handlers: {
      echo: (_call, value) => value,
      async *items(_call, count) {
        for (let left = count; left > 0; left -= BATCH)
          yield new Batch(Array.from({ length: Math.min(BATCH, left) }, () => bytes))
      },
    },
    peer: null,
    roles: allow,
  })
  const place = { host: '127.0.0.1', port: 0 }
  const calls = await tcp.listen(place, {
    onArrival: (arrival) =>
      accept({ arrival, keys, networkKey, authorize: () => ({ face, limits, inactivityMs: null }) })
        .then(({ connection }) => connection.start())
        .catch(() => undefined),
  })
  const boxes = await tcp.listen(place, {
    onArrival: ({ wire }) =>
      shs
        .accept({ wire, keys, networkKey, authorize: () => true })
        .then((channel) => {
          const pump = () => {
            while (channel.write([chunk]));
          }
          channel.onDrain = pump
          channel.resume()
          pump()
        })
        .catch(() => undefined),
  })
  return { port: calls.port, boxPort: boxes.port, key: toBase64(keys.publicKey) }
}

/** The other end of {@link serve}. */
export function client({ port, boxPort, key }) {
  const keys = signKeyPair()
  const serverKey = new Uint8Array(Buffer.from(key, 'base64'))
  const address = `net:127.0.0.1:${port}~shs:${key}`
  return {
    async open() {
      const connection = await dial({ address, keys, networkKey, limits })
      return {
        call: (value) => connection.mux.call(['echo'], [value]),
        async items(count) {
          let got = 0
          const source = connection.mux.source(['items'], [count])
          for await (const batch of source.batches()) got += batch.length
          return got
        },
        close: () => connection.destroy(OVER),
      }
    },
    /** Resolves when so many bytes of the bare stream have come. */
    async boxes(bytes) {
      const { wire } = await tcp.dial({ host: '127.0.0.1', port: boxPort })
      const channel = await shs.connect({ wire, keys, networkKey, serverKey })
      await new Promise((resolve) => {
        let got = 0
        channel.onData = (chunk) => {
          got += chunk.length
          if (got >= bytes) resolve()
        }
        channel.resume()
      })
      channel.destroy()
    },
  }
}
