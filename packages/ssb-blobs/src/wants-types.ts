import type { BlobId, FeedId } from '@scuttlebot/ssb-ref'

/** The numbers that the want machine goes by; see the limits of the same names. */
export interface WantRules {
  /** Distances beyond it are not taken up; 0: nothing is fetched for others. */
  readonly sympathy: number
  /** Only pushed blobs are talked of. */
  readonly stingy: boolean
  readonly pushy: number
  /** Blobs of so many bytes are not fetched. */
  readonly max: number
  readonly forwardsMax: number
  readonly forwardsPerPeerMax: number
  readonly forwardMs: number
  readonly heardPerPeerMax: number
  readonly offersPerPeerMax: number
  readonly fetchesMax: number
  readonly fetchesPerPeerMax: number
  /** Transfers from all that are not trusted. */
  readonly strangerFetchesMax: number
  readonly triesMax: number
  readonly retryMs: number
  readonly liesMax: number
  readonly lieMs: number
}

/** What is to be done now. */
export type WantAction =
  /** Say on want streams: negative is a want at that distance, positive a size. */
  | {
      readonly type: 'tell'
      /** `trusted`: the peers whose wants we take up; `all`: strangers too. */
      readonly to: 'all' | 'trusted' | FeedId
      readonly id: BlobId
      readonly value: number
    }
  /** Begin a transfer. `size`: as offered, `null` when the peer did not say. */
  | {
      readonly type: 'fetch'
      readonly id: BlobId
      readonly from: FeedId
      readonly size: number | null
      /** Go on with what another provider has given. */
      readonly resume: boolean
    }
  /** The transfer is not needed any more. */
  | { readonly type: 'stop'; readonly id: BlobId }
  /** So many peers have the blob that the push is over. */
  | {
      readonly type: 'pushed'
      readonly id: BlobId
      readonly peers: Readonly<Record<FeedId, number>>
    }
  /** A peer has lied once more. */
  | {
      readonly type: 'lied'
      readonly peer: FeedId
      readonly id: BlobId
      readonly reason: string
      /** Its offers count for nothing for a while. */
      readonly banned: boolean
    }

/**
 * How a transfer failed.
 *
 * - `lied`: the peer sent what it should not have; nothing was kept.
 * - `mixed`: the bytes of several providers together have another hash; nothing was kept.
 * - `lost`: the connection ended or stood still; what came was kept.
 * - `refused`: the peer said no.
 * - `local`: our storage failed.
 */
export type FetchFailure = 'lied' | 'mixed' | 'lost' | 'refused' | 'local'

/** What a peer has to do with a wanted blob. */
export interface WantedAt {
  readonly peer: FeedId
  /** What it answered, as a sentence for people. */
  readonly answer: string
  /** Bytes that it offers; `null`: it did not say. */
  readonly size?: number | null
  readonly tries: number
}

/** A want as people are told of it. */
export interface WantExplained {
  /** 1: ours; 2 or more: that many steps away. */
  readonly distance: number
  readonly own: boolean
  /** The peers that want it. */
  readonly askedBy: readonly FeedId[]
  /** Milliseconds since 1970. */
  readonly since: number
  /** When it is given up; `null`: never. */
  readonly until: number | null
  readonly fetchingFrom: FeedId | null
  readonly peers: readonly WantedAt[]
}
