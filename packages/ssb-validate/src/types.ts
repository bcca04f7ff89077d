import type { FeedId, MsgId } from '@scuttlebot/ssb-ref'
import type { Defect } from './errors.ts'

/** Content in clear, with a type of 3 to 52 UTF-16 units, or the text of a private box. */
export type Content = string | { readonly type: string; readonly [key: string]: unknown }

/**
 * A classic message as it is signed: exactly these keys, `author` and `sequence` in either order.
 *
 * NOTE: the network accepts any JSON as `timestamp` in messages after the first, and as `previous` whatever
 * JavaScript finds loosely equal to the id. So read both with care in messages of others.
 */
export interface MessageValue {
  readonly previous: MsgId | null
  readonly author: FeedId
  /** 1, 2, 3 … 2³¹ − 1. */
  readonly sequence: number
  /** Milliseconds since 1970, as the author claims. */
  readonly timestamp: number
  readonly hash: 'sha256'
  readonly content: Content
  readonly signature: string
}

/** The last accepted message of a feed, which the next one must follow. */
export interface FeedState {
  readonly id: MsgId
  readonly sequence: number
  readonly timestamp: number
}

/** An accepted message. */
export interface Verified {
  readonly key: MsgId
  /** The 32 bytes of `key`. */
  readonly keyBytes: Uint8Array
  readonly value: MessageValue
  /**
   * `JSON.stringify(value)` as UTF-8: what is stored and served. Where the input was in this form already it is
   * the input's memory; otherwise it may lie in a larger piece of memory (64 KiB), which it keeps alive: copy
   * what is kept for long.
   */
  readonly bytes: Uint8Array
}

/** What became of a message. */
export type Verdict =
  | { readonly ok: true; readonly message: Verified }
  | ({ readonly ok: false } & Defect)

/** One signature to be checked. */
export interface SignatureJob {
  /** 32 bytes. */
  readonly publicKey: Uint8Array
  /** 64 bytes. */
  readonly signature: Uint8Array
  readonly message: Uint8Array
}

/** Checks signatures: here, or on other threads. */
export interface Verifier {
  /** One answer per job, in their order. The jobs' memory does not change before the answer. */
  verify(batch: readonly SignatureJob[]): boolean[] | Promise<boolean[]>
  /** Whether jobs should lie in memory that threads share, so that none of them needs to be copied. Default: no. */
  readonly sharesMemory?: boolean
  close?(): Promise<void>
}
