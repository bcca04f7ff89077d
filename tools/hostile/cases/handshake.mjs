// Before anybody is known: bytes, keys and silences at each step of the handshake.
import { createServer } from 'node:net'
import { load } from '../../lib/packages.mjs'
import { many, Raw, Secured } from '../attacker.mjs'
import { sleep, within } from '../server.mjs'
import {
  challenge,
  clientShake,
  lowOrderExchangeKeys,
  lowOrderSignKeys,
  malleable,
  nullSignature,
  serverShake,
} from '../shake.mjs'

const { randomBytes, signKeyPair } = await load('ssb-crypto')
const { toBase64 } = await load('ssb-encode')

/** What a server may take to close, beyond its own deadline for handshakes. */
const SLACK_MS = 1500

/** Fails unless the other side closes in time and has sent only so many bytes. */
async function refused(raw, what, receivedMax, timeoutMs) {
  await within(`closing after ${what}`, timeoutMs, raw.closed)
  if (raw.received > receivedMax)
    throw new Error(`${what} was answered with ${raw.received} bytes instead of ${receivedMax}`)
}

async function randomBytesCase({ server, random, deadline, handshakeMs }) {
  let count = 0
  while (Date.now() < deadline) {
    await many(20, 20, async () => {
      const raw = await Raw.open(server.port)
      raw.send(random.bytes(65 + random.below(4000)))
      await refused(raw, 'random bytes', 0, handshakeMs + SLACK_MS)
      count += 1
    })
  }
  return `${count} connections, none answered`
}

async function randomAfterStep({ server, random, deadline, handshakeMs }) {
  let count = 0
  while (Date.now() < deadline) {
    const raw = await Raw.open(server.port)
    const shake = clientShake({ ...server, serverKey: server.pair.publicKey, keys: signKeyPair() })
    raw.send(shake.first)
    await raw.read(64)
    raw.send(random.bytes(112))
    await refused(raw, 'a random third message', 64, handshakeMs + SLACK_MS)

    const secured = await Secured.open(server)
    const before = secured.received
    secured.send(random.bytes(34 + random.below(8000)))
    await within('closing after a random box', SLACK_MS, secured.closed)
    if (secured.received - before > 200) throw new Error('random boxes were answered')
    count += 2
  }
  return `${count} connections`
}

async function lowOrderFirst({ server, handshakeMs }) {
  for (const key of lowOrderExchangeKeys) {
    const raw = await Raw.open(server.port)
    raw.send(challenge(server.networkKey, key))
    await refused(raw, `ephemeral key ${Buffer.from(key).toString('hex')}`, 0, handshakeMs / 2)
  }
  return `${lowOrderExchangeKeys.length} keys, closed without a reply`
}

async function wrongThird({ server, handshakeMs }) {
  const wrongs = [
    ...lowOrderSignKeys.map((publicKey) => ({ publicKey, signature: () => nullSignature })),
    ...lowOrderSignKeys.map((publicKey) => ({ publicKey })),
    ...lowOrderSignKeys.map((r) => ({
      signature: (real) => new Uint8Array([...r, ...real.subarray(32)]),
    })),
    { signature: malleable },
    { signature: () => new Uint8Array(64) },
    { signature: (real) => real.map((byte, at) => (at === 5 ? byte ^ 1 : byte)) },
  ]
  for (const wrong of wrongs) {
    const raw = await Raw.open(server.port)
    const shake = clientShake({ ...server, serverKey: server.pair.publicKey, keys: signKeyPair() })
    raw.send(shake.first)
    raw.send(shake.third(await raw.read(64), wrong))
    await refused(raw, 'a wrong third message', 64, handshakeMs / 2)
  }
  return `${wrongs.length} keys and signatures, closed without a reply`
}

