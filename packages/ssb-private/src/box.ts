import type { FeedId } from '@scuttlebot/ssb-ref'

/** What opening a box gave. */
export interface Opening {
  readonly plain: Uint8Array
  /** What opens this one message again, and nothing else. */
  readonly key: Uint8Array | null
}

/** A format of private messages, bound to the keys of one reader. */
export interface Box {
  /** Unique among the boxes of a server; what was tried with it is remembered under this name. */
  readonly name: string
  /** What boxed content ends in, after a dot. */
  readonly suffix: string
  /** Whose keys these are; `null` where that cannot be said, such as a group's. */
  readonly identity: FeedId | null
  /** Bytes of a box that each recipient takes. */
  readonly recipientBytes: number
  /**
   * Encrypt to recipients (ids of any kind); `null` when this format cannot, so that the next one is asked.
   *
   * @param max recipients at most, in place of what the format takes by itself
   * @throws PrivateError with code `SSB_PRIVATE_RECIPIENTS` for recipients that it should be able to, and is not.
   */
  box(plain: Uint8Array, recipients: readonly string[], max?: number): Uint8Array | null
  /** Open, or `null` when it is not for these keys. Total: the bytes come from strangers. `author`: where it is known. */
  unbox(cipher: Uint8Array, author: FeedId | null): Opening | null
  /** Open with the key that `unbox` gave for this message; `null` when it does not fit. Total. */
  reopen(cipher: Uint8Array, key: Uint8Array): Uint8Array | null
  /**
   * What `unbox` gives for each of many, elsewhere than on this thread; `null` to have them opened here for now. Absent:
   * there is no other place.
   */
  unboxMany?(
    ciphers: readonly Uint8Array[],
    authors: readonly (FeedId | null)[],
  ): Promise<readonly (Opening | null)[]> | null
  /** Give back what `unboxMany` has taken, such as threads. More may be opened afterwards. */
  close?(): Promise<void>
}

/** What {@link defineBox} takes. */
export interface BoxDefinition {
  readonly suffix: string
  /** Default: the suffix. */
  readonly name?: string
  readonly identity?: FeedId
  /** Default 0. */
  readonly recipientBytes?: number
  /** Absent: only for reading. */
  readonly box?: Box['box']
  readonly unbox: Box['unbox']
  /** Absent: `unbox` is asked each time. */
  readonly reopen?: Box['reopen']
  /** Absent: all is opened by `unbox`. */
  readonly unboxMany?: NonNullable<Box['unboxMany']>
  readonly close?: NonNullable<Box['close']>
}

// The network takes no other texts as content.
const SUFFIX = /^box[a-z0-9]{0,13}$/

/**
 * Define a format of private messages. Boxes are asked in the order in which they were added.
 *
 * @throws RangeError for a suffix that is not `box`, with up to 13 small letters and digits behind it.
 */
export function defineBox(definition: BoxDefinition): Box {
  const { suffix, unboxMany, close } = definition
  if (!SUFFIX.test(suffix)) throw new RangeError(`no suffix of boxed content: ${suffix}`)
  return {
    suffix,
    name: definition.name ?? suffix,
    identity: definition.identity ?? null,
    recipientBytes: definition.recipientBytes ?? 0,
    box: (plain, recipients, max) => definition.box?.(plain, recipients, max) ?? null,
    unbox: (cipher, author) => definition.unbox(cipher, author),
    reopen: (cipher, key) => definition.reopen?.(cipher, key) ?? null,
    ...(unboxMany === undefined ? {} : { unboxMany }),
    ...(close === undefined ? {} : { close }),
  }
}

/** The suffix of boxed content; `null` for anything else. */
export function suffixOf(content: unknown): string | null {
  if (typeof content !== 'string') return null
  const suffix = content.slice(content.lastIndexOf('.') + 1, content.length)
  return suffix.length < content.length && SUFFIX.test(suffix) ? suffix : null
}
