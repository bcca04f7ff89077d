// The well-behaved peer, a process of its own: it fetches a feed again and again, as replication does.
// Arguments: address, feed id, network key and seed of its own key (hex). It tells its parent how many messages it has got.
import { load } from '../lib/packages.mjs'

const [address, feed, networkKeyHex, seedHex] = process.argv.slice(2)
const networkKey = new Uint8Array(Buffer.from(networkKeyHex, 'hex'))
const { signKeyPair } = await load('ssb-crypto')
const { dial } = await load('ssb-net/secure')

// `doing` and what its connection holds tell a peer that is not served from one that does not ask
const state = { messages: 0, failures: 0, last: '', doing: 'dialling', mux: null }
let stats = () => null
setInterval(() => process.send({ ...state, mux: stats() }), 50)
process.on('disconnect', () => process.exit())

const keys = signKeyPair(new Uint8Array(Buffer.from(seedHex, 'hex')))
for (;;) {
  try {
    state.doing = 'dialling'
    const { mux } = await dial({ address, keys, networkKey })
    stats = () => mux.stats
    for (;;) {
      state.doing = 'reading'
      const query = { id: feed, live: false, keys: false }
      for await (const batch of mux
        .source(['createHistoryStream'], [query], { raw: true })
        .batches())
        state.messages += batch.length
    }
  } catch (error) {
    state.failures += 1
    state.last = String(error?.message ?? error)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}
