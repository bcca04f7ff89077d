import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { answerBlobRequest, BLOBS_PATH, type BlobsSource } from '@scuttlebot/ssb-blobs'
import type { HttpSide } from '@scuttlebot/ssb-net'
import type { Nothing, Plugin } from '@scuttlebot/ssb-plugin'
import { isLoopback } from '@scuttlebot/ssb-ref'

/** What is needed of others. */
interface Needs {
  readonly net: { readonly http: HttpSide }
  readonly blobs: BlobsSource
}

/** Options of {@link blobsHttp}. */
export interface BlobsHttpOptions {
  /** Whether those on other machines may ask, too. Default: no. */
  readonly remote?: boolean
}

/** Serves blobs at `/blobs/get/ID` on the ports of the WebSockets, to this machine alone unless told otherwise. */
export function blobsHttp(options: BlobsHttpOptions = {}): Plugin<'blobs-http', Nothing, Needs> {
  return {
    name: 'blobs-http',
    needs: { net: 'required', blobs: 'required' },
    manifest: {},
    setup({ needs, log }) {
      let remove = (): void => undefined
      return {
        api: {},
        handlers: {},
        async start() {
          remove = needs.net.http.use((request, response) => {
            if (!request.url?.startsWith(BLOBS_PATH)) return false
            if (options.remote !== true && !isFromHere(request)) {
              response.writeHead(403, { 'content-type': 'text/plain' })
              response.end('blobs are served to this machine only\n')
              return true
            }
            answer(needs.blobs, request, response).catch((error: unknown) => {
              log.debug('a request for a blob failed', { error: String(error) })
              if (response.headersSent) response.destroy()
              else response.writeHead(500).end()
            })
            return true
          })
        },
        stop: async () => remove(),
      }
    },
  }
}

/**
 * Whether a program of this machine asks. A proxy before us is one, too, but says for whom it asks.
 */
function isFromHere({ socket, headers }: IncomingMessage): boolean {
  const address = (socket.remoteAddress ?? '').replace(/^::ffff:/i, '')
  const isForwarded = headers['x-forwarded-for'] !== undefined || headers['forwarded'] !== undefined
  return isLoopback(address) && !isForwarded
}

async function answer(
  blobs: BlobsSource,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method = 'GET', url = '' } = request
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(',') : value,
    ]),
  )
  const answered = await answerBlobRequest(blobs, { method, url, headers })
  if (answered === null) {
    response.writeHead(404).end()
    return
  }
  response.writeHead(answered.status, answered.headers)
  if (answered.body === null) {
    response.end()
    return
  }
  // a reader that leaves ends the reading, too
  await pipeline(answered.body, response)
}
