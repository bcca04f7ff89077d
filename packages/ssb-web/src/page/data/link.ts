// What needs cryptography. It is loaded apart from the rest, as it is the larger part.
import { connect } from '@scuttlebot/ssb-client/browser'
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

/** Connect as the one that was paired. */
export async function open(pass: Pass): Promise<PageClient> {
  await ready
  const seed = fromBase64(pass.seed)
  const networkKey = fromBase64(pass.networkKey)
  if (seed === null || networkKey === null) throw new TypeError('the stored pass is damaged')
  return await connect<PageRpc>({
    url: `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}`,
    id: pass.server,
    keys: signKeyPair(seed),
    networkKey,
  })
}

/** The id of a blob by its content. */
export function blobIdOf(bytes: Uint8Array): BlobId {
  return `&${toBase64(sha256(bytes))}.sha256`
}

/** `Firefox on Linux`: what the list of paired browsers shows. */
function browserName(): string {
  const { userAgent } = navigator
  const name = /Firefox|Edg|OPR|Chrome|Safari/.exec(userAgent)?.[0] ?? 'Browser'
  const system = /Android|iPhone|iPad|Windows|Mac OS|Linux/.exec(userAgent)?.[0] ?? 'unknown system'
  return `${name} on ${system}`
}
