// The other side's wants and offers, as it tells them on its want stream, or the old way.
import type { Peer } from '@scuttlebot/ssb-plugin'
import { isBlobId } from '@scuttlebot/ssb-ref'
import { IDS_PER_ITEM_MAX, ITEMS_BURST, ITEMS_PER_SECOND } from './limits.ts'
import type { BlobsService } from './service.ts'

/** Listen to a peer until its stream ends. Nothing that it says makes this throw. */
export async function listen(service: BlobsService, peer: Peer, legacy: boolean): Promise<void> {
  const { log } = service.context
  let modern = false
  try {
    await service.ready()
    const budget = itemBudget(() => service.now())
    for await (const items of peer.mux.source(['blobs', 'createWants'], []).batches()) {
      modern = true
      for (const item of items) hear(service, peer, item, budget)
    }
  } catch (error) {
    if (peer.signal.aborted) return
    log.debug('the wants of a peer ended', { peer: peer.id, reason: String(error) })
    if (!modern && legacy) await listenLegacy(service, peer)
  }
}

/** So many at once, and so many each second. */
function itemBudget(now: () => number): () => boolean {
  let left = ITEMS_BURST
  let at = now()
  return () => {
    const time = now()
    left = Math.min(ITEMS_BURST, left + ((time - at) / 1000) * ITEMS_PER_SECOND)
    at = time
    if (left < 1) return false
    left--
    return true
  }
}

function hear(service: BlobsService, peer: Peer, item: unknown, budget: () => boolean): void {
  if (typeof item !== 'object' || item === null || Array.isArray(item)) return
  if (item instanceof Uint8Array) return
  for (const id in item) {
    if (!budget()) return
    service.heard(peer.id, id, (item as { readonly [id: string]: unknown })[id])
  }
}

/**
 * COMPAT: peers that know no want streams are asked with `has`, and tell of new blobs by `changes`
 * (ssb-blobs before 0.1.4; test/legacy.test.ts).
 */
async function listenLegacy(service: BlobsService, peer: Peer): Promise<void> {
  const { log } = service.context
  const { mux } = peer
  const offer = (id: unknown): void => {
    if (isBlobId(id)) service.wants.offered(peer.id, id, null, service.now())
  }
  const ask = async (ids: readonly string[]): Promise<void> => {
    for (let at = 0; at < ids.length; at += IDS_PER_ITEM_MAX) {
      const some = ids.slice(at, at + IDS_PER_ITEM_MAX)
      const has = await mux.call(['blobs', 'has'], [some])
      if (!Array.isArray(has)) return
      for (const [i, id] of some.entries()) if (has[i] === true) offer(id)
    }
  }
  const over = new AbortController()
  const signal = AbortSignal.any([peer.signal, over.signal])
  const told = async (): Promise<void> => {
    const call = { peer: peer.id, roles: peer.roles, signal }
    for await (const item of service.wantStream(call))
      await ask(Object.entries(item).flatMap(([id, value]) => (value < 0 ? [id] : [])))
  }
  const changes = async (): Promise<void> => {
    const budget = itemBudget(() => service.now())
    for await (const id of mux.source(['blobs', 'changes'], [], { signal })) if (budget()) offer(id)
  }
  try {
    await Promise.all([told(), changes()])
  } catch (error) {
    log.debug('the peer has no blobs', { peer: peer.id, reason: String(error) })
  } finally {
    over.abort()
  }
}
