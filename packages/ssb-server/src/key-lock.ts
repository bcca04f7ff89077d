/**
 * One process per key: two servers with copies of one key would publish the same sequence numbers and so fork the
 * identity for good. The data folder has a lock of its own; this one also covers a copy of the folder.
 *
 * The lock is a socket in the user's state folder. The system lets go of it when its owner dies, however it dies, and
 * the owner says over it who it is. It does not reach across machines.
 */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { parseJson, utf8 } from '@scuttlebot/ssb-encode'
import { dial, listen } from '@scuttlebot/ssb-net/unix'
import type { FeedId } from '@scuttlebot/ssb-ref'
import { ServerError } from './errors.ts'
import { makeFolder } from './folder.ts'

/** Who holds a lock. */
interface Holder {
  readonly pid: number
  readonly path: string
}

/** Characters of the hash of the feed id in the file's name: socket paths must be short. */
const NAME_CHARS = 20
/** Time for the holder to say who it is, in milliseconds; it is a courtesy. */
const ASK_MS = 1_000
const ANSWER_BYTES_MAX = 8_192

/**
 * Where locks and marks of this user live: `ssb` in `$XDG_STATE_HOME` or `~/.local/state`.
 */
export function stateFolderOf(
  environment: Readonly<Record<string, string | undefined>>,
  home: string,
): string {
  const asked = environment['XDG_STATE_HOME']
  // The specification tells to ignore relative ones.
  const base = asked?.startsWith('/') ? asked : join(home, '.local', 'state')
  return join(base, 'ssb')
}

/** @internal The lock file of a feed. */
export function lockFile(stateFolder: string, feed: FeedId): string {
  const name = createHash('sha256').update(feed).digest('hex').slice(0, NAME_CHARS)
  return join(stateFolder, 'locks', name)
}

/**
 * Take the lock of a feed; gives the way to let go.
 *
 * @throws {@link ServerError} `SSB_SERVER_KEY_IN_USE` when a live process has it; what else goes wrong is
 * thrown as it comes, and means that there is no lock.
 */
export async function lockKey(
  stateFolder: string,
  feed: FeedId,
  path: string,
): Promise<() => Promise<void>> {
  const file = lockFile(stateFolder, feed)
  makeFolder(join(stateFolder, 'locks'))
  const answer = utf8(JSON.stringify({ pid: process.pid, path } satisfies Holder))
  try {
    const listener = await listen(file, {
      onArrival: ({ wire }) => {
        wire.write(answer)
        wire.end()
        wire.resume()
      },
    })
    return () => listener.close()
  } catch (error) {
    if ((error as { readonly code?: unknown }).code !== 'SSB_NET_IN_USE') throw error
    const holder = await ask(file)
    const who = holder === null ? 'another process' : `process ${holder.pid}, with ${holder.path}`
    throw new ServerError(
      'SSB_SERVER_KEY_IN_USE',
      `The key ${feed} is in use by ${who}: two servers with one key would fork its feed. Stop that one first.`,
      { cause: error },
    )
  }
}

/** Who holds a lock, if it says so in time. */
async function ask(file: string): Promise<Holder | null> {
  const { wire } = await dial(file)
  const chunks: Uint8Array[] = []
  let size = 0
  const text = await new Promise<Uint8Array>((resolve) => {
    const done = (): void => resolve(Buffer.concat(chunks))
    const timer = setTimeout(done, ASK_MS)
    wire.onData = (chunk) => {
      size += chunk.length
      if (size > ANSWER_BYTES_MAX) done()
      else chunks.push(chunk)
    }
    wire.onEnd = done
    wire.onError = done
    wire.onClose = () => {
      clearTimeout(timer)
      done()
    }
    wire.resume()
  })
  wire.destroy()
  const parsed = parseJson(text)
  const holder = (parsed.ok ? parsed.value : null) as Partial<Holder> | null
  return typeof holder?.pid === 'number' && typeof holder.path === 'string'
    ? { pid: holder.pid, path: holder.path }
    : null
}