/** A server that is dialled: `talk` gets each connection; resolves to what dialling it led to. */
async function dialled({ owner }, key, talk) {
  const failures = []
  const server = createServer((socket) => {
    talk(new Raw(socket)).catch((error) => failures.push(error))
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address()
  const address = `net:127.0.0.1:${port}~shs:${toBase64(key)}`
  const outcome = await within(
    'dialling',
    10_000,
    owner.mux.call(['gossip', 'connect'], [address]).then(
      () => 'connected',
      (error) => String(error.message),
    ),
  )
  server.close()
  if (failures.length > 0) throw failures[0]
  if (outcome === 'connected') throw new Error('a wrong server was accepted')
}

async function lowOrderSecond(context) {
  for (const key of lowOrderExchangeKeys) {
    await dialled(context, signKeyPair().publicKey, async (raw) => {
      await raw.read(64)
      raw.send(challenge(context.server.networkKey, key))
      await refused(raw, 'an ephemeral key of small order', 64, 5000)
    })
  }
  for (const key of lowOrderSignKeys)
    await dialled(context, key, async (raw) => {
      await within('hanging up', 5000, raw.closed)
    })
  return `${lowOrderExchangeKeys.length} ephemeral and ${lowOrderSignKeys.length} long-term keys`
}

async function wrongFourth(context) {
  const { networkKey } = context.server
  const wrongs = [
    malleable,
    () => nullSignature,
    () => new Uint8Array(64),
    ...lowOrderSignKeys.map((r) => (real) => new Uint8Array([...r, ...real.subarray(32)])),
  ]
  for (const wrong of wrongs) {
    const keys = signKeyPair()
    await dialled(context, keys.publicKey, async (raw) => {
      const shake = serverShake({ networkKey, keys })
      const first = await raw.read(64)
      raw.send(shake.second)
      const third = await raw.read(112)
      raw.send(shake.fourth(first, third, wrong))
      await refused(raw, 'a wrong fourth message', 64 + 112, 5000)
    })
  }
  return `${wrongs.length} signatures, all hung up on`
}

/** Bytes one at a time; ends when they are sent or the other side closes. */
async function dribble(raw, bytes, everyMs) {
  for (const byte of bytes) {
    if (raw.isClosed) return
    raw.send(new Uint8Array([byte]))
    await sleep(everyMs)
  }
}

/** Servers that are dialled, and slow: the second message byte by byte, and none of the fourth. */
async function dribbleSecond(context) {
  const { networkKey } = context.server
  const everyMs = context.handshakeMs / 40
  for (const isWhole of [false, true]) {
    const keys = signKeyPair()
    await dialled(context, keys.publicKey, async (raw) => {
      const { second } = serverShake({ networkKey, keys })
      await raw.read(64)
      if (isWhole) raw.send(second)
      else void dribble(raw, second, everyMs)
      const timeoutMs = context.handshakeMs + SLACK_MS
      await within('hanging up on a slow server', timeoutMs, raw.closed)
    })
  }
}

async function dribbling(context) {
  const { server, short, handshakeMs } = context
  const count = short ? 10 : 20
  const everyMs = handshakeMs / 40
  const options = { ...server, serverKey: server.pair.publicKey }
  const inTime = (raw, what) =>
    within(`closing one that dribbles ${what}`, handshakeMs + SLACK_MS, raw.closed)
  const steps = [
    async () => {
      const raw = await Raw.open(server.port)
      const { first } = clientShake({ ...options, keys: signKeyPair() })
      void dribble(raw, first, everyMs)
      await inTime(raw, 'message 1')
    },
    async () => {
      const raw = await Raw.open(server.port)
      const shake = clientShake({ ...options, keys: signKeyPair() })
      raw.send(shake.first)
      const third = shake.third(await raw.read(64))
      void dribble(raw, third, everyMs)
      await inTime(raw, 'message 3')
    },
    async () => {
      const raw = await Raw.open(server.port)
      raw.send(clientShake({ ...options, keys: signKeyPair() }).first)
      await inTime(raw, 'nothing after message 1')
    },
    // behind the handshake there is no deadline, but no harm either
    async () => {
      const secured = await Secured.open(server)
      void dribble(secured, randomBytes(33), everyMs)
      await sleep(handshakeMs)
      if (secured.isClosed) throw new Error('a slow peer was cut off')
      secured.destroy()
    },
  ]
  await Promise.all([...steps.map((step) => many(count, count, step)), dribbleSecond(context)])
  return `2 steps of servers, ${steps.length} steps × ${count} connections`
}

async function halfOpen({ server, short, handshakeMs }) {
  const count = short ? 500 : 2000
  const all = []
  await many(count, 200, async () => {
    all.push(await Raw.open(server.port))
  })
  const before = performance.now()
  const honest = await within('an honest handshake beside them', 5000, Secured.open(server))
  const ms = performance.now() - before
  honest.destroy()
  await Promise.all(
    all.map((raw) =>
      within('closing a half-open socket', handshakeMs + SLACK_MS + 2000, raw.closed),
    ),
  )
  return `${count} sockets; a handshake beside them took ${ms.toFixed(0)} ms`
}

async function reconnecting({ server, deadline }) {
  const keys = signKeyPair()
  let count = 0
  while (Date.now() < deadline) {
    await many(16, 4, async () => {
      const secured = await Secured.open(server, keys).catch(() => null)
      count += 1
      secured?.destroy()
    })
  }
  return `${count} connections of one key`
}

export const handshakeCases = [
  { name: 'random bytes', run: randomBytesCase },
  { name: 'random bytes at later steps', run: randomAfterStep },
  { name: 'low-order keys, message 1', run: lowOrderFirst },
  { name: 'low-order keys, message 2 and address', run: lowOrderSecond },
  { name: 'wrong keys and signatures, message 3', run: wrongThird },
  { name: 'wrong signatures, message 4', run: wrongFourth },
  { name: 'dribbling at each step', run: dribbling },
  { name: 'half-open sockets', run: halfOpen },
  { name: 'reconnecting in a tight loop', run: reconnecting },
]
