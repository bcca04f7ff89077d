import type { IncomingMessage, ServerResponse } from 'node:http'
import { isIP } from 'node:net'
import type { HttpHandler } from './ws.ts'

/** The HTTP side of the WebSocket listeners, to which other plugins add what they serve. */
export interface HttpSide {
  /** Ask this one, too, after those that are there; returns the way to take it away. */
  use(handler: HttpHandler): () => void
}

/**
 * @internal The handlers of all ports. A page of a stranger must not reach what is meant for this
 * machine: requests for host names that are not ours are refused, so that a name which its owner
 * points at us later (DNS rebinding) gets nothing, and so are those that write from another origin.
 */
export class HttpHandlers implements HttpSide {
  readonly #handlers: HttpHandler[] = []
  readonly #ownNames: () => readonly string[]

  /** `ownNames`: those under which others reach us, lower case. */
  constructor(ownNames: () => readonly string[]) {
    this.#ownNames = ownNames
  }

  use(handler: HttpHandler): () => void {
    const own: HttpHandler = (request, response) => handler(request, response)
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
    try {
      for (const handler of [...this.#handlers]) if (handler(request, response)) return
      refuse(response, 404, 'not found')
    } catch {
      // the error is ours; the caller is told no more than that there was one
      if (response.headersSent) response.destroy()
      else refuse(response, 500, 'failed')
    }
  }

  #isOwn(name: string): boolean {
    return name === 'localhost' || isIP(name) !== 0 || this.#ownNames().includes(name)
  }
}

/** The name in a Host header, lower case, without port and brackets. */
function nameOf(host: string): string {
  const found = /^(?:\[([^\]]*)\]|([^:]*))(?::\d{1,5})?$/.exec(host)
  return (found?.[1] ?? found?.[2] ?? '').toLowerCase()
}

function refuse(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain' }).end(`${text}\n`)
}
