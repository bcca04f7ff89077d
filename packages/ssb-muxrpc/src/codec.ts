/**
 * Packets of muxrpc: bytes to packets and back, without calls or streams.
 *
 * ```
 * byte 0     flags: bits 0-1 body type (0 bytes, 1 text, 2 JSON, 3 invalid), 4 end, 8 stream
 * bytes 1-4  body length, uint32 big-endian
 * bytes 5-8  request number, int32 big-endian
 * then       body
 * ```
 * Any packet without a body is a goodbye, whatever its flags; a proper one is nine zero bytes.
 *
 * @packageDocumentation
 */
import type { RpcErrorCode } from './errors.ts'
import { JsonBytes } from './rpc.ts'

/** Bytes of a packet header. */
export const HEADER_BYTES = 9
/** Flag: this packet ends its stream, or is an error reply. */
export const FLAG_END = 4
/** Flag: this packet belongs to a stream. */
export const FLAG_STREAM = 8
/** Body types, bits 0 and 1 of the flags. */
export const TYPE_BYTES = 0
export const TYPE_TEXT = 1
export const TYPE_JSON = 2

/** First size of the memory for a body that comes in pieces; it grows as bytes arrive. */
const GROW_FROM = 65_536

const { Buffer } = globalThis as {
  readonly Buffer?: { allocUnsafeSlow(bytes: number): Uint8Array }
}

/** Memory that is written from its first byte to its last before anybody reads it: clearing it first is a waste. */
const memory = (bytes: number): Uint8Array =>
  Buffer === undefined
    ? new Uint8Array(bytes)
    : new Uint8Array(Buffer.allocUnsafeSlow(bytes).buffer)

/** Who is told of packets. May call `stop()` of the parser; must not throw. */
export interface PacketReader {
  /** `body` is a view of the received chunk where it lies in one, else memory of its own. */
  packet(flags: number, request: number, body: Uint8Array): void
  goodbye(): void
}

/** Why the parser gave up: nothing that follows can be trusted. */
export interface PacketFault {
  readonly code: Extract<RpcErrorCode, 'SSB_MUXRPC_FRAME_TOO_LARGE' | 'SSB_MUXRPC_BAD_FRAME'>
  readonly message: string
}

/** Cuts a byte stream, in pieces of any size, into packets. Not to be called while it calls. */
export class PacketParser {
  readonly #reader: PacketReader
  readonly #bodyBytesMax: number
  readonly #header = new Uint8Array(HEADER_BYTES)
  #headerBytes = 0
  /** The body that is being collected, and how much of it is there. */
  #body: Uint8Array | null = null
  #bodyLength = 0
  #bodyBytes = 0
  #stopped = false

  /** @param bodyBytesMax bytes of the largest body accepted; checked on its header. */
  constructor(reader: PacketReader, bodyBytesMax: number) {
    this.#reader = reader
    this.#bodyBytesMax = bodyBytesMax
  }

  /** Whether all bytes so far made whole packets: here the transport may end. */
  get idle(): boolean {
    return this.#headerBytes === 0 && this.#body === null
  }

  /** Whether nothing is read any more: after a goodbye, a fault or `stop()`. */
  get stopped(): boolean {
    return this.#stopped
  }

  /** Ignore all further bytes, those of the current chunk too. */
  stop(): void {
    this.#stopped = true
    this.#body = null
    this.#headerBytes = 0
  }

