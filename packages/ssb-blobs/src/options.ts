import type { Context } from '@scuttlebot/ssb-plugin'
import type { FeedId } from '@scuttlebot/ssb-ref'
import * as limits from './limits.ts'
import { memoryStorage } from './memory.ts'
import type { BlobsNeeds } from './service.ts'
import type { BlobStorage } from './storage.ts'
import type { WantRules } from './wants-types.ts'

/** Options as a caller may give them: all have a default. */
export interface BlobsSettings {
  /** Where the blobs lie, or how to make it from the plugin's folder. Default: in memory. */
  readonly storage?: BlobStorage | ((folder: string | null) => BlobStorage)
  /** Blobs of so many bytes and more are refused. Default 5,242,880. */
  readonly max?: number
  /** Wants from so many steps away are taken up; 0: none. Default 3. */
  readonly sympathy?: number
  /** Only talk of blobs that are pushed. Default false. */
  readonly stingy?: boolean
  /** So many peers must have a pushed blob. Default 3. */
  readonly pushy?: number
  /** Ask peers that know no want streams the old way. Default true. */
  readonly legacy?: boolean
  /** Take up wants of peers outside the follow graph, and tell them of every new blob. Default false. */
  readonly strangers?: boolean
  /** Bytes that all blobs together should have at most; `null`: no limit. Default `null`. */
  readonly quotaBytes?: number | null
  /** Blobs that feeds so many hops away refer to are not removed for the quota. Default 1. */
  readonly pinHops?: number
  /** Wants of one peer that we make our own. Default 500. */
  readonly forwardsPerPeerMax?: number
}

/** The options, complete. */
export interface BlobsOptions {
  storage(folder: string | null): BlobStorage
  readonly max: number
  readonly sympathy: number
  readonly stingy: boolean
  readonly pushy: number
  readonly legacy: boolean
  readonly strangers: boolean
  readonly quotaBytes: number | null
  readonly pinHops: number
  readonly forwardsPerPeerMax: number
}

/** Fill in the defaults. @throws RangeError for numbers that make no sense. */
export function completeOptions(settings: BlobsSettings): BlobsOptions {
  const { storage } = settings
  const options: BlobsOptions = {
    storage: typeof storage === 'function' ? storage : () => storage ?? memoryStorage(),
    max: settings.max ?? limits.BLOB_BYTES_MAX,
    sympathy: settings.sympathy ?? limits.SYMPATHY,
    stingy: settings.stingy ?? false,
    pushy: settings.pushy ?? limits.PUSHY,
    legacy: settings.legacy ?? true,
    strangers: settings.strangers ?? false,
    quotaBytes: settings.quotaBytes ?? null,
    pinHops: settings.pinHops ?? 1,
    forwardsPerPeerMax: settings.forwardsPerPeerMax ?? limits.FORWARDS_PER_PEER_MAX,
  }
  const least = {
    max: 1,
    sympathy: 0,
    pushy: 1,
    quotaBytes: 0,
    pinHops: 0,
    forwardsPerPeerMax: 0,
  } as const
  for (const [name, min] of Object.entries(least)) {
    const value = options[name as keyof typeof least]
    if (value !== null && !(Number.isSafeInteger(value) && value >= min))
      throw new RangeError(`${name} must be an integer of at least ${min}`)
  }
  return options
}

/** What the want machine goes by. */
export function wantRules(options: BlobsOptions): WantRules {
  const { sympathy, stingy, pushy, max, forwardsPerPeerMax } = options
  return {
    sympathy,
    stingy,
    pushy,
    max,
    forwardsMax: limits.FORWARDS_MAX,
    forwardsPerPeerMax,
    forwardMs: limits.FORWARD_MS,
    heardPerPeerMax: limits.HEARD_PER_PEER_MAX,
    offersPerPeerMax: limits.OFFERS_PER_PEER_MAX,
    fetchesMax: limits.FETCHES_MAX,
    fetchesPerPeerMax: limits.FETCHES_PER_PEER_MAX,
    // Strangers' keys cost nothing: however many there are, places are left for those that we know.
    strangerFetchesMax: limits.FETCHES_MAX / 4,
    triesMax: limits.TRIES_MAX,
    retryMs: limits.RETRY_MS,
    liesMax: limits.LIES_MAX,
    lieMs: limits.LIE_MS,
  }
}

/** Who is no stranger: the feeds that we replicate, which is what the follow graph decides. */
export function trustOf(
  context: Context<BlobsNeeds>,
  { strangers }: BlobsOptions,
): (peer: FeedId) => boolean {
  const { id, needs, policy } = context
  return (peer) => {
    if (strangers || peer === id) return true
    const hops = needs.friends?.hops().get(peer)
    if (hops !== undefined) return hops >= 0
    return policy.ask('replicate', id, peer).allow
  }
}
