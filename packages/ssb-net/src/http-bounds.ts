import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { isLoopback } from '@scuttlebot/ssb-ref'

/** How much of a port those may have who ask over HTTP. */
export interface HttpBounds {
  /** milliseconds without a byte in either direction */
  readonly idleMs: number
  /** milliseconds for one answer */
  readonly answerMs: number
  /** connections of one address that are no WebSockets; programs of this machine, such as a proxy, may have more */
  readonly perAddressMax: number
  /** whether the connections of an address are counted */
  counted(address: string): boolean
}

/** The bounds of a server. */
export const HTTP_BOUNDS: HttpBounds = {
  idleMs: 60_000,
  answerMs: 600_000,
  perAddressMax: 128,
  counted: (address) => !isLoopback(address.replace(/^::ffff:/i, '')),
}

/**
 * Give up whoever reads an answer too slowly, and hold few connections of one address: each keeps a file open, and
 * they are not counted among those of peers. A WebSocket is left alone once it is open.
 */
export function boundHttp(server: Server, bounds: HttpBounds): void {
  const held = new Map<string, number>()
  // what waits for an answer, and for the next request; a WebSocket switches it off
  server.timeout = bounds.idleMs
  // behind TLS, requests have another socket than the connection
  server.on('setSecureContext' in server ? 'secureConnection' : 'connection', (socket: Socket) => {
    const { remoteAddress = '' } = socket
    if (!bounds.counted(remoteAddress)) return
    const count = (held.get(remoteAddress) ?? 0) + 1
    if (count > bounds.perAddressMax) {
      socket.destroy()
      return
    }
    held.set(remoteAddress, count)
    let isHeld = true
    const release = (): void => {
      if (!isHeld) return
      isHeld = false
      const left = (held.get(remoteAddress) ?? 1) - 1
      if (left > 0) held.set(remoteAddress, left)
      else held.delete(remoteAddress)
    }
    releases.set(socket, release)
    socket.once('close', release)
  })
  server.on('request', (_request: IncomingMessage, response: ServerResponse) => {
    const timer = setTimeout(() => response.destroy(), bounds.answerMs)
    timer.unref()
    response.once('close', () => clearTimeout(timer))
  })
}

const releases = new WeakMap<Socket, () => void>()

/** It is a WebSocket now, which is counted elsewhere. */
export function becameWebSocket(socket: Socket): void {
  releases.get(socket)?.()
}
