import { BlobId, FeedId, MsgId } from '@scuttlebot/ssb-ref';
export { a as BLOBS_PATH, b as BlobRequest, c as BlobResponse, B as BlobsSource, d as answerBlobRequest, r as readByteRange, t as typeOf } from './http.js';
import { B as BlobStorage, D as DiskSpace, a as BlobRange } from './storage.js';
export { b as BlobEntry, c as BlobNotes, d as BlobStat, e as BlobWriter } from './storage.js';
import { Event, Plugin } from '@scuttlebot/ssb-plugin';
import { Source, Sink, Async, Sync } from '@scuttlebot/ssb-muxrpc';
interface GcOptions {
    readonly dryRun?: boolean;
    readonly 'dry-run'?: boolean;
    readonly quotaBytes?: number;
}
interface GcReport {
    readonly summary: string;
    readonly dryRun: boolean;
    readonly quotaBytes: number | null;
    readonly bytesBefore: number;
    readonly bytesAfter: number;
    readonly removed: readonly {
        readonly id: BlobId;
        readonly size: number;
        readonly used: number;
    }[];
    readonly removedCount: number;
    readonly kept: Readonly<Record<string, number>>;
}
interface BlobsMessage {
    readonly key: MsgId;
    readonly author: FeedId;
    readonly value: {
        readonly content: unknown;
    };
}
interface BlobsReader {
    next(): Promise<readonly number[] | null>;
    close(): Promise<void>;
}
interface BlobsStore {
    defineIndex(definition: {
        readonly name: string;
        readonly version: number;
        map(message: BlobsMessage, emit: (group: string, detail?: string) => void): void;
    }): {
        read(group: string, detail?: string, range?: {
            readonly reverse?: boolean;
        }): BlobsReader;
    };
    indexed(): Promise<void>;
    read(sequences: readonly number[]): Promise<readonly BlobsMessage[]>;
}
interface BlobsFriends {
    hops(): ReadonlyMap<FeedId, number>;
    readonly changed: Event<[
        changes: ReadonlyMap<FeedId, number | null>
    ]>;
}
declare function blobsIn(content: unknown): ReadonlySet<BlobId>;
interface WantedAt {
    readonly peer: FeedId;
    readonly answer: string;
    readonly size?: number | null;
    readonly tries: number;
}
interface WantExplained {
    readonly distance: number;
    readonly own: boolean;
    readonly askedBy: readonly FeedId[];
    readonly since: number;
    readonly until: number | null;
    readonly fetchingFrom: FeedId | null;
    readonly peers: readonly WantedAt[];
}
interface BlobsSettings {
    readonly storage?: BlobStorage | ((folder: string | null) => BlobStorage);
    readonly max?: number;
    readonly sympathy?: number;
    readonly stingy?: boolean;
    readonly pushy?: number;
    readonly legacy?: boolean;
    readonly strangers?: boolean;
    readonly quotaBytes?: number | null;
    readonly pinHops?: number;
    readonly forwardsPerPeerMax?: number;
}
type WantItem = Readonly<Record<BlobId, number>>;
interface Transfer {
    readonly id: BlobId;
    readonly from: FeedId;
    readonly received: number;
    readonly size: number | null;
}
interface GetOptions {
    readonly id?: string;
    readonly key?: string;
    readonly hash?: string;
    readonly size?: number;
    readonly max?: number;
    readonly unbox?: string;
}
interface SliceOptions extends GetOptions {
    readonly start: number;
    readonly end: number;
}
interface LsOptions {
    readonly meta?: boolean;
    readonly long?: boolean;
    readonly size?: boolean;
    readonly live?: boolean;
    readonly old?: boolean;
    readonly sync?: boolean;
}
interface BlobMeta {
    readonly id: BlobId;
    readonly size: number;
    readonly ts: number;
}
interface BlobExplained {
    readonly id: BlobId;
    readonly summary: string;
    readonly here: (BlobMeta & {
        readonly origin: string;
        readonly used: number;
        readonly pinned: boolean;
    }) | null;
    readonly pushed?: Readonly<Record<FeedId, number>>;
    readonly want: WantExplained | null;
    readonly transfer: Transfer | null;
    readonly messages?: readonly {
        readonly key: MsgId;
        readonly author: FeedId;
    }[];
}
interface Pushed {
    readonly key: BlobId;
    readonly peers: Readonly<Record<FeedId, number>>;
}
interface BlobsStatus {
    readonly blobs: number;
    readonly bytes: number;
    readonly quotaBytes: number | null;
    readonly disk: DiskSpace | null;
    readonly wants: number;
    readonly forwards: number;
    readonly pushes: number;
    readonly transfers: readonly Transfer[];
}
interface BlobsRpc {
    readonly blobs: {
        readonly get: Source<[
            blob: string | GetOptions
        ], Uint8Array>;
        readonly getSlice: Source<[
            slice: SliceOptions
        ], Uint8Array>;
        readonly add: Sink<[
            id?: BlobId | null
        ], Uint8Array>;
        readonly rm: Async<[
            id: BlobId
        ], void>;
        readonly ls: Source<[
            options?: LsOptions
        ], BlobId | BlobMeta | {
            readonly sync: true;
        }>;
        readonly has: Async<[
            id: BlobId | readonly BlobId[]
        ], boolean | readonly boolean[]>;
        readonly size: Async<[
            id: BlobId | readonly BlobId[]
        ], number | null | readonly (number | null)[]>;
        readonly meta: Async<[
            id: BlobId
        ], BlobMeta | null>;
        readonly want: Async<[
            id: BlobId
        ], boolean>;
        readonly push: Async<[
            id: BlobId
        ], boolean>;
        readonly pushed: Source<[
        ], Pushed>;
        readonly changes: Source<[
        ], BlobId>;
        readonly createWants: Source<[
        ], WantItem>;
        readonly help: Sync<[
        ], object>;
        readonly explain: Async<[
            id: string
        ], BlobExplained>;
        readonly status: Async<[
        ], BlobsStatus>;
        readonly authors: Async<[
        ], BlobsByAuthor>;
        readonly pin: Async<[
            id: BlobId
        ], boolean>;
        readonly unpin: Async<[
            id: BlobId
        ], boolean>;
        readonly gc: Async<[
            options?: GcOptions
        ], GcReport>;
    };
}
type BlobsNeeds = {
    store?: BlobsStore;
    friends?: BlobsFriends;
};
interface BlobsByAuthor {
    readonly at: number;
    readonly authors: readonly AuthorShare[];
    readonly nobody: {
        readonly blobs: number;
        readonly bytes: number;
    };
}
interface AuthorShare {
    readonly id: FeedId;
    readonly blobs: number;
    readonly bytes: number;
}
interface EncryptedBlob {
    readonly id: BlobId;
    readonly link: `${BlobId}?unbox=${string}.boxs`;
    readonly key: Uint8Array;
    readonly bytes: Uint8Array;
}
declare function encryptBlob(plain: Uint8Array): EncryptedBlob;
declare function unboxKey(text: string): Uint8Array | null;
declare function decryptBlob(chunks: AsyncIterable<Uint8Array>, key: Uint8Array): AsyncGenerator<Uint8Array>;
type BlobsErrorCode = 'SSB_BLOBS_USAGE' | 'SSB_BLOBS_MISSING' | 'SSB_BLOBS_SIZE' | 'SSB_BLOBS_HASH' | 'SSB_BLOBS_UNBOX' | 'SSB_BLOBS_STOPPED';
declare class BlobsError extends Error {
    readonly name: string;
    readonly code: BlobsErrorCode;
    constructor(code: BlobsErrorCode, message: string, options?: {
        readonly cause?: unknown;
    });
}
declare const EMPTY_BLOB: BlobId;
declare function hexOf(id: BlobId): string;
declare function idOfHex(hex: string): BlobId | null;
declare function idOfHash(hash: Uint8Array): BlobId;
declare const BLOB_BYTES_MAX = 5242880;
declare const CHUNK_BYTES = 65536;
declare const SYMPATHY = 3;
declare const PUSHY = 3;
declare const FORWARDS_MAX = 10000;
declare const FORWARDS_PER_PEER_MAX = 500;
declare const FORWARD_MS = 3600000;
declare const HEARD_PER_PEER_MAX = 4096;
declare const OFFERS_PER_PEER_MAX = 1000;
declare const ITEMS_BURST = 20000;
declare const ITEMS_PER_SECOND = 200;
declare const FETCHES_MAX = 32;
declare const FETCHES_PER_PEER_MAX = 12;
declare const SERVES_PER_PEER_MAX = 16;
declare const TRIES_MAX = 3;
declare const RETRY_MS = 2000;
declare const LIES_MAX = 3;
declare const LIE_MS = 3600000;
declare const LIE_WEIGHT = 10;
declare const LIARS_MAX = 10000;
declare const IDLE_MS = 30000;
declare const BYTES_PER_SECOND_MIN = 4096;
declare const PARTIALS_MAX = 64;
declare const WANTED_MS = 3600000;
declare const IDS_PER_ITEM_MAX = 500;
declare const OUTLET_IDS_MAX = 20000;
declare const IDS_PER_CALL_MAX = 10000;
declare const LIVE_ITEMS_MAX = 10000;
declare const USE_MS = 3600000;
declare const REFERENCES_MAX = 1000;
declare const TICK_MS = 2000;
interface MemoryStorage extends BlobStorage {
    readonly writing: number;
}
declare function memoryStorage(now?: () => number): MemoryStorage;
interface BlobsApi {
    add(bytes: AsyncIterable<Uint8Array> | Uint8Array, expected?: BlobId): Promise<BlobId>;
    get(id: BlobId, range?: BlobRange): AsyncIterable<Uint8Array>;
    size(id: BlobId): Promise<number | null>;
    has(id: BlobId): Promise<boolean>;
    want(id: BlobId): Promise<true>;
    push(id: BlobId): Promise<void>;
    remove(id: BlobId): Promise<boolean>;
    pin(id: BlobId, on: boolean): Promise<boolean>;
    explain(id: BlobId): Promise<BlobExplained>;
    status(): Promise<BlobsStatus>;
    collect(quotaBytes: number, dryRun: boolean): Promise<GcReport>;
    readonly stored: Event<[
        blob: BlobMeta
    ]>;
    readonly pushed: Event<[
        pushed: Pushed
    ]>;
    readonly lied: Event<[
        peer: FeedId,
        id: BlobId,
        reason: string
    ]>;
}
declare function blobs(settings?: BlobsSettings): Plugin<'blobs', BlobsApi, BlobsNeeds, BlobsRpc>;
export { type AuthorShare, BLOB_BYTES_MAX, BYTES_PER_SECOND_MIN, type BlobExplained, type BlobMeta, BlobRange, BlobStorage, type BlobsApi, type BlobsByAuthor, BlobsError, type BlobsErrorCode, type BlobsFriends, type BlobsMessage, type BlobsNeeds, type BlobsReader, type BlobsRpc, type BlobsSettings, type BlobsStatus, type BlobsStore, CHUNK_BYTES, EMPTY_BLOB, type EncryptedBlob, FETCHES_MAX, FETCHES_PER_PEER_MAX, FORWARDS_MAX, FORWARDS_PER_PEER_MAX, FORWARD_MS, type GcOptions, type GcReport, type GetOptions, HEARD_PER_PEER_MAX, IDLE_MS, IDS_PER_CALL_MAX, IDS_PER_ITEM_MAX, ITEMS_BURST, ITEMS_PER_SECOND, LIARS_MAX, LIES_MAX, LIE_MS, LIE_WEIGHT, LIVE_ITEMS_MAX, type LsOptions, type MemoryStorage, OFFERS_PER_PEER_MAX, OUTLET_IDS_MAX, PARTIALS_MAX, PUSHY, type Pushed, REFERENCES_MAX, RETRY_MS, SERVES_PER_PEER_MAX, SYMPATHY, type SliceOptions, TICK_MS, TRIES_MAX, type Transfer, USE_MS, WANTED_MS, type WantExplained, type WantItem, type WantedAt, blobs, blobsIn, decryptBlob, encryptBlob, hexOf, idOfHash, idOfHex, memoryStorage, unboxKey };
// http
import { BlobId } from '@scuttlebot/ssb-ref';
import { a as BlobRange } from './storage.js';
interface BlobsSource {
    size(id: BlobId): Promise<number | null>;
    get(id: BlobId, range?: BlobRange): AsyncIterable<Uint8Array>;
}
interface BlobRequest {
    readonly method: string;
    readonly url: string;
    readonly headers: Readonly<Record<string, string | undefined>>;
}
interface BlobResponse {
    readonly status: 200 | 206 | 304 | 400 | 404 | 405 | 416;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: AsyncIterable<Uint8Array> | null;
}
declare const BLOBS_PATH = "/blobs/get/";
declare function answerBlobRequest(blobs: BlobsSource, request: BlobRequest): Promise<BlobResponse | null>;
declare function readByteRange(header: string | undefined, size: number): BlobRange | 'outside' | null;
declare function typeOf(bytes: Uint8Array): string;
export { type BlobsSource as B, BLOBS_PATH as a, type BlobRequest as b, type BlobResponse as c, answerBlobRequest as d, readByteRange as r, typeOf as t };
// storage
import { BlobId } from '@scuttlebot/ssb-ref';
interface BlobStat {
    readonly size: number;
    readonly ts: number;
}
interface BlobEntry extends BlobStat {
    readonly id: BlobId;
}
interface BlobRange {
    readonly start: number;
    readonly end: number;
}
interface BlobWriter {
    write(chunks: readonly Uint8Array[]): Promise<void>;
    commit(id: BlobId): Promise<BlobStat>;
    abort(): Promise<void>;
}
interface DiskSpace {
    readonly freeBytes: number;
    readonly totalBytes: number;
}
interface BlobNotes {
    read(): Promise<readonly string[]>;
    append(lines: readonly string[], durable: boolean): Promise<void>;
    replace(lines: readonly string[]): Promise<void>;
}
interface BlobStorage {
    open(): Promise<void>;
    close(): Promise<void>;
    stat(id: BlobId): Promise<BlobStat | null>;
    read(id: BlobId, range?: BlobRange): AsyncIterable<Uint8Array>;
    writer(): Promise<BlobWriter>;
    remove(id: BlobId): Promise<boolean>;
    list(): AsyncIterable<readonly BlobEntry[]>;
    readonly notes: BlobNotes;
    space?(): Promise<DiskSpace | null>;
}
export type { BlobStorage as B, DiskSpace as D, BlobRange as a, BlobEntry as b, BlobNotes as c, BlobStat as d, BlobWriter as e };
