import type { FeedId, MsgId } from '@scuttlebot/ssb-ref'

/** The last message of the own feed that is known to be safe; `id` is null for sequence 0. */
export interface Mark {
  readonly sequence: number
  readonly id: MsgId | null
}

/** A place outside the log where the mark of one feed is kept. */
export interface MarkPlace {
  /** `null` where there is none, or it cannot be read. */
  read(): Promise<Mark | null>
  /** Resolves when the mark survives a power loss. */
  write(mark: Mark): Promise<void>
}

/** The text of a mark. */
export function writeMark(feed: FeedId, { sequence, id }: Mark): string {
  return `${JSON.stringify({ feed, sequence, id })}\n`
}

/** Read the text of a mark; `null` for anything else. */
export function readMark(feed: FeedId, text: string): Mark | null {
  try {
    const mark = JSON.parse(text) as { feed?: unknown; sequence?: unknown; id?: unknown }
    const { sequence, id } = mark
    if (mark.feed !== feed || !Number.isSafeInteger(sequence) || (sequence as number) < 0)
      return null
    return { sequence: sequence as number, id: typeof id === 'string' ? (id as MsgId) : null }
  } catch {
    return null
  }
}

/** The highest of several marks. */
export function highest(marks: readonly (Mark | null)[]): Mark | null {
  let top: Mark | null = null
  for (const mark of marks)
    if (mark !== null && (top === null || mark.sequence > top.sequence)) top = mark
  return top
}

/** A place in memory, for tests and for where nothing outlives the process. */
export function memoryMark(): MarkPlace & { mark: Mark | null } {
  return {
    mark: null,
    async read() {
      return this.mark
    },
    async write(mark) {
      this.mark = mark
    },
  }
}
