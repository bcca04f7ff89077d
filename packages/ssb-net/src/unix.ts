/**
 * Unix sockets. Who can open the file is the owner of the server: the file's mode is the lock.
 *
 * @packageDocumentation
 */
import { chmod, lstat, unlink } from 'node:fs/promises'
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

/**
 * Listen on a socket file of mode 0600. A file that a dead process has left behind is replaced;
 * one that somebody answers on is not touched.
 *
 * @throws NetError (as a rejection) `SSB_NET_IN_USE`, `SSB_NET_LISTEN`
 */
export async function listen(path: string, handlers: ListenHandlers): Promise<Listener> {
  try {
    return await listenPrivately(path, handlers)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw refused(path, error)
  }
  if (!(await isDead(path)))
    throw new NetError('SSB_NET_IN_USE', `${path} is in use, or is no socket`)
  try {
    await unlink(path)
    return await listenPrivately(path, handlers)
  } catch (error) {
    throw refused(path, error)
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
