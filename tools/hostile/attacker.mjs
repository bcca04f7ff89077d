// Sockets that say what they like: bare, or behind a proper handshake.
import { connect } from 'node:net'
import { load } from '../lib/packages.mjs'

const { signKeyPair } = await load('ssb-crypto')
const { createClient } = await load('ssb-shs')
const { Boxer, Unboxer } = await load('ssb-box-stream')

/** A connected socket. */
const opened = (port) =>
  new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port })
    socket.once('error', reject)
    socket.once('connect', () => {
      socket.off('error', reject)
      resolve(socket)
    })
  })

/** A TCP connection whose reading and closing can be waited for. */
export class Raw {
  received = 0
  isClosed = false
  /** @type {(chunk: Uint8Array) => void} */
  onData = () => undefined

  constructor(socket) {
    this.socket = socket
    this.closed = new Promise((resolve) => {
      socket.on('close', () => {
        this.isClosed = true
        resolve()
      })
    })
    socket.setNoDelay(true)
    socket.setMaxListeners(0)
    socket.on('error', () => undefined)
    socket.on('end', () => socket.end())
    socket.on('data', (chunk) => {
      this.received += chunk.length
      this.onData(chunk)
    })
  }

  /** @returns {Promise<Raw>} */
  static async open(port) {
    return new Raw(await opened(port))
  }

  send(bytes) {
    if (!this.isClosed && this.socket.writable) this.socket.write(bytes)
  }

  /** Exactly so many bytes. Rejects when the other side closes first. */
  read(count) {
    return new Promise((resolve, reject) => {
      let have = Buffer.alloc(0)
      this.onData = (chunk) => {
        have = Buffer.concat([have, chunk])
        if (have.length >= count) resolve(new Uint8Array(have.subarray(0, count)))
      }
      this.closed.then(() => reject(new Error('closed while reading')))
    })
  }

  destroy() {
    this.socket.destroy()
  }
}

/** A muxrpc packet with any header. */
export function packet(flags, request, body, announced) {
  const bytes = typeof body === 'string' ? Buffer.from(body) : (body ?? new Uint8Array(0))
  const out = Buffer.alloc(9 + bytes.length)
  out[0] = flags
  out.writeUInt32BE((announced ?? bytes.length) >>> 0, 1)
  out.writeInt32BE(request | 0, 5)
  out.set(bytes, 9)
  return out
}

export const ASYNC = 2
export const STREAM = 10
export const END = 14

/** A call packet. */
export const call = (request, name, type, args) =>
  packet(type === 'async' ? ASYNC : STREAM, request, JSON.stringify({ name, args, type }))

/** Behind the handshake: packets out, packets in. */
export class Secured extends Raw {
  /** Packets that have come: flags, request and body as text. Kept only while `isKept`. */
  packets = []
  answers = 0
  isKept = true
  onPacket = () => undefined
  #boxer
  #unboxer
  #plain = Buffer.alloc(0)

  /**
   * @param {{ port: number, networkKey: Uint8Array, pair: { publicKey: Uint8Array } }} server
   * @param {{ publicKey: Uint8Array, secretKey: Uint8Array }} [keys]
   * @returns {Promise<Secured>}
   */
  static async open({ port, networkKey, pair }, keys = signKeyPair()) {
    const connection = new Secured(await opened(port))
    const shake = createClient({ networkKey, keys, serverKey: pair.publicKey })
    connection.send(shake.start())
    await new Promise((resolve, reject) => {
      connection.closed.then(() => reject(new Error('closed during the handshake')))
      connection.onData = (chunk) => {
        const step = shake.receive(new Uint8Array(chunk))
        if (step.send) connection.send(step.send)
        if (step.state === 'failed') reject(new Error(step.message))
        if (step.state !== 'done') return
        const { session, rest } = step
        connection.#boxer = new Boxer(session.encryptKey, session.encryptNonce)
        connection.#unboxer = new Unboxer(session.decryptKey, session.decryptNonce)
        connection.onData = (more) => connection.#take(more)
        if (rest.length > 0) connection.#take(rest)
        resolve()
      }
    })
    return connection
  }

  #take(chunk) {
    const result = this.#unboxer.push(new Uint8Array(chunk))
    if (!result.ok) return
    this.#plain = Buffer.concat([this.#plain, ...result.plain])
    for (;;) {
      if (this.#plain.length < 9) return
      const length = this.#plain.readUInt32BE(1)
      if (this.#plain.length < 9 + length) return
      const flags = this.#plain[0]
      const request = this.#plain.readInt32BE(5)
      const body = this.#plain.subarray(9, 9 + length)
      this.#plain = this.#plain.subarray(9 + length)
      this.answers += 1
      if (this.isKept) this.packets.push({ flags, request, body: body.toString() })
      this.onPacket(flags, request, body)
    }
  }

  /** Plaintext, boxed. */
  say(...chunks) {
    this.send(this.#boxer.box(chunks.map((chunk) => new Uint8Array(chunk))))
  }

  /** The end of the box stream. */
  goodbye() {
    this.send(this.#boxer.goodbye())
  }

  /** The first packet that answers a request, or `null` when the other side closes first. */
  async answerTo(request, timeoutMs = 5000) {
    const deadline = Date.now() + timeoutMs
    for (;;) {
      const found = this.packets.find((one) => one.request === -request)
      if (found) return found
      if (this.isClosed) return null
      if (Date.now() > deadline) throw new Error(`no answer to request ${request}`)
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  }
}

/** Do something so often, at most so many at a time. */
export async function many(count, atOnce, work) {
  let next = 0
  const worker = async () => {
    while (next < count) await work(next++)
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, count) }, worker))
}
