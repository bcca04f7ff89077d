import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
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
}

/** The browsers that were paired, kept in one file; in memory alone without a folder. */
export class Sessions {
  readonly #folder: string | null
  readonly #all = new Map<FeedId, Session>()
  #writing: Promise<void> = Promise.resolve()

  constructor(folder: string | null) {
    this.#folder = folder
  }

  /** Read the file. One that is damaged pairs nobody: a browser can be paired again. */
  async load(): Promise<void> {
    if (this.#folder === null) return
    const text = await readFile(join(this.#folder, 'sessions.json'), 'utf8').catch(() => '[]')
    for (const session of sessionsOf(text)) this.#all.set(session.id, session)
  }

  /** All of them, the newest first. */
  list(): readonly Session[] {
    return [...this.#all.values()].toSorted((a, b) => b.since - a.since)
  }

  has(id: FeedId): boolean {
    return this.#all.has(id)
  }

  /** Add one; of too many, the one that was unseen for the longest time goes. */
  async add(id: FeedId, name: string, now: number): Promise<void> {
    this.#all.set(id, { id, name: name.slice(0, NAME_CHARS_MAX), since: now, seen: null })
    if (this.#all.size > SESSIONS_MAX) {
      const last = ({ seen, since }: Session): number => seen ?? since
      const [oldest] = this.list().toSorted((a, b) => last(a) - last(b))
      if (oldest !== undefined) this.#all.delete(oldest.id)
    }
    await this.#save()
  }

  /** It has connected. */
  async seen(id: FeedId, now: number): Promise<void> {
    const session = this.#all.get(id)
    if (session === undefined) return
    this.#all.set(id, { ...session, seen: now })
    await this.#save()
  }

  /** Whether there was one. */
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
    if (folder === null) return Promise.resolve()
    const text = `${JSON.stringify([...this.#all.values()], null, 2)}\n`
    this.#writing = this.#writing
      .catch(() => undefined)
      .then(async () => {
        await mkdir(folder, { recursive: true, mode: 0o700 })
        const file = join(folder, 'sessions.json')
        await writeFile(`${file}.new`, text, { mode: 0o600 })
        await rename(`${file}.new`, file)
      })
    return this.#writing
  }
}

function sessionsOf(text: string): readonly Session[] {
  try {
    const list: unknown = JSON.parse(text)
    return Array.isArray(list) ? list.filter(isSession) : []
  } catch {
    return []
  }
}

function isSession(value: unknown): value is Session {
  if (typeof value !== 'object' || value === null) return false
  const { id, name, since, seen } = value as Partial<Record<keyof Session, unknown>>
  return (
    isFeedId(id) &&
    typeof name === 'string' &&
    typeof since === 'number' &&
    (seen === null || typeof seen === 'number')
  )
}
