/**
 * Keep the clocks of peers in files, one JSON file per peer, in the place and form that the classic
 * servers use: `<folder>/ebt/<peer id with + → -, / → _, = removed>`.
 *
 * @packageDocumentation
 */
import { mkdir, open, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { replaceFile } from '@scuttlebot/ssb-plugin/files'
import { type FeedId, isFeedId } from '@scuttlebot/ssb-ref'
import { FILES_ENTRIES_MAX } from './limits.ts'
import { type ClockStore, memoryClocks, NOTHING_SAVED, type SavedClock } from './needs.ts'
import { isMark } from './note.ts'

/** Bytes above which a file is no clock of ours. */
const FILE_BYTES_MAX = 64 * 1024 * 1024

/** Clocks that are read at the start, the newest ones: peers that come back at once do not wait for the disk. */
const FIRST_MAX = 16
/** Bytes of them. */
const FIRST_BYTES_MAX = 2 * 1024 * 1024

/** Beside the feeds, where the classic servers look for nothing. */
const SESSION = 'session'

/** There while the clocks are in use. */
const RUNNING = 'running'

const isClock = (name: string): boolean => name.startsWith('@')

/** Options of {@link fileClocks}. */
export interface FileClocksOptions {
  /** Files kept; the oldest of more are removed. Default 1,000. */
  readonly peersMax?: number
}

/** Clocks in the data folder. Damaged or missing files count as empty: a clock is a hint, and can be had again. */
export function fileClocks(folder: string, options: FileClocksOptions = {}): ClockStore {
  const place = join(folder, 'ebt')
  const peersMax = options.peersMax ?? 1000
  const fileOf = (peer: FeedId): string =>
    join(place, peer.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', ''))
  const mark = join(place, RUNNING)
  /** Forget everything if the last run has not come to its end; then say that this one is under way. */
  const begin = async (): Promise<void> => {
    await mkdir(place, { recursive: true })
    const names = await readdir(place)
    if (names.includes(RUNNING))
      for (const name of names) if (isClock(name)) await rm(join(place, name), { force: true })
    await writeFile(mark, '', { mode: 0o600 })
  }
  let begun: Promise<void> | null = null
  /** What was saved last: a peer that comes back soon does not wait for its file. */
  let recent = memoryClocks(peersMax, FILES_ENTRIES_MAX)
  const read = async (peer: FeedId): Promise<SavedClock> => {
    const clock = new Map<FeedId, number>()
    try {
      await begun
      const text = await readUpTo(fileOf(peer), FILE_BYTES_MAX)
      if (text === null) return NOTHING_SAVED
      const parsed = JSON.parse(text) as Record<string, unknown>
      for (const [feed, sequence] of Object.entries(parsed))
        if (isFeedId(feed) && Number.isInteger(sequence) && Number(sequence) >= -1)
          clock.set(feed, Number(sequence))
      const session = parsed[SESSION]
      return { clock, session: isMark(session) && session !== '' ? session : null }
    } catch {
      return NOTHING_SAVED
    }
  }
  return {
    async begin() {
      begun ??= begin()
      const mine = recent
      await begun
      let bytes = 0
      const ready: SavedClock[] = []
      for (const { name, size } of (await aged(place)).slice(0, FIRST_MAX)) {
        bytes += size
        const peer = peerOf(name)
        if (bytes > FIRST_BYTES_MAX) break
        if (peer === null || (await mine.load(peer)) !== NOTHING_SAVED) continue
        const saved = await read(peer)
        // What was saved meanwhile is newer.
        if ((await mine.load(peer)) !== NOTHING_SAVED) continue
        await mine.save(peer, saved)
        ready.push(saved)
      }
      return ready
    },
    async load(peer) {
      begun ??= begin()
      const kept = await recent.load(peer)
      return kept === NOTHING_SAVED ? read(peer) : kept
    },
    async save(peer, { clock, session }) {
      begun ??= begin()
      await begun
      const file = fileOf(peer)
      const entries: [string, number | string][] = [...clock]
      if (session !== null) entries.push([SESSION, session])
      const text = JSON.stringify(Object.fromEntries(entries))
      await replaceFile(file, text, { isDurable: false })
      await recent.save(peer, { clock, session })
      await forgetOldest(place, peersMax)
    },
    async end() {
      await begun
      begun = null
      recent = memoryClocks(peersMax, FILES_ENTRIES_MAX)
      await rm(mark, { force: true })
    },
  }
}

/** The text of a file; `null` when it is larger. */
async function readUpTo(file: string, bytesMax: number): Promise<string | null> {
  const handle = await open(file)
  try {
    const { size } = await handle.stat()
    return size > bytesMax ? null : await handle.readFile('utf8')
  } finally {
    await handle.close()
  }
}

/** The peer of a file. */
function peerOf(name: string): FeedId | null {
  const dot = name.lastIndexOf('.')
  const id = `${name.slice(0, dot).replaceAll('-', '+').replaceAll('_', '/')}=${name.slice(dot)}`
  return isFeedId(id) ? id : null
}

/** Files of clocks, the newest first. */
async function aged(place: string): Promise<{ name: string; at: number; size: number }[]> {
  const names = (await readdir(place)).filter(isClock)
  const found = await Promise.all(
    names.map(async (name) => {
      // A file that is being replaced may be gone.
      const facts = await stat(join(place, name)).catch(() => null)
      return facts === null ? [] : [{ name, at: facts.mtimeMs, size: facts.size }]
    }),
  )
  return found.flat().sort((a, b) => b.at - a.at)
}

async function forgetOldest(place: string, peersMax: number): Promise<void> {
  const names = (await readdir(place)).filter(isClock)
  if (names.length <= peersMax) return
  for (const { name } of (await aged(place)).slice(peersMax))
    await rm(join(place, name), { force: true })
}
