import type { Async, Sink, Source, Sync } from '@scuttlebot/ssb-muxrpc'
import type { BlobId, FeedId, MsgId } from '@scuttlebot/ssb-ref'
import type { BlobsByAuthor } from './by-author.ts'
import type { GcOptions, GcReport } from './gc.ts'
import type { WantItem } from './outlet.ts'
import type { DiskSpace } from './storage.ts'
import type { Transfer } from './transfers.ts'
import type { WantExplained } from './wants-types.ts'

/** A blob by any of the names that its id has in options, with what the caller expects of it. */
export interface GetOptions {
  readonly id?: string
  readonly key?: string
  readonly hash?: string
  /** Bytes that it must have. */
  readonly size?: number
  /** Bytes that it may have at most. */
  readonly max?: number
  /** Key to decrypt it with, base64 with or without `.boxs`; for the owner alone. */
  readonly unbox?: string
}

/** A part of a blob: bytes from `start` up to, not including, `end`. */
export interface SliceOptions extends GetOptions {
  readonly start: number
  readonly end: number
}

/** What `blobs.ls` lists, and how. */
export interface LsOptions {
  /** `{id, size, ts}` in place of ids; `long` and `size` mean the same. */
  readonly meta?: boolean
  readonly long?: boolean
  readonly size?: boolean
  /** Go on with new ones. */
  readonly live?: boolean
  /** Those that are here. */
  readonly old?: boolean
  /** `{sync: true}` between the two, unless `false`. */
  readonly sync?: boolean
}

/** A blob as `blobs.ls` and `blobs.meta` tell it. */
export interface BlobMeta {
  readonly id: BlobId
  readonly size: number
  /** When it was stored, milliseconds since 1970. */
  readonly ts: number
}

/** Everything about a blob: whether it is here, who refers to it, who was asked and what they answered. */
export interface BlobExplained {
  readonly id: BlobId
  /** One sentence. */
  readonly summary: string
  readonly here:
    | (BlobMeta & {
        /** `own`, `found` in the folder, or the peer that it came from. */
        readonly origin: string
        /** Last use that is known, milliseconds since 1970. */
        readonly used: number
        readonly pinned: boolean
      })
    | null
  /** Present while it is pushed: the peers that have it, with sizes. */
  readonly pushed?: Readonly<Record<FeedId, number>>
  readonly want: WantExplained | null
  readonly transfer: Transfer | null
  /** Messages that refer to it, newest first; absent without a store. */
  readonly messages?: readonly { readonly key: MsgId; readonly author: FeedId }[]
}

/** A push that is over: who has the blob, with the sizes that they told. */
export interface Pushed {
  readonly key: BlobId
  readonly peers: Readonly<Record<FeedId, number>>
}

/** How the blobs of a server are doing. */
export interface BlobsStatus {
  readonly blobs: number
  readonly bytes: number
  /** `null`: no limit. */
  readonly quotaBytes: number | null
  /** The disk that they lie on; `null`: not known. */
  readonly disk: DiskSpace | null
  readonly wants: number
  /** Of them, those taken up for others. */
  readonly forwards: number
  readonly pushes: number
  readonly transfers: readonly Transfer[]
}

/** The methods over the wire: those of ssb-blobs, and our own at the end. */
export interface BlobsRpc {
  readonly blobs: {
    readonly get: Source<[blob: string | GetOptions], Uint8Array>
    readonly getSlice: Source<[slice: SliceOptions], Uint8Array>
    readonly add: Sink<[id?: BlobId | null], Uint8Array>
    readonly rm: Async<[id: BlobId], void>
    readonly ls: Source<[options?: LsOptions], BlobId | BlobMeta | { readonly sync: true }>
    readonly has: Async<[id: BlobId | readonly BlobId[]], boolean | readonly boolean[]>
    readonly size: Async<
      [id: BlobId | readonly BlobId[]],
      number | null | readonly (number | null)[]
    >
    readonly meta: Async<[id: BlobId], BlobMeta | null>
    readonly want: Async<[id: BlobId], boolean>
    readonly push: Async<[id: BlobId], boolean>
    readonly pushed: Source<[], Pushed>
    readonly changes: Source<[], BlobId>
    readonly createWants: Source<[], WantItem>
    readonly help: Sync<[], object>
    readonly explain: Async<[id: string], BlobExplained>
    readonly status: Async<[], BlobsStatus>
    readonly authors: Async<[], BlobsByAuthor>
    readonly pin: Async<[id: BlobId], boolean>
    readonly unpin: Async<[id: BlobId], boolean>
    readonly gc: Async<[options?: GcOptions], GcReport>
  }
}
