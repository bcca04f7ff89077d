/** A file that is read from its start to its end, at the length that it had when it was opened. */
export interface ByteSource {
  /** Bytes. */
  readonly size: number
  /** Bytes `at` … `at + length`, fewer at the end. */
  read(at: number, length: number): Promise<Uint8Array>
}

/** Bytes held in memory as a source. */
export function memorySource(bytes: Uint8Array): ByteSource {
  return { size: bytes.length, read: async (at, length) => bytes.subarray(at, at + length) }
}

/** A message of an old log. */
export interface OldMessage {
  readonly kind: 'message'
  /** Where it begins in the file, in bytes. */
  readonly offset: number
  /** The id that the old server gave it. */
  readonly key: string
  /** The signed message, not checked in any way. */
  readonly value: unknown
  /** When it was received, in milliseconds since 1970, with a fraction at times; `null` if that is not known. */
  readonly received: number | null
}

/** What an old log holds at one place. */
export type OldRecord =
  | OldMessage
  /** A message that the old server deleted. */
  | { readonly kind: 'deleted'; readonly offset: number }
  /** A record whose bytes are no message. */
  | { readonly kind: 'unreadable'; readonly offset: number; readonly reason: string }
  /** The file's end, cut off in the middle of a write: nothing readable follows. */
  | { readonly kind: 'torn'; readonly offset: number; readonly bytes: number }

/** Whether a record was overwritten with zeros, which is how both old logs delete. */
export const isBlank = (body: Uint8Array): boolean => body.every((byte) => byte === 0)

/** The `{key, value, timestamp}` of either log as a record. */
export function recordOf(offset: number, found: unknown): OldRecord {
  if (typeof found !== 'object' || found === null)
    return { kind: 'unreadable', offset, reason: 'not a message' }
  const { key, value, timestamp } = found as Readonly<Record<string, unknown>>
  if (typeof key !== 'string' || typeof value !== 'object' || value === null)
    return { kind: 'unreadable', offset, reason: 'not a message' }
  const received = typeof timestamp === 'number' && Number.isFinite(timestamp) ? timestamp : null
  return { kind: 'message', offset, key, value, received }
}
