import type { IncomingMessage, ServerResponse } from 'node:http'
import { isIP } from 'node:net'
import { isLoopback } from '@scuttlebot/ssb-ref'

/** Who makes a request, as far as its socket and headers tell. */
export interface HttpCaller {
  /**
   * A program of this machine asks, for itself: its socket is of this machine, it asks for a name of this machine
   * (an onion service or a tunnel brings the name under which we are known outside), and no proxy says that it
   * speaks for another. A page in a browser of this machine counts, too: see `isFromWeb`.
   */
  readonly isLocal: boolean
  /** A page that did not come from this machine has a browser ask. Whoever is no browser does not say so. */
  readonly isFromWeb: boolean
}

/**
 * Answers requests of one kind, under as many paths as it likes; `false`: not mine, ask the next. What it throws is
 * a 500; what it does later is its own to guard.
 */
export type HttpHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  caller: HttpCaller,
) => boolean

/** The HTTP side of the WebSocket listeners, to which other plugins add what they serve. */
export interface HttpSide {
  /** Ask this one, too, after those that are there; returns the way to take it away. */
  use(handler: HttpHandler): () => void
  /** Where requests are answered, now. */
  places(): readonly HttpPlace[]
}

/** A port on which HTTP is answered. */
export interface HttpPlace {
  /** name or IP address, as it was listened on; `::` and `0.0.0.0` are every interface */
  readonly host: string
  readonly port: number
  /** whether TLS is spoken */
  readonly isSecure: boolean
  /** whether it has an external name, so that what comes in may come from a proxy, which need not say so */
  readonly isFronted: boolean
}

/**
 * @internal The handlers of all ports. A page of a stranger must not reach what is meant for this
 * machine: requests for host names that are not ours are refused, so that a name which its owner
 * points at us later (DNS rebinding) gets nothing, and so are those that write from another origin.
 */
export class HttpHandlers implements HttpSide {
  readonly #handlers: HttpHandler[] = []
  readonly #ownNames: () => readonly string[]
  readonly places: () => readonly HttpPlace[]

  /** `ownNames`: those under which others reach us, lower case. */
  constructor(ownNames: () => readonly string[], places: () => readonly HttpPlace[]) {
    this.#ownNames = ownNames
    this.places = places
  }

  use(handler: HttpHandler): () => void {
    const own: HttpHandler = (...asked) => handler(...asked)
    this.#handlers.push(own)
    return () => {
      const at = this.#handlers.indexOf(own)
      if (at >= 0) this.#handlers.splice(at, 1)
    }
  }

  readonly answer = (request: IncomingMessage, response: ServerResponse): void => {
    response.on('error', () => undefined)
    const { host = '', origin } = request.headers
    if (!this.#isOwn(nameOf(host))) {
      refuse(response, 421, 'this host is not served here')
      return
    }
    const isSafe = request.method === 'GET' || request.method === 'HEAD'
    if (!isSafe && origin !== undefined && origin.replace(/^https?:\/\//, '') !== host) {
      refuse(response, 403, 'not from another origin')
      return
    }
    const caller = this.#callerOf(request)
    try {
      for (const handler of [...this.#handlers]) if (handler(request, response, caller)) return
      refuse(response, 404, 'not found')
    } catch {
      // the error is ours; the caller is told no more than that there was one
      if (response.headersSent) response.destroy()
      else refuse(response, 500, 'failed')
    }
  }

  /**
   * Whether a WebSocket may be opened. The handshake decides who is who; but a page of the web that a browser of this
   * machine shows has no business here, nor has one that reached us by a name which is not ours.
   */
  readonly mayOpen = (request: IncomingMessage): boolean => {
    const { host = '', origin } = request.headers
    if (origin !== undefined && !this.#isOwn(nameOf(host))) return false
    const { isLocal, isFromWeb } = this.#callerOf(request)
    return !(isLocal && isFromWeb)
  }

  #callerOf(request: IncomingMessage): HttpCaller {
    const caller = callerOf(request)
    const { localPort } = request.socket
    const isFronted = this.places().some(({ port, isFronted }) => isFronted && port === localPort)
    return isFronted ? { ...caller, isLocal: false } : caller
  }

  #isOwn(name: string): boolean {
    return name === 'localhost' || isIP(name) !== 0 || this.#ownNames().includes(name)
  }
}

/** What proxies say of whom they speak for. */
const FORWARDING = [
  'forwarded',
  'via',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-real-ip',
]

/** @internal Judged by the socket and the headers alone. */
export function callerOf({
  socket,
  headers,
  httpVersion,
}: {
  /** nginx asks in 1.0, by a name of this machine and without a word, unless it is told otherwise */
  readonly httpVersion?: string
  readonly socket: { readonly remoteAddress?: string | undefined }
  readonly headers: IncomingMessage['headers']
}): HttpCaller {
  const address = (socket.remoteAddress ?? '').replace(/^::ffff:/i, '')
  return {
    isLocal:
      httpVersion !== '1.0' &&
      isLoopback(address) &&
      isLoopback(nameOf(headers.host ?? '')) &&
      FORWARDING.every((name) => headers[name] === undefined),
    isFromWeb:
      headers['sec-fetch-site'] === 'cross-site' ||
      [headers.origin, headers.referer].some((place) => place !== undefined && isOfWeb(place)),
  }
}

/** Pages in files have the origin `null` or `file://`, and no referrer. */
function isOfWeb(place: string): boolean {
  if (!/^https?:/i.test(place)) return false
  return !URL.canParse(place) || !isLoopback(new URL(place).hostname)
}

/** The name in a Host header, lower case, without port and brackets. */
function nameOf(host: string): string {
  const found = /^(?:\[([^\]]*)\]|([^:]*))(?::\d{1,5})?$/.exec(host)
  return (found?.[1] ?? found?.[2] ?? '').toLowerCase()
}

function refuse(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain' }).end(`${text}\n`)
}
