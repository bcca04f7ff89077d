import type { BlobId, FeedId } from '@scuttlebot/ssb-ref'
import { EMPTY_BLOB } from './ids.ts'
import type { BlobExplained } from './rpc.ts'
import type { BlobsService } from './service.ts'

/** Everything that is known of a blob. */
export async function explain(service: BlobsService, id: BlobId): Promise<BlobExplained> {
  await service.ready()
  const known = service.catalog.get(id)
  const pushed = service.wants.pushedTo(id)
  const messages = await service.links?.messages(id)
  const rest = {
    id,
    here: known === undefined ? null : { ...known },
    ...(pushed === null ? {} : { pushed: Object.fromEntries(pushed) }),
    want: service.wants.explain(id),
    transfer: service.transfers.get(id),
    ...(messages === undefined
      ? {}
      : { messages: messages.map(({ key, author }) => ({ key, author })) }),
  }
  return { summary: summaryOf(rest, pushText(service, pushed)), ...rest }
}

/** How far a push is: without known peers it stays open, and whoever waits for it is to see why. */
function pushText(
  { pushy, trusted }: BlobsService,
  pushed: ReadonlyMap<FeedId, number> | null,
): string {
  if (pushed === null) return ''
  const strangers = [...pushed.keys()].every(trusted) ? '' : ', all strangers counting as one'
  return `; pushed to ${pushed.size} of ${peersOf(pushy)} so far${strangers}`
}

function summaryOf(
  { id, here, want, transfer }: Omit<BlobExplained, 'summary'>,
  push: string,
): string {
  if (id === EMPTY_BLOB) return 'the empty blob: every server has it'
  if (here !== null) {
    const from = here.origin === 'own' ? 'added here' : `from ${here.origin}`
    return here.origin === 'found'
      ? `here: ${here.size} bytes, found in the folder${push}`
      : `here: ${here.size} bytes, ${from}${push}`
  }
  if (want === null) return 'not here, and nobody asked for it: see blobs.want'
  if (transfer !== null)
    return `on its way from ${transfer.from}: ${transfer.received} of ${transfer.size ?? '?'} bytes`
  const offers = want.peers.filter(({ size }) => size !== undefined).length
  if (want.peers.length === 0) return 'wanted, but no peer is connected'
  if (offers > 0)
    return `wanted; ${offers} of ${peersOf(want.peers.length)} offered it; waiting for a turn`
  return `wanted; of ${peersOf(want.peers.length)} none has offered it`
}

const peersOf = (count: number): string => (count === 1 ? '1 peer' : `${count} peers`)
