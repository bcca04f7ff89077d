import { copyFile, mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { replaceFile } from '@scuttlebot/ssb-plugin/files'
import { type FeedId, isFeedId } from '@scuttlebot/ssb-ref'
import { NAME_CHARS_MAX, SESSIONS_MAX } from './limits.ts'

/** A browser that was paired: its key may do what the owner may. */
export interface Session {
  /** Public key of the browser, as a feed id; it has no feed. */
  readonly id: FeedId
  /** What the browser calls itself. */
  readonly name: string
  /** When it was paired, milliseconds since 1970. */
  readonly since: number
  /** When it last connected; `null`: never. */
  readonly seen: number | null
  /** The IP address that it last came from, as this machine saw it: perhaps that of a proxy; `null`: not known. */
  readonly from: string | null
}

/** The browsers that were paired, kept in one file; in memory alone without a folder. */
export class Sessions {
  readonly #folder: string | null
  readonly #all = new Map<FeedId, Session>()
  #writing: Promise<void> = Promise.resolve()
  /** Why nothing may be written: what is there could not be read. */
  #locked: Error | null = null

  constructor(folder: string | null) {
    this.#folder = folder
  }

  /**
   * Read the file. What is damaged in it pairs nobody, as a browser can be paired again, and is kept in
   * `sessions.json.damaged`. One that cannot be read is never written over.
   *
   * @returns what is wrong with it, as a sentence; `null`: nothing
   */
  async load(): Promise<string | null> {
    if (this.#folder === null) return null
    const file = join(this.#folder, 'sessions.json')
    try {
      const text = await readFile(file, 'utf8')
      const { sessions, isWhole } = sessionsOf(text)
      for (const session of sessions) this.#all.set(session.id, session)
      if (isWhole) return null
      await copyFile(file, `${file}.damaged`)
      return 'the list of paired browsers is damaged: some must be paired again'
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
      this.#locked = new Error('the list of paired browsers cannot be read', { cause: error })
      return 'the list of paired browsers cannot be read: it stays as it is, and none can be paired'
    }
  }

  /** All of them, the newest first. */
  list(): readonly Session[] {
    return [...this.#all.values()].toSorted((a, b) => b.since - a.since)
  }

  has(id: FeedId): boolean {
    return this.#all.has(id)
  }

  /**
   * Add one; of too many, the one that was unseen for the longest time goes.
   *
   * @returns the one that had to go, or `null`
   */
  async add(id: FeedId, name: string, now: number): Promise<FeedId | null> {
    if (this.#locked !== null) throw this.#locked
    this.#all.set(id, {
      id,
      name: name.slice(0, NAME_CHARS_MAX),
      since: now,
      seen: null,
      from: null,
    })
    let gone: FeedId | null = null
    if (this.#all.size > SESSIONS_MAX) {
      const last = ({ seen, since }: Session): number => seen ?? since
      const [oldest] = this.list().toSorted((a, b) => last(a) - last(b))
      gone = oldest?.id ?? null
    }
    if (gone !== null) this.#all.delete(gone)
    await this.#save()
    return gone
  }

  /** It has connected. */
  async seen(id: FeedId, now: number, from: string | null): Promise<void> {
    const session = this.#all.get(id)
    if (session === undefined) return
    this.#all.set(id, { ...session, seen: now, from })
    await this.#save()
  }

  /** Whether there was one. Once it resolves, it stays removed, also after a loss of power. */
  async remove(id: FeedId): Promise<boolean> {
    const found = this.#all.delete(id)
    if (found) await this.#save()
    return found
  }

  /** Resolves when all is written. */
  async close(): Promise<void> {
    await this.#writing
  }

  #save(): Promise<void> {
    const folder = this.#folder
    if (this.#locked !== null) return Promise.reject(this.#locked)
    if (folder === null) return Promise.resolve()
    const text = `${JSON.stringify([...this.#all.values()], null, 2)}\n`
    this.#writing = this.#writing
      .catch(() => undefined)
      .then(async () => {
        await mkdir(folder, { recursive: true, mode: 0o700 })
        await replaceFile(join(folder, 'sessions.json'), text)
      })
    return this.#writing
  }
}

function sessionsOf(text: string): {
  readonly sessions: readonly Session[]
  readonly isWhole: boolean
} {
  try {
    const list: unknown = JSON.parse(text)
    if (!Array.isArray(list)) return { sessions: [], isWhole: false }
    // files of before do not tell where they came from
    const sessions = list.filter(isSession).map((one) => ({ ...one, from: one.from ?? null }))
    return { sessions, isWhole: sessions.length === list.length }
  } catch {
    return { sessions: [], isWhole: false }
  }
}

function isSession(
  value: unknown,
): value is Omit<Session, 'from'> & { readonly from?: string | null } {
  if (typeof value !== 'object' || value === null) return false
  const { id, name, since, seen, from } = value as Partial<Record<keyof Session, unknown>>
  return (
    isFeedId(id) &&
    typeof name === 'string' &&
    typeof since === 'number' &&
    (seen === null || typeof seen === 'number') &&
    (from === undefined || from === null || typeof from === 'string')
  )
}
