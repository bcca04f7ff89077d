import type { KeyPair } from '@scuttlebot/ssb-crypto'
import { KEY_BYTES } from './constants.ts'
import type { ShsErrorCode } from './errors.ts'

/**
 * What both ends share after the handshake. The four byte strings are the reader's to wipe.
 * Data that we send is boxed with `encryptKey` from `encryptNonce` on; data that we receive is
 * opened with `decryptKey` from `decryptNonce` on.
 */
export interface Session {
  /** the remote's long-term Ed25519 public key, 32 bytes, proven */
  readonly remote: Uint8Array
  /** 32 bytes */
  readonly encryptKey: Uint8Array
  /** 24 bytes */
  readonly encryptNonce: Uint8Array
  /** 32 bytes */
  readonly decryptKey: Uint8Array
  /** 24 bytes */
  readonly decryptNonce: Uint8Array
}

/** What to do next. */
export type ShsStep =
  /** Write `send` if there is one, then wait for bytes. */
  | { readonly state: 'wait'; readonly send?: Uint8Array }
  /** Server only: `remote` has proven its key. Call `accept()`, or `wipe()` and close. */
  | { readonly state: 'authorize'; readonly remote: Uint8Array }
  /** Write `send` if there is one; from here on the box stream. `rest` already belongs to it. */
  | {
      readonly state: 'done'
      readonly send?: Uint8Array
      readonly session: Session
      readonly rest: Uint8Array
    }
  /** Close the connection and write nothing. All secrets are wiped. */
  | { readonly state: 'failed'; readonly code: ShsErrorCode; readonly message: string }

/** One end of one handshake: bytes in, bytes out. Nothing here throws on what a peer sends. */
export interface Handshake {
  /**
   * The first bytes to write: the client's challenge. `null` for a server, and for a client whose
   * server key is unusable; such a client's `receive` answers `failed` to anything, even to nothing.
   */
  start(): Uint8Array | null
  /** Take bytes in any chunking, and say what to do next. The chunk is not kept. */
  receive(chunk: Uint8Array): ShsStep
  /** Server, after `authorize`: let the client in. */
  accept(): ShsStep
  /** Forget all secrets and end. Idempotent; later calls answer `failed`. */
  wipe(): void
}

/** Options of {@link createServer}. */
export interface ServerOptions {
  /** 32 bytes that name the network; both ends must have the same */
  readonly networkKey: Uint8Array
  /** our long-term Ed25519 pair */
  readonly keys: KeyPair
  /** fixed ephemeral Curve25519 pair, for tests only: using one twice gives up forward secrecy */
  readonly ephemeral?: KeyPair
}

/** Options of {@link createClient}. */
export interface ClientOptions extends ServerOptions {
  /** the long-term Ed25519 public key of the server that we mean to reach, 32 bytes */
  readonly serverKey: Uint8Array
}

/** A step that ends the handshake. */
export type Failed = Extract<ShsStep, { state: 'failed' }>

/** @internal Make a failed step. */
export function failed(code: ShsErrorCode, message: string): Failed {
  return { state: 'failed', code, message }
}

/** @internal A fixed-size reader over chunks: at most one message's worth of copying. */
export class Inbox {
  #bytes = new Uint8Array(0)

  get length(): number {
    return this.#bytes.length
  }

  push(chunk: Uint8Array): void {
    if (chunk.length === 0) return
    const joined = new Uint8Array(this.#bytes.length + chunk.length)
    joined.set(this.#bytes)
    joined.set(chunk, this.#bytes.length)
    this.#bytes = joined
  }

  /** The first `count` bytes; the caller has checked that they are there. */
  take(count: number): Uint8Array {
    const head = this.#bytes.slice(0, count)
    this.#bytes = this.#bytes.slice(count)
    return head
  }

  takeAll(): Uint8Array {
    return this.take(this.#bytes.length)
  }
}

/** @internal @throws RangeError for a length that only our own caller can have got wrong. */
export function checkOptions(options: ServerOptions): void {
  checkLength('networkKey', options.networkKey, KEY_BYTES)
  checkLength('keys.publicKey', options.keys.publicKey, KEY_BYTES)
  checkLength('keys.secretKey', options.keys.secretKey, 2 * KEY_BYTES)
  if (options.ephemeral === undefined) return
  checkLength('ephemeral.publicKey', options.ephemeral.publicKey, KEY_BYTES)
  checkLength('ephemeral.secretKey', options.ephemeral.secretKey, KEY_BYTES)
}

/** @internal */
export function checkLength(what: string, bytes: Uint8Array, length: number): void {
  if (!(bytes instanceof Uint8Array) || bytes.length !== length)
    throw new RangeError(`${what} must be ${length} bytes`)
}
