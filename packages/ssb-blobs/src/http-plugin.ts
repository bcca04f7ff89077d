/**
 * Blobs on the HTTP side of a server's ports.
 *
 * @packageDocumentation
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import type { Context, Nothing, Plugin } from '@scuttlebot/ssb-plugin'
import type { BlobId } from '@scuttlebot/ssb-ref'
import { answerBlobRequest, BLOBS_PATH, type BlobsSource } from './http.ts'

/** What is needed of others. */
export interface BlobsHttpNeeds {
  readonly net: {
    /** The HTTP side of its ports. */
    readonly http: {
      /** @returns the way to take the handler back */
      use(
        handler: (
          request: IncomingMessage,
          response: ServerResponse,
          caller: {
            /** a program of this machine asks, for itself */
            readonly isLocal: boolean
            /** a page that did not come from this machine has a browser ask */
            readonly isFromWeb: boolean
          },
        ) => boolean,
      ): () => void
    }
  }
  readonly blobs: BlobsSource & {
    /** Resolves when a blob is here, having asked peers for it. */
    want(id: BlobId): Promise<true>
  }
}

/** Options of {@link blobsHttp}. */
export interface BlobsHttpOptions {
  /** Whether those on other machines may ask, too. Default: no. */
  readonly remote?: boolean
}

/** How long a program of this machine is kept waiting for a blob that peers are asked for, ms. */
const WAIT_MS = 30_000
/** Requests that may wait so at once; further ones are told at once that it is not here. */
const WAITING_MAX = 100

/** Serves blobs at `/blobs/get/ID` on the ports of the WebSockets, to this machine alone unless told otherwise. */
export function blobsHttp(
  options: BlobsHttpOptions = {},
): Plugin<'blobs-http', Nothing, BlobsHttpNeeds> {
  return {
    name: 'blobs-http',
    needs: { net: 'required', blobs: 'required' },
    manifest: {},
    setup(context) {
      const { needs, log } = context
      const wanting = wantingBlobs(context)
      let remove = (): void => undefined
      return {
        api: {},
        handlers: {},
        async start() {
          remove = needs.net.http.use((request, response, { isLocal, isFromWeb }) => {
            if (!request.url?.startsWith(BLOBS_PATH)) return false
            if (options.remote !== true && !isLocal) {
              response.writeHead(403, { 'content-type': 'text/plain' })
              response.end('blobs are served to this machine only\n')
              return true
            }
            const source = isLocal && !isFromWeb ? wanting(request) : needs.blobs
            answer(source, request, response).catch((error: unknown) => {
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
 * Blobs that peers are asked for when they are not here, as ssb-ws does it: pictures appear when they arrive. Nobody is
 * asked for what a page of the web names, and nobody waits while there is nobody to ask.
 */
function wantingBlobs({
  needs: { blobs },
  hooks,
  clock,
  id: us,
}: Context<BlobsHttpNeeds>): (request: IncomingMessage) => BlobsSource {
  let peers = 0
  let waiting = 0
  hooks.peerConnected.on(({ id }) => {
    if (id !== us) peers++
  })
  hooks.peerDisconnected.on(({ id }) => {
    if (id !== us) peers--
  })
  const arrive = (id: BlobId, request: IncomingMessage): Promise<void> =>
    new Promise((resolve) => {
      let isOver = false
      const done = (): void => {
        if (isOver) return
        isOver = true
        cancel()
        request.socket.removeListener('close', done)
        waiting--
        resolve()
      }
      const cancel = clock.setTimeout(done, WAIT_MS)
      waiting++
      request.socket.once('close', done)
      blobs.want(id).then(done, done)
    })
  return (request) => ({
    async size(id) {
      const size = await blobs.size(id)
      if (size !== null || peers === 0 || waiting >= WAITING_MAX) return size
      await arrive(id, request)
      return blobs.size(id)
    },
    get: (id, range) => blobs.get(id, range),
  })
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
