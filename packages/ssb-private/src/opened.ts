import { fromBase64Lenient, parseJson, toBase64 } from '@scuttlebot/ssb-encode'
import type { Call } from '@scuttlebot/ssb-muxrpc'
import type { FeedId, MsgId } from '@scuttlebot/ssb-ref'
import { type Box, type Opening, suffixOf } from './box.ts'
import { PrivateError } from './errors.ts'
import type { BoxedMessage, BoxedValue } from './needs.ts'

/**
 * A private message that was opened. It is not a stored message, and has no form on the wire: nothing that takes
 * messages for others takes this one, and JSON of it throws. Only {@link reveal} gives one out, to the owner.
 */
export class OpenedMessage {
  readonly #message: BoxedMessage
  readonly #content: unknown
  readonly #key: Uint8Array | null
  /** Whose keys opened it; `null` where that cannot be said. */
  readonly identity: FeedId | null

  constructor(message: BoxedMessage, found: Found, identity: FeedId | null) {
    this.#message = message
    this.#content = found.content
    this.#key = found.key
    this.identity = identity
  }

  get key(): MsgId {
    return this.#message.key
  }

  get author(): FeedId {
    return this.#message.author
  }

  /** Position in the log. */
  get position(): number {
    return this.#message.sequence
  }

  /** Receive time, ms. */
  get timestamp(): number {
    return this.#message.timestamp
  }

  /** What was boxed: any JSON value, since its author may box what they like. Never `null`. */
  get content(): unknown {
    return this.#content
  }

  /** @throws PrivateError `SSB_PRIVATE_NOT_FOR_OTHERS`, always. */
  toJSON(): never {
    throw notForOthers()
  }

  /** @internal */
  static reveal(opened: OpenedMessage): Revealed {
    const { key, timestamp, value } = opened.#message
    const original = value.content as string
    const unbox = opened.#key === null ? {} : { unbox: toBase64(opened.#key) }
    const encryptionFormat = suffixOf(original) ?? ''
    return {
      key,
      value: {
        ...value,
        content: opened.#content,
        meta: { private: true, original: { content: original }, ...unbox },
        private: true,
        cyphertext: original,
        ...unbox,
      },
      timestamp,
      meta: { private: true, originalContent: original, encryptionFormat },
    }
  }
}

/** What a box held. */
export interface Found {
  readonly content: unknown
  /** What opens this one message. */
  readonly key: Uint8Array | null
}

/** An opened value, marked in the ways that clients know. */
export interface RevealedValue extends BoxedValue {
  readonly meta: {
    readonly private: true
    readonly original: { readonly content: string }
    /** What opens this one message, base64. */
    readonly unbox?: string
  }
  readonly private: true
  /** COMPAT: the spelling is ssb-db's. */
  readonly cyphertext: string
  readonly unbox?: string
}

/** An opened message as the owner gets it. */
export interface Revealed {
  readonly key: MsgId
  readonly value: RevealedValue
  readonly timestamp: number
  /** COMPAT: the marks of the db2 stack are beside the value. */
  readonly meta: {
    readonly private: true
    readonly originalContent: string
    readonly encryptionFormat: string
  }
}

const notForOthers = (): PrivateError =>
  new PrivateError('SSB_PRIVATE_NOT_FOR_OTHERS', 'private messages are for the owner alone')

/**
 * Refuse everyone but the owner, whatever the manifest allows them.
 *
 * @throws PrivateError `SSB_PRIVATE_NOT_FOR_OTHERS`
 */
export function needOwner(call: Pick<Call, 'roles'>): void {
  if (!call.roles.includes('owner')) throw notForOthers()
}

/**
 * The plain form of an opened message, for an answer to its owner.
 *
 * @throws PrivateError `SSB_PRIVATE_NOT_FOR_OTHERS` for any other caller
 */
export function reveal(call: Pick<Call, 'roles'>, opened: OpenedMessage): Revealed {
  needOwner(call)
  return OpenedMessage.reveal(opened)
}

/** The bytes of boxed content. */
export const cipherOf = (text: string): Uint8Array =>
  fromBase64Lenient(text.slice(0, text.indexOf('.')))

const contentOf = (plain: Uint8Array | null): unknown => {
  const json = plain === null ? null : parseJson(plain)
  return json?.ok ? json.value : null
}

/** Open boxed content, by what opens this one message if that is known. What is no JSON counts as not opened. */
export function openWith(
  box: Box,
  text: string,
  author: FeedId | null,
  key: Uint8Array | null,
): Found | null {
  const cipher = cipherOf(text)
  const again = key === null ? null : contentOf(box.reopen(cipher, key))
  if (again !== null) return { content: again, key }
  return foundIn(box.unbox(cipher, author))
}

/** What an opening holds. What is no JSON counts as not opened. */
export function foundIn(opening: Opening | null): Found | null {
  if (opening === null) return null
  const content = contentOf(opening.plain)
  return content === null ? null : { content, key: opening.key }
}

/** What a boxed text holds, or `null` when it is not for this box. For programs without a server. */
export function openText(box: Box, text: string): unknown {
  return suffixOf(text) === box.suffix ? (openWith(box, text, null, null)?.content ?? null) : null
}
