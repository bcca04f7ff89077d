// What needs cryptography. It is loaded apart from the rest, as it is the larger part.
import { encryptBlob } from '@scuttlebot/ssb-blobs'
import { ClientError, connect } from '@scuttlebot/ssb-client/browser'
import { randomBytes, ready, sha256, signKeyPair } from '@scuttlebot/ssb-crypto'
import { fromBase64, toBase64 } from '@scuttlebot/ssb-encode'
import { type BlobId, isFeedId } from '@scuttlebot/ssb-ref'
import type { Pass } from './pass.ts'
import type { PageClient, PageRpc } from './rpc.ts'

const SEED_BYTES = 32

/** Pair this browser by a one-time token; `null`: the token was refused. */
export async function pair(token: string): Promise<Pass | null> {
  await ready
  const seed = randomBytes(SEED_BYTES)
  const response = await fetch('/web/pair', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      token,
      key: toBase64(signKeyPair(seed).publicKey),
      name: browserName(),
    }),
  })
  if (!response.ok) return null
  const answer = (await response.json()) as { readonly id?: unknown; readonly networkKey?: unknown }
  const { id, networkKey } = answer
  if (!isFeedId(id) || typeof networkKey !== 'string') return null
  return { seed: toBase64(seed), server: id, networkKey }
}

/** A connection, and whether it may do what this page does. */
export interface Link {
  readonly client: PageClient
  /**
   * Rejects, and the connection is closed, when this browser is not paired any more: then it is a stranger, who is let
   * in all the same, but may do nothing. It is asked beside the first questions of the page, not before them.
   */
  readonly letIn: Promise<void>
}

/** Connect over that socket, which may still be opening, as the one that was paired. */
export async function open(pass: Pass, socket: WebSocket): Promise<Link> {
  await ready
  const seed = fromBase64(pass.seed)
  const networkKey = fromBase64(pass.networkKey)
  if (seed === null || networkKey === null) throw new TypeError('the stored pass is damaged')
  const client = await connect<PageRpc>({
    url: socket.url,
    id: pass.server,
    keys: signKeyPair(seed),
    networkKey,
    socket: () => socket,
  })
  return { client, letIn: letIn(client) }
}

async function letIn(client: PageClient): Promise<void> {
  try {
    await client.remote.web.sessions()
  } catch (cause) {
    void client.close()
    throw new ClientError('SSB_CLIENT_REFUSED', 'this browser is not paired', { cause })
  }
}

/** A file as it is kept, and what links to it. */
export interface Stored {
  readonly id: BlobId
  readonly link: string
  readonly bytes: Uint8Array
}

/** A file for everybody as it is; one for few is encrypted, and only those who read the link can open it. */
export function storedOf(plain: Uint8Array, isPrivate: boolean): Stored {
  if (isPrivate) return encryptBlob(plain)
  const id: BlobId = `&${toBase64(sha256(plain))}.sha256`
  return { id, link: id, bytes: plain }
}

/** `Firefox on Linux`: what the list of paired browsers shows. */
function browserName(): string {
  const { userAgent } = navigator
  const name = /Firefox|Edg|OPR|Chrome|Safari/.exec(userAgent)?.[0] ?? 'Browser'
  const system = /Android|iPhone|iPad|Windows|Mac OS|Linux/.exec(userAgent)?.[0] ?? 'unknown system'
  return `${name} on ${system}`
}
