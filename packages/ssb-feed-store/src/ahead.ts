// The log read in parts for indexes that are behind: while one part is mapped and written, the next one is read.
import { CATCH_UP_MESSAGES } from './limits.ts'
import type { StoredMessage } from './message.ts'
import type { Reading } from './reading.ts'

/** A part of the log. */
export interface Part {
  readonly messages: readonly StoredMessage[]
  /** The last position of it, whether there is a message or not. */
  readonly upTo: number
}

/** Reads parts, one ahead. */
export interface Ahead {
  /** The part behind a position. */
  part(from: number): Promise<Part>
  /** Forget what was read ahead: it may change now. Resolves when nothing is being read. */
  forget(): Promise<void>
}

/** Make a reader; `position` is the last log position that is committed. */
export function readAhead(reading: Pick<Reading, 'log'>, position: () => number): Ahead {
  let next: { readonly from: number; readonly part: Promise<Part> } | null = null

  const read = async (from: number): Promise<Part> => {
    const end = position()
    const messages: StoredMessage[] = []
    for await (const list of reading.log({ gt: from, lte: end, limit: CATCH_UP_MESSAGES }))
      messages.push(...list)
    const last = messages[CATCH_UP_MESSAGES - 1]
    return { messages, upTo: last?.sequence ?? end }
  }

  return {
    async part(from) {
      const held = next
      next = null
      const part = await (held?.from === from ? held.part : read(from))
      if (part.upTo < position()) {
        next = { from: part.upTo, part: read(part.upTo) }
        // Met where it is awaited, if ever.
        next.part.catch(() => {})
      }
      return part
    },
    async forget() {
      await next?.part.catch(() => {})
      next = null
    },
  }
}
