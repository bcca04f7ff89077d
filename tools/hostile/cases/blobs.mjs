// Blobs that are not what was offered.
import { createHash } from 'node:crypto'
import { END, packet, Secured, STREAM } from '../attacker.mjs'
import { until } from '../server.mjs'

/** A stream packet whose body is bytes. */
const BYTES = 8
const OFFERED = 100_000
const CHUNK = 65_536
/** What an endless one may get rid of before it is stopped: sockets and queues hold some of it. */
const SENT_MAX = 32 << 20

const idOf = (bytes) => `&${createHash('sha256').update(bytes).digest('base64')}.sha256`

/** Each gives what it sends for a blob of {@link OFFERED} bytes. */
const LIES = {
  'another hash': (blob) => [blob.map((byte) => byte ^ 1)],
  shorter: (blob) => [blob.subarray(0, OFFERED - 1)],
  longer: (blob) => [blob, new Uint8Array(1)],
  'much longer': (blob) => [...Array.from({ length: 20 }, () => blob)],
  nothing: () => [],
  endless: null,
}

/** Offer a blob, and answer the request for it with a lie. Resolves when the server has had enough of it. */
async function lie(server, blob, chunksOf) {
  const id = idOf(blob)
  const secured = await Secured.open(server)
  let asked = 0
  let isOver = false
  let sent = 0
  const pour = () => {
    while (!isOver && !secured.isClosed && sent <= SENT_MAX) {
      secured.say(packet(BYTES, -asked, new Uint8Array(CHUNK)))
      sent += CHUNK
      if (secured.socket.writableNeedDrain) {
        secured.socket.once('drain', pour)
        return
      }
    }
  }
  secured.onPacket = (flags, request, body) => {
    const text = body.toString()
    if (request === asked && flags & 4) isOver = true
    else if (request > 0 && text.includes('createWants'))
      secured.say(packet(STREAM, -request, JSON.stringify({ [id]: OFFERED })))
    else if (request > 0 && text.includes('"get') && asked === 0) {
      asked = request
      if (chunksOf === null) pour()
      else {
        for (const chunk of chunksOf(blob))
          for (let at = 0; at < chunk.length; at += CHUNK)
            secured.say(packet(BYTES, -asked, chunk.subarray(at, at + CHUNK)))
        secured.say(packet(END, -asked, 'true'))
      }
    }
  }
  // what came with the last message of the handshake
  secured.isKept = false
  for (const { flags, request, body } of secured.packets) secured.onPacket(flags, request, body)
  await until(
    `a false blob to be refused (request ${asked})`,
    10_000,
    () => isOver || secured.isClosed,
  )
  if (asked === 0) throw new Error('the blob was not asked for')
  if (sent > SENT_MAX) throw new Error('an endless blob was taken without an end')
  secured.destroy()
}

async function falseBlobs({ server, owner, random, deadline }) {
  let count = 0
  do {
    for (const [name, chunksOf] of Object.entries(LIES)) {
      const blob = new Uint8Array(random.bytes(OFFERED))
      const id = idOf(blob)
      // answered when it has come, which it never does
      owner.mux.call(['blobs', 'want'], [id]).catch(() => undefined)
      await lie(server, blob, chunksOf)
      if (await owner.mux.call(['blobs', 'has'], [id]))
        throw new Error(`a blob was kept that was ${name}`)
      count += 1
    }
  } while (Date.now() < deadline)
  return `${count} blobs, none kept`
}

export const blobCases = [{ name: 'blobs that are not what was offered', run: falseBlobs }]
