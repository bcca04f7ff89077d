/**
 * Unix sockets. Who can open the file is the owner of the server: the file's mode is the lock.
 *
 * @packageDocumentation
 */
import { chmod, lstat, mkdir, rmdir, stat, unlink } from 'node:fs/promises'
import { connect } from 'node:net'
import { NetError, sentenceOf } from './errors.ts'
import {
  type Arrival,
  connected,
  type Listener,
  type ListenHandlers,
  listenOn,
} from './transport.ts'

export type { Arrival, Listener, ListenHandlers } from './transport.ts'

/** Only the owner may connect. */
const SOCKET_MODE = 0o600

/**
 * Connect to a socket file.
 *
 * @throws NetError (as a rejection) `SSB_NET_UNREACHABLE`, also when `signal` is aborted
 */
export async function dial(path: string, signal?: AbortSignal): Promise<Arrival> {
  return await connected(connect({ path }), path, signal)
}

/** How often a socket that others take and leave at the same time is tried for, and the pause in between in milliseconds. */
const TRIES_MAX = 500
const PAUSE_MS = 20
/** Milliseconds after which whoever was clearing a dead socket away must have died over it. */
const CLEARING_MS = 5_000

/**
 * Listen on a socket file of mode 0600. A file that a dead process has left behind is replaced, by one process
 * however many try at once; one that somebody answers on is not touched.
 *
 * @throws NetError (as a rejection) `SSB_NET_IN_USE`, `SSB_NET_LISTEN`
 */
export async function listen(path: string, handlers: ListenHandlers): Promise<Listener> {
  try {
    for (let tries = 0; tries < TRIES_MAX; tries += 1) {
      const listener = await listenUnlessTaken(path, handlers)
      if (listener !== null) return listener
      if (!(await isDead(path))) break
      const taken = await takeOver(path, handlers)
      if (taken !== null) return taken
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
    }
  } catch (error) {
    throw refused(path, error)
  }
  throw new NetError('SSB_NET_IN_USE', `${path} is in use, or is no socket`)
}

async function listenUnlessTaken(path: string, handlers: ListenHandlers): Promise<Listener | null> {
  try {
    return await listenPrivately(path, handlers)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return null
    throw error
  }
}

/** Clear a dead socket away and listen in its place; `null`: somebody else is about it, or was. */
async function takeOver(path: string, handlers: ListenHandlers): Promise<Listener | null> {
  // making a folder succeeds for one process alone
  const turn = `${path}.turn`
  try {
    await mkdir(turn)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    const since = await stat(turn).catch(() => null)
    if (since !== null && Date.now() - since.mtimeMs > CLEARING_MS)
      await rmdir(turn).catch(() => undefined)
    return null
  }
  try {
    if (!(await isDead(path))) return null
    await unlink(path)
    return await listenUnlessTaken(path, handlers)
  } finally {
    await rmdir(turn).catch(() => undefined)
  }
}

async function listenPrivately(path: string, handlers: ListenHandlers): Promise<Listener> {
  let isPrivate = false
  const listener = await listenOn(
    { path },
    {
      ...handlers,
      // nobody is let in between the making of the file and its mode
      onArrival: (arrival) => (isPrivate ? handlers.onArrival(arrival) : arrival.wire.destroy()),
    },
  )
  try {
    await chmod(path, SOCKET_MODE)
  } catch (error) {
    await listener.close()
    throw error
  }
  isPrivate = true
  return listener
}

/** Whether the file is a socket that nobody answers on. In doubt it is alive. */
async function isDead(path: string): Promise<boolean> {
  try {
    // connecting to an ordinary file is refused as well, and that file may be anything
    if (!(await lstat(path)).isSocket()) return false
    const { wire } = await dial(path)
    wire.destroy()
    return false
  } catch (error) {
    const cause = error instanceof Error ? (error.cause as NodeJS.ErrnoException) : null
    return cause?.code === 'ECONNREFUSED'
  }
}

function refused(path: string, error: unknown): NetError {
  const message = `cannot listen on ${path}: ${sentenceOf(error)}`
  return new NetError('SSB_NET_LISTEN', message, { cause: error })
}
