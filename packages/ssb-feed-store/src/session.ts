// A session is the time between opening and closing. Its first write, which is synced, also says that it has begun;
// closing takes that back. Whoever finds the note when opening knows that the last session did not end well, and looks
// at what it wrote: see aftermath.ts.
import { utf8, utf8Text } from '@scuttlebot/ssb-encode'
import type { FeedId } from '@scuttlebot/ssb-ref'
import { mend } from './aftermath.ts'
import { type Database, type DatabaseOp, ENCODING, forward } from './database.ts'
import { metaKey } from './tables.ts'

/** What is known of a session that has not ended. */
export interface SessionNote {
  /** The last log position when it began: everything up to there was on the disk. */
  readonly position: number
  /** Names of indexes that had all their entries on the disk, or get them with the messages. */
  readonly certain: readonly string[]
}

/** The database as one session sees it. */
export interface Session {
  /** What is written through it belongs to the session. */
  readonly database: Database
  /** Look at what the last session has left; `time` in ms. Answers what was mended, in sentences. */
  begin(own: FeedId | null, time: number): Promise<readonly string[]>
  /** The last log position that was given away before: what the next note says. */
  startAt(position: number): void
  /** Resolves when all that has been written survives a power loss, whichever file it is in. */
  flush(): Promise<void>
  /** Whether all these indexes are known to lack nothing on the disk. */
  trusts(indexes: readonly string[]): boolean
  /** These indexes lack nothing on the disk. */
  trust(indexes: readonly string[]): void
  /** No index is certain any more; the next write says so. */
  distrust(): void
  /** These indexes lack nothing; resolves when that is so on the disk, too. */
  settle(indexes: readonly string[]): Promise<void>
  /** Everything is written: the session has ended well. */
  end(): Promise<void>
}

const NOTE = metaKey('session')

/** Make the session of a database. */
export function createSession(raw: Database): Session {
  let position = -1
  let certain: readonly string[] = []
  let isNoted = false
  // What was noted, and is on its way to the disk, is behind every later write.
  let noted: readonly string[] | null = null

  const note = (): DatabaseOp => {
    noted = certain
    const text = JSON.stringify({ position, certain } satisfies SessionNote)
    return { type: 'put', key: NOTE, value: utf8(text) }
  }
  const database: Database = {
    ...forward(raw),
    get status() {
      return raw.status
    },
    async batch(operations, options) {
      if (noted === certain) return raw.batch(operations, options)
      const isFirst = noted === null
      await raw.batch([...operations, note()], isFirst ? { ...options, sync: true } : options)
      isNoted = true
    },
  }
  const isTrusted = (names: readonly string[]): boolean =>
    names.every((name) => certain.includes(name))
  const flush = async (): Promise<void> => {
    if (raw.flush !== undefined) return raw.flush()
    const value = utf8(String(position))
    await database.batch([{ type: 'put', key: metaKey('synced'), value }], {
      ...ENCODING,
      sync: true,
    })
  }
  const trust = (names: readonly string[]): void => {
    if (!isTrusted(names)) certain = [...names]
  }
  return {
    database,
    async begin(own, time) {
      noted = null
      isNoted = false
      certain = []
      position = -1
      const value = await raw.get(NOTE, ENCODING)
      if (value === undefined) return []
      isNoted = true
      const last = JSON.parse(utf8Text(value)) as SessionNote
      return mend(raw, { own, note: last, time })
    },
    startAt(last) {
      position = last
    },
    flush,
    trusts: isTrusted,
    trust,
    distrust() {
      certain = []
    },
    async settle(names) {
      if (isTrusted(names)) return
      await flush()
      trust(names)
    },
    async end() {
      if (!isNoted) return
      await flush()
      await raw.batch([{ type: 'del', key: NOTE }], { ...ENCODING, sync: true })
      isNoted = false
    },
  }
}
