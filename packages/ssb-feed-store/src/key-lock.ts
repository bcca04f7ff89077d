// Node only: one process per key. LevelDB's lock guards a data folder; this one guards a key that lies in two folders.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { FeedId } from '@scuttlebot/ssb-ref'
import { StoreError } from './errors.ts'

interface Holder {
  readonly pid: number
  /** When the process began, in the system's own unit; `null` where the system does not tell. */
  readonly since: string | null
}

/** When a process began: tells it from a later one that was given the same number. */
function startOf(pid: number): string | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // The program's name, in brackets, may hold anything; the 22nd field is the start.
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? null
  } catch {
    return null
  }
}

function isAlive({ pid, since }: Holder): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false
  }
  return since === null || startOf(pid) === since
}

function readHolder(path: string): Holder | null {
  try {
    const { pid, since } = JSON.parse(readFileSync(path, 'utf8')) as Partial<Holder>
    if (typeof pid !== 'number' || !Number.isSafeInteger(pid) || pid <= 0) return null
    return { pid, since: since ?? null }
  } catch {
    return null
  }
}

/**
 * Take the lock of a key, a file that names this process; a file left by a process that is gone is replaced.
 *
 * @returns the way to give it back
 * @throws {@link StoreError} with code `SSB_STORE_LOCKED` when another process, or this one, has it.
 */
export function lockFile(path: string, feed: FeedId): () => void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const text = JSON.stringify({ pid: process.pid, since: startOf(process.pid) })
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      writeFileSync(path, text, { flag: 'wx', mode: 0o600 })
      return () => {
        if (readHolder(path)?.pid === process.pid) rmSync(path, { force: true })
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
    const holder = readHolder(path)
    if (holder !== null && isAlive(holder))
      throw new StoreError(
        'SSB_STORE_LOCKED',
        `the key of ${feed} is in use by process ${holder.pid}: two servers with one key fork the feed; stop that one first`,
      )
    rmSync(path, { force: true })
  }
  throw new StoreError(
    'SSB_STORE_LOCKED',
    `the lock of ${feed} is fought over by several processes`,
  )
}
