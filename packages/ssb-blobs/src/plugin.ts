import type { Event, Metrics, Peer, Plugin } from '@scuttlebot/ssb-plugin'
import type { BlobId, FeedId } from '@scuttlebot/ssb-ref'
import { BlobsError } from './errors.ts'
import { explain } from './explain.ts'
import type { GcReport } from './gc.ts'
import { blobsHandlers, statusOf } from './handlers.ts'
import { FORWARDS_MAX, LIE_WEIGHT } from './limits.ts'
import { listen } from './listen.ts'
import { blobsManifest } from './manifest.ts'
import { type BlobsSettings, completeOptions } from './options.ts'
import type { BlobExplained, BlobMeta, BlobsRpc, BlobsStatus, Pushed } from './rpc.ts'
import { type BlobsNeeds, BlobsService } from './service.ts'
import type { BlobRange } from './storage.ts'

/** What other plugins get. */
export interface BlobsApi {
  /**
   * Store bytes under their hash; resolves when they are durable.
   *
   * @throws {@link BlobsError} `SSB_BLOBS_SIZE`; `SSB_BLOBS_HASH` when they are not what was expected.
   */
  add(bytes: AsyncIterable<Uint8Array> | Uint8Array, expected?: BlobId): Promise<BlobId>
  /** The bytes in chunks, or those of a range within it. @throws {@link BlobsError} `SSB_BLOBS_MISSING`. */
  get(id: BlobId, range?: BlobRange): AsyncIterable<Uint8Array>
  /** Bytes; `null` when it is not here. */
  size(id: BlobId): Promise<number | null>
  has(id: BlobId): Promise<boolean>
  /** Ask the peers; resolves when it is here. @throws {@link BlobsError} `SSB_BLOBS_STOPPED`. */
  want(id: BlobId): Promise<true>
  /** Offer it to every peer until enough of them have it; resolves when that is written down. */
  push(id: BlobId): Promise<void>
  /** Whether it was here. */
  remove(id: BlobId): Promise<boolean>
  /** Keep it whatever the quota says, or not any more. Whether it is here. */
  pin(id: BlobId, on: boolean): Promise<boolean>
  explain(id: BlobId): Promise<BlobExplained>
  status(): Promise<BlobsStatus>
  /** Remove what nobody keeps, down to so many bytes. */
  collect(quotaBytes: number, dryRun: boolean): Promise<GcReport>
  /** A blob has been stored. */
  readonly stored: Event<[blob: BlobMeta]>
  /** A push has reached its goal. */
  readonly pushed: Event<[pushed: Pushed]>
  /** A peer sent something else than it had offered. */
  readonly lied: Event<[peer: FeedId, id: BlobId, reason: string]>
}

/** The store of content-addressed files, and their exchange with peers. */
export function blobs(
  settings: BlobsSettings = {},
): Plugin<'blobs', BlobsApi, BlobsNeeds, BlobsRpc> {
  const options = completeOptions(settings)
  return {
    name: 'blobs',
    needs: { store: 'optional', friends: 'optional' },
    manifest: blobsManifest,
    setup: (context) => {
      const service = new BlobsService(context, options)
      const { hooks, id, log } = context
      const connected = (peer: Peer): void => {
        service.connected(peer)
        if (peer.id === id) return
        listen(service, peer, options.legacy).catch((error: unknown) =>
          log.error('listening to a peer failed', { peer: peer.id, error: String(error) }),
        )
      }
      offerMetrics(context.metrics, service)
      const { friends } = context.needs
      const undo = [
        friends?.changed.on((changes) => service.reconsider(changes.keys())) ?? (() => undefined),
        hooks.peerConnected.on(connected),
        hooks.peerDisconnected.on((peer) => service.disconnected(peer)),
        service.lied.on((peer) => hooks.peerMisbehaved.emit(peer, 'blobs', LIE_WEIGHT)),
        hooks.progress.add((value) => ({ ...value, blobs: progressOf(service) })),
        hooks.status.add((value) => ({ ...value, blobs: shortStatus(service) })),
      ]
      return {
        api: apiOf(service),
        handlers: blobsHandlers(service),
        start: () => service.start(),
        stop: async () => {
          for (const off of undo) off()
          await service.stop()
        },
      }
    },
  }
}

function offerMetrics(metrics: Metrics, { wants }: BlobsService): void {
  metrics.gauge(
    'blobs_wants',
    'Blobs that are wanted, our own wants included.',
    () => wants.counts.wants,
  )
  metrics.gauge(
    'blobs_wants_forwarded',
    'Wants of peers that we made our own.',
    () => wants.counts.forwards,
    FORWARDS_MAX,
  )
  metrics.counter(
    'blobs_wants_refused_total',
    'Wants of peers that were too many.',
    () => wants.refused,
  )
}

function apiOf(service: BlobsService): BlobsApi {
  return {
    add: async (bytes, expected) => await service.add(chunksOf(bytes), expected ?? null),
    get: (id, range) => get(service, id, range),
    size: async (id) => {
      await service.ready()
      return service.sizeOf(id)
    },
    has: async (id) => {
      await service.ready()
      return service.sizeOf(id) !== null
    },
    want: (id) => service.want(id),
    push: (id) => service.push(id),
    remove: async (id) => {
      await service.ready()
      return await service.remove(id)
    },
    pin: async (id, on) => {
      await service.ready()
      return await service.catalog.pin(id, on)
    },
    explain: (id) => explain(service, id),
    status: () => statusOf(service),
    collect: (quotaBytes, dryRun) => service.collect(quotaBytes, dryRun),
    stored: service.stored,
    pushed: service.pushed,
    lied: service.lied,
  }
}

async function* get(
  service: BlobsService,
  id: BlobId,
  range: BlobRange | undefined,
): AsyncGenerator<Uint8Array> {
  await service.ready()
  if (service.sizeOf(id) === null) throw new BlobsError('SSB_BLOBS_MISSING', 'could not get blob')
  yield* service.read(id, range)
}

async function* chunksOf(
  bytes: AsyncIterable<Uint8Array> | Uint8Array,
): AsyncGenerator<readonly Uint8Array[]> {
  if (bytes instanceof Uint8Array) yield [bytes]
  else for await (const chunk of bytes) yield [chunk]
}

/** Bytes under way, in the shape of the host's `progress`. */
function progressOf(service: BlobsService): object {
  let current = 0
  let target = 0
  for (const { received, size } of service.transfers.all()) {
    current += received
    target += size ?? received
  }
  return { start: 0, current, target }
}

function shortStatus({ catalog, wants }: BlobsService): object {
  return { blobs: catalog.count, bytes: catalog.bytes, ...wants.counts }
}