  /** Total: any bytes. A fault stops the parser. */
  push(chunk: Uint8Array): PacketFault | null {
    let at = 0
    while (!this.#stopped && at < chunk.length) {
      if (this.#body !== null) at = this.#collect(chunk, at)
      else if (this.#headerBytes > 0 || chunk.length - at < HEADER_BYTES) {
        const take = Math.min(HEADER_BYTES - this.#headerBytes, chunk.length - at)
        this.#header.set(chunk.subarray(at, at + take), this.#headerBytes)
        this.#headerBytes += take
        at += take
        if (this.#headerBytes < HEADER_BYTES) return null
        const fault = this.#open(this.#header, 0)
        if (fault !== null) return fault
        if (this.#stopped) return null
        if (chunk.length - at >= this.#bodyLength) at = this.#whole(this.#header, 0, chunk, at)
        else this.#start()
      } else {
        const header = at
        const fault = this.#open(chunk, header)
        if (fault !== null) return fault
        if (this.#stopped) return null
        at += HEADER_BYTES
        if (chunk.length - at >= this.#bodyLength) at = this.#whole(chunk, header, chunk, at)
        else {
          this.#header.set(chunk.subarray(header, at))
          this.#start()
        }
      }
    }
    return null
  }

  /** Judge a header. After this the body's length is known to be allowed. */
  #open(from: Uint8Array, at: number): PacketFault | null {
    const length = readUint32(from, at + 1)
    if (length === 0) {
      this.stop()
      this.#reader.goodbye()
      return null
    }
    if (((from[at] ?? 0) & 3) === 3) {
      this.stop()
      return { code: 'SSB_MUXRPC_BAD_FRAME', message: 'packet with body type 3' }
    }
    if (length > this.#bodyBytesMax) {
      this.stop()
      return {
        code: 'SSB_MUXRPC_FRAME_TOO_LARGE',
        message: `packet of ${length} bytes, at most ${this.#bodyBytesMax} are allowed`,
      }
    }
    this.#bodyLength = length
    return null
  }

  #whole(header: Uint8Array, headerAt: number, chunk: Uint8Array, at: number): number {
    const end = at + this.#bodyLength
    this.#headerBytes = 0
    this.#reader.packet(
      header[headerAt] ?? 0,
      readUint32(header, headerAt + 5) | 0,
      chunk.subarray(at, end),
    )
    return end
  }

  #start(): void {
    // Memory follows the bytes that came, not those that were announced.
    this.#body = memory(Math.min(this.#bodyLength, GROW_FROM))
    this.#bodyBytes = 0
    this.#headerBytes = 0
  }

  #collect(chunk: Uint8Array, at: number): number {
    let body = this.#body as Uint8Array
    const take = Math.min(this.#bodyLength - this.#bodyBytes, chunk.length - at)
    const bytes = this.#bodyBytes + take
    if (bytes > body.length) {
      const grown = memory(Math.min(this.#bodyLength, Math.max(bytes, body.length * 2)))
      grown.set(body.subarray(0, this.#bodyBytes))
      this.#body = grown
      body = grown
    }
    body.set(chunk.subarray(at, at + take), this.#bodyBytes)
    this.#bodyBytes = bytes
    if (bytes === this.#bodyLength) {
      this.#body = null
      this.#reader.packet(this.#header[0] ?? 0, readUint32(this.#header, 5) | 0, body)
    }
    return at + take
  }
}

const readUint32 = (bytes: Uint8Array, at: number): number =>
  (((bytes[at] as number) << 24) |
    ((bytes[at + 1] as number) << 16) |
    ((bytes[at + 2] as number) << 8) |
    (bytes[at + 3] as number)) >>>
  0

/**
 * Write a header of 9 bytes at `at`, which must have room.
 * @param length bytes of the body, 1 … 2³²−1. @param request −2³¹ … 2³¹−1.
 */
export function writeHeader(
  into: Uint8Array,
  at: number,
  flags: number,
  length: number,
  request: number,
): void {
  into[at] = flags
  into[at + 1] = length >>> 24
  into[at + 2] = length >>> 16
  into[at + 3] = length >>> 8
  into[at + 4] = length
  into[at + 5] = request >>> 24
  into[at + 6] = request >>> 16
  into[at + 7] = request >>> 8
  into[at + 8] = request
}

/** The goodbye: nine zero bytes. */
export function goodbye(): Uint8Array {
  return new Uint8Array(HEADER_BYTES)
}

/** A body ready to be sent: its type, and its text or bytes. Never empty. */
export type Encoded =
  | { readonly type: typeof TYPE_TEXT | typeof TYPE_JSON; readonly text: string }
  | { readonly type: typeof TYPE_BYTES | typeof TYPE_JSON; readonly bytes: Uint8Array }

/**
 * How a value goes on the wire. Strings are text, bytes are bytes, everything else is compact JSON;
 * what JSON cannot say (undefined, functions) is `false`, as the reference sends it. An empty string
 * becomes the JSON `""`, since an empty body would end the connection; empty bytes give `null`:
 * there is no way to send them.
 *
 * @throws what `JSON.stringify` throws: cycles, bigints, a `toJSON` of the value.
 */
export function encodeValue(value: unknown): Encoded | null {
  if (typeof value === 'string')
    return value === '' ? { type: TYPE_JSON, text: '""' } : { type: TYPE_TEXT, text: value }
  if (value instanceof Uint8Array)
    return value.length === 0 ? null : { type: TYPE_BYTES, bytes: value }
  if (value instanceof JsonBytes)
    return value.bytes.length === 0 ? null : { type: TYPE_JSON, bytes: value.bytes }
  return { type: TYPE_JSON, text: JSON.stringify(value) ?? 'false' }
}

const encoder = new TextEncoder()
// A byte-order mark is part of the text, as it is for the reference.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/** A packet as an object, for tools and tests; a connection does without. */
export interface Packet {
  readonly request: number
  readonly stream: boolean
  readonly end: boolean
  readonly value: unknown
}

/**
 * A packet as bytes: header and body. Empty bytes cannot be sent and give no packet, an empty array.
 * @throws what {@link encodeValue} throws.
 */
export function encodePacket(packet: Packet): Uint8Array {
  const encoded = encodeValue(packet.value)
  if (encoded === null) return new Uint8Array(0)
  const body = 'text' in encoded ? encoder.encode(encoded.text) : encoded.bytes
  const flags = encoded.type | (packet.end ? FLAG_END : 0) | (packet.stream ? FLAG_STREAM : 0)
  const bytes = new Uint8Array(HEADER_BYTES + body.length)
  writeHeader(bytes, 0, flags, body.length, packet.request)
  bytes.set(body, HEADER_BYTES)
  return bytes
}

/** A decoded body, or the news that it is not what its type says. */
export type Decoded = { readonly ok: true; readonly value: unknown } | { readonly ok: false }

const BAD: Decoded = { ok: false }

/**
 * The value of a body; `type` is bits 0 and 1 of `flags`. Total. Bytes are handed on as they are,
 * malformed UTF-8 is replaced as the reference does, malformed JSON is not ok.
 */
export function decodeBody(flags: number, body: Uint8Array): Decoded {
  switch (flags & 3) {
    case TYPE_BYTES:
      return { ok: true, value: body }
    case TYPE_TEXT:
      return { ok: true, value: decoder.decode(body) }
    case TYPE_JSON:
      try {
        return { ok: true, value: JSON.parse(decoder.decode(body)) }
      } catch {
        return BAD
      }
    default:
      return BAD
  }
}
