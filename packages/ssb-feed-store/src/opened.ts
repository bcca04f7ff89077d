import { unboxBody } from '@scuttlebot/ssb-keys'
import type { MessageValue } from '@scuttlebot/ssb-validate'
import type { StoredMessage } from './message.ts'
import type { Unboxed } from './recipients.ts'

/** A value whose content was opened, marked the way clients know it. */
export type OpenedValue = MessageValue & {
  readonly private?: true
  /** The boxed text. COMPAT: the spelling is ssb-db's. */
  readonly cyphertext?: string
  readonly unbox?: string
  readonly meta?: {
    readonly private: true
    readonly original: { readonly content: string }
    readonly unbox?: string
  }
}

/**
 * The value with its content opened, by a key for this one message or by what we can open; `null` when it is not
 * boxed, or cannot be opened.
 */
export function opened(
  store: { unbox(text: string, author: MessageValue['author'], at?: number): Unboxed | null },
  message: StoredMessage,
  key: string | null = null,
): OpenedValue | null {
  const { value } = message
  const text = value.content
  if (typeof text !== 'string') return null
  const found =
    key === null ? store.unbox(text, value.author, message.sequence) : withKey(text, key)
  if (found === null || found.content === undefined || found.content === null) return null
  const unbox = found.unbox === undefined ? {} : { unbox: found.unbox }
  return {
    ...value,
    content: found.content as MessageValue['content'],
    meta: { private: true, original: { content: text }, ...unbox },
    private: true,
    cyphertext: text,
    ...unbox,
  }
}

function withKey(text: string, key: string): Unboxed | null {
  try {
    const content = unboxBody(text, key) ?? null
    return content === null ? null : { content, unbox: key }
  } catch {
    // A key of the wrong length is the caller's, and opens nothing.
    return null
  }
}
