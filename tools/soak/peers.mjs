// Peers that come, talk a little and go, in a process of their own. Arguments: address, feed, network key (hex), count.
import { load } from '../lib/packages.mjs'

const [address, feed, networkKeyHex, count] = process.argv.slice(2)
const networkKey = new Uint8Array(Buffer.from(networkKeyHex, 'hex'))
const { ready, signKeyPair } = await load('ssb-crypto')
const { dial } = await load('ssb-net/secure')
await ready

const state = { connections: 0, calls: 0, messages: 0, refused: 0 }
let resting = null
process.on('message', (told) => {
  if (told === 'rest') {
    let go = () => undefined
    resting = { over: new Promise((resolve) => (go = resolve)), go: () => go() }
  } else {
    resting?.go()
    resting = null
  }
})
process.on('disconnect', () => process.exit())
setInterval(() => process.send(state), 500)

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
const never = async function* () {
  await new Promise(() => undefined)
}

/** What a peer may do while it is there. */
const deeds = [
  async ({ mux }) => {
    for await (const _ of mux.source(['createHistoryStream'], [{ id: feed, limit: 50 }])) {
      state.messages += 1
    }
  },
  async ({ mux }) => {
    await mux.call(['manifest'], [])
    await mux.call(['whoami'], []).catch(() => undefined)
  },
  async ({ mux }) => {
    await mux.call(['blobs', 'has'], [`&${'A'.repeat(43)}=.sha256`])
  },
  // left open when the peer goes
  async ({ mux }) => {
    const source = mux.source(['createHistoryStream'], [{ id: feed, live: true, old: false }])
    source[Symbol.asyncIterator]()
      .next()
      .catch(() => undefined)
  },
  async ({ mux }) => {
    const notes = mux.duplex(['ebt', 'replicate'], [{ version: 3 }], never())
    notes[Symbol.asyncIterator]()
      .next()
      .catch(() => undefined)
  },
]

async function peer(number) {
  // some come back under their own names, some are new each time
  const own = signKeyPair()
  for (let round = number; ; round += 1) {
    if (resting !== null) await resting.over
    const keys = number % 2 === 0 ? own : signKeyPair()
    try {
      const connection = await dial({ address, keys, networkKey })
      state.connections += 1
      for (let n = 0; n < 3; n += 1) {
        await deeds[(round + n) % deeds.length](connection)
        state.calls += 1
        await pause(50 + ((number * 37 + round * 101) % 400))
      }
      if (round % 3 === 0) connection.destroy(new Error('gone'))
      else await connection.close()
    } catch {
      state.refused += 1
      await pause(200)
    }
    await pause((number * 53 + round * 17) % 300)
  }
}
await Promise.all(Array.from({ length: Number(count) }, (_, number) => peer(number)))
