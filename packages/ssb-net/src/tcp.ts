/**
 * TCP: the `net` transport. IPv4 and IPv6, TCP_NODELAY, keep-alive.
 *
 * @packageDocumentation
 */
import { connect } from 'node:net'
import { NetError, sentenceOf } from './errors.ts'
import {
  type Arrival,
  connected,
  type Listener,
  type ListenHandlers,
  listenOn,
  SOCKET_OPTIONS,
  WITHOUT_IPV6,
} from './transport.ts'

export type { Arrival, Listener, ListenHandlers } from './transport.ts'

/** Where a TCP port is. */
export interface TcpPlace {
  /** name or IP address, without brackets */
  readonly host: string
  /** 0…65535; 0 only for listening: any free port */
  readonly port: number
}

/**
 * Connect. A name is resolved, and IPv6 and IPv4 are tried as the platform does.
 *
 * @throws NetError (as a rejection) `SSB_NET_UNREACHABLE`, also when `signal` is aborted
 */
export async function dial(place: TcpPlace, signal?: AbortSignal): Promise<Arrival> {
  const where = `${place.host} port ${place.port}`
  try {
    return await connected(connect({ ...place, ...SOCKET_OPTIONS }), where, signal)
  } catch (error) {
    if (error instanceof NetError) throw error
    // node throws at once for ports out of range
    const message = `${where} cannot be reached: ${sentenceOf(error)}`
    throw new NetError('SSB_NET_UNREACHABLE', message, { cause: error })
  }
}

/**
 * Listen. `::` is every interface, of IPv4 too, and also where there is no IPv6.
 *
 * @throws NetError (as a rejection) `SSB_NET_LISTEN`
 */
export async function listen(place: TcpPlace, handlers: ListenHandlers): Promise<Listener> {
  try {
    return await listenOn({ host: place.host, port: place.port }, handlers)
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? ''
    // a machine without IPv6 has its other interfaces all the same
    if (place.host === '::' && WITHOUT_IPV6.has(code))
      return await listen({ ...place, host: '0.0.0.0' }, handlers)
    const message = `cannot listen on ${place.host} port ${place.port}: ${sentenceOf(error)}`
    throw new NetError('SSB_NET_LISTEN', message, { cause: error })
  }
}
