import { MsgId, FeedId } from '@scuttlebot/ssb-ref';
import { D as Database } from './database.js';
export { a as DatabaseEncoding, b as DatabaseIterator, c as DatabaseOp, d as DatabaseRange } from './database.js';
import { MessageValue, Verdict, Content, FeedState, Verified, Verifier } from '@scuttlebot/ssb-validate';
import { a as Mark, M as MarkPlace } from './marks.js';
export { m as memoryMark } from './marks.js';
import { Event, Plugin, Nothing } from '@scuttlebot/ssb-plugin';
import { Async, Source, Sink } from '@scuttlebot/ssb-muxrpc';
interface AuditRecord {
    readonly time: number;
    readonly what: 'message' | 'feed' | 'cut' | 'lost';
    readonly id: MsgId | FeedId | null;
    readonly count: number;
    readonly author?: FeedId;
    readonly sequence?: number;
    readonly position?: number;
}
type StoreErrorCode = 'SSB_STORE_LOCKED' | 'SSB_STORE_FOREIGN' | 'SSB_STORE_CORRUPT' | 'SSB_STORE_VERSION' | 'SSB_STORE_BROKEN' | 'SSB_STORE_CLOSED' | 'SSB_STORE_NOT_FOUND' | 'SSB_STORE_KNOWN' | 'SSB_STORE_UNWANTED' | 'SSB_STORE_CONTENT' | 'SSB_STORE_PUBLISH_LOCKED' | 'SSB_STORE_USAGE';
declare class StoreError extends Error {
    readonly name: string;
    readonly code: StoreErrorCode;
    constructor(code: StoreErrorCode, message: string, options?: ErrorOptions & {
        name?: string;
    });
}
interface StoredMessage {
    readonly sequence: number;
    readonly key: MsgId;
    readonly keyBytes: Uint8Array;
    readonly author: FeedId;
    readonly feedSequence: number;
    readonly timestamp: number;
    readonly bytes: Uint8Array;
    readonly value: MessageValue;
}
interface KeyValueTimestamp {
    readonly key: MsgId;
    readonly value: MessageValue;
    readonly timestamp: number;
}
declare function kvtBytes(message: StoredMessage, more?: string): Uint8Array;
type Emit = (group: string, detail?: string) => void;
interface IndexDefinition {
    readonly name: string;
    readonly version: number;
    map(message: StoredMessage, emit: Emit): void;
}
interface OrderDefinition {
    readonly name: string;
    readonly version: number;
    order(message: StoredMessage): number | null;
}
interface SequenceRange {
    readonly gt?: number;
    readonly lt?: number;
    readonly reverse?: boolean;
}
interface SequenceReader {
    next(): Promise<readonly number[] | null>;
    seek(sequence: number): void;
    close(): Promise<void>;
}
interface IndexState {
    readonly name: string;
    readonly version: number;
    readonly position: number;
    readonly current: boolean;
}
interface TermIndex {
    state(): IndexState;
    read(group: string, detail?: string, range?: SequenceRange): SequenceReader;
    count(group: string, detail?: string): Promise<number>;
    details(group: string): Promise<readonly string[]>;
}
interface OrderIndex {
    state(): IndexState;
    read(range?: {
        readonly gte?: number;
        readonly lte?: number;
        readonly reverse?: boolean;
    }): AsyncIterable<readonly {
        readonly value: number;
        readonly sequence: number;
    }[]>;
}
interface FsckOptions {
    readonly repair?: boolean;
    readonly signatures?: boolean;
    readonly hmacKey?: Uint8Array | undefined;
    progress?(done: number, total: number): void;
}
interface FsckProblem {
    readonly what: 'record' | 'chain' | 'id' | 'feed' | 'head' | 'index' | 'signature' | 'mark';
    readonly text: string;
}
interface FsckReport {
    readonly messages: number;
    readonly feeds: number;
    readonly indexes: readonly string[];
    readonly problems: readonly FsckProblem[];
    readonly problemCount: number;
    readonly repaired: readonly string[];
}
interface LogRange {
    readonly gt?: number;
    readonly gte?: number;
    readonly lt?: number;
    readonly lte?: number;
    readonly reverse?: boolean;
    readonly limit?: number;
}
interface FeedRange {
    readonly gte?: number;
    readonly lte?: number;
    readonly reverse?: boolean;
    readonly limit?: number;
}
interface ForkProof {
    readonly feed: FeedId;
    readonly a: MessageValue;
    readonly b: MessageValue;
}
interface FeedStatus {
    readonly id: FeedId;
    readonly sequence: number;
    readonly locked: readonly string[];
    readonly mark: Mark | null;
}
type Boxer = (content: object, recipients: readonly unknown[]) => string | null;
interface Unboxed {
    readonly content: unknown;
    readonly unbox?: string;
}
type Unboxer = (boxed: string, author: string, at?: number) => Unboxed | null;
declare function privateUnboxer(keys: string | {
    readonly private: string;
}): Unboxer;
type OpenedValue = MessageValue & {
    readonly private?: true;
    readonly cyphertext?: string;
    readonly unbox?: string;
    readonly meta?: {
        readonly private: true;
        readonly original: {
            readonly content: string;
        };
        readonly unbox?: string;
    };
};
declare function opened(store: {
    unbox(text: string, author: MessageValue['author'], at?: number): Unboxed | null;
}, message: StoredMessage, key?: string | null): OpenedValue | null;
type AddVerdict = Verdict | {
    readonly ok: false;
    readonly code: 'SSB_STORE_KNOWN' | 'SSB_STORE_UNWANTED';
    readonly reason: string;
    readonly fatal: false;
};
interface AddOptions {
    readonly wanted?: ((author: FeedId) => boolean) | undefined;
}
interface StoreApi {
    publish(content: Content): Promise<KeyValueTimestamp>;
    publishStored(content: Content): Promise<StoredMessage>;
    add(batch: readonly (Uint8Array | MessageValue)[], options?: AddOptions): Promise<readonly AddVerdict[]>;
    get(key: MsgId): Promise<StoredMessage | null>;
    getMany(keys: readonly MsgId[]): Promise<readonly (StoredMessage | null)[]>;
    at(sequence: number): Promise<StoredMessage | null>;
    atFeed(feed: FeedId, feedSequence: number): Promise<StoredMessage | null>;
    read(sequences: readonly number[]): Promise<readonly StoredMessage[]>;
    head(feed: FeedId): FeedState | null;
    heads(): IterableIterator<[
        FeedId,
        FeedState
    ]>;
    readonly position: number;
    readonly hasHoles: boolean;
    log(range?: LogRange): AsyncIterable<readonly StoredMessage[]>;
    feed(id: FeedId, range?: FeedRange): AsyncIterable<readonly StoredMessage[]>;
    tail(after: number, signal: AbortSignal): AsyncIterable<readonly StoredMessage[]>;
    sequenceAt(timestamp: number): Promise<number>;
    readonly appended: Event<[
        batch: readonly StoredMessage[]
    ]>;
    kvt(message: StoredMessage, more?: string): Uint8Array;
    feedSequences(id: FeedId, range?: SequenceRange): SequenceReader;
    defineIndex(definition: IndexDefinition): TermIndex;
    defineOrder(definition: OrderDefinition): OrderIndex;
    indexes(): readonly IndexState[];
    indexed(): Promise<void>;
    rebuild(): Promise<void>;
    del(key: MsgId): Promise<boolean>;
    eraseFeed(id: FeedId): Promise<readonly MsgId[]>;
    fsck(options?: FsckOptions): Promise<FsckReport>;
    audit(): AsyncIterable<AuditRecord>;
    addBoxer(boxer: Boxer): () => void;
    addUnboxer(unboxer: Unboxer): () => void;
    unbox(text: string, author: FeedId, at?: number): Unboxed | null;
    opened(message: StoredMessage, key?: string | null): OpenedValue | null;
    lockPublishing(reason: string): () => void;
    readonly publishLocked: string | null;
    feedStatus(): FeedStatus;
    unlockPublishing(): Promise<void>;
    forks(): AsyncIterable<ForkProof>;
}
interface StoreOptions {
    readonly database: Database;
    readonly id: FeedId;
    sign(bytes: Uint8Array): Uint8Array;
    now(): number;
    readonly received?: ((message: Verified) => number | null) | undefined;
    readonly hmacKey?: Uint8Array | undefined;
    readonly verifier?: Verifier | undefined;
    readonly marks?: readonly MarkPlace[] | undefined;
    readonly isNew?: boolean | undefined;
    readonly later?: ((run: () => void, ms: number) => () => void) | undefined;
    readonly boxers?: readonly Boxer[] | undefined;
    readonly unboxers?: readonly Unboxer[] | undefined;
    readonly onError?: ((error: unknown) => void) | undefined;
}
interface Store {
    readonly api: StoreApi;
    open(): Promise<void>;
    readonly mended: readonly string[];
    fsck(options?: FsckOptions): Promise<FsckReport>;
    close(): Promise<void>;
}
declare function createStore(options: StoreOptions): Store;
declare function openStore(options: StoreOptions): Promise<Store>;
interface FeedSize {
    readonly messages: number;
    readonly bytes: number;
    readonly isEstimate: boolean;
}
interface GetOptions {
    readonly id: string;
    readonly private?: boolean;
    readonly meta?: boolean;
    readonly unbox?: string;
}
interface Latest {
    readonly id: FeedId;
    readonly sequence: number;
    readonly ts: number;
}
interface StoreRpc {
    readonly publish: Async<[
        content: Content
    ], KeyValueTimestamp>;
    readonly add: Async<[
        value: MessageValue
    ], KeyValueTimestamp>;
    readonly get: Async<[
        id: string | number | GetOptions
    ], OpenedValue | KeyValueTimestamp>;
    readonly getLatest: Async<[
        feed: FeedId
    ], {
        key: MsgId;
        value: MessageValue;
    } | undefined>;
    readonly latest: Source<[
    ], Latest>;
    readonly latestSequence: Async<[
        feed: FeedId
    ], number>;
    readonly getFeedState: Async<[
        feed: FeedId
    ], {
        id: MsgId | null;
        sequence: number;
    }>;
    readonly getVectorClock: Async<[
        options?: object
    ], Record<FeedId, number>>;
    readonly getAtSequence: Async<[
        place: readonly [
            feed: FeedId,
            sequence: number
        ] | string
    ], KeyValueTimestamp>;
    readonly createSequenceStream: Source<[
    ], number>;
    readonly createWriteStream: Sink<[
    ], MessageValue>;
    readonly rebuild: Async<[
    ], undefined>;
    readonly del: Async<[
        target: MsgId | FeedId
    ], undefined | readonly MsgId[]>;
    readonly feed: {
        readonly status: Async<[
        ], FeedStatus>;
        readonly unlock: Async<[
            options?: {
                readonly 'i-accept-a-fork'?: boolean;
            }
        ], FeedStatus>;
        readonly forks: Source<[
        ], ForkProof>;
        readonly sizes: Async<[
            feeds: readonly FeedId[]
        ], Readonly<Record<FeedId, FeedSize>>>;
    };
}
interface FeedStoreOptions {
    readonly database: Database | ((folder: string | null) => Database);
    readonly hmacKey?: Uint8Array;
    readonly pool?: Verifier;
    readonly marks?: readonly MarkPlace[] | ((folder: string | null, id: FeedId) => readonly MarkPlace[]);
    readonly isNew?: boolean;
    readonly boxers?: readonly Boxer[];
    readonly unboxers?: readonly Unboxer[];
}
declare function feedStore(options: FeedStoreOptions): Plugin<'store', StoreApi, Nothing, StoreRpc>;
export { type AddOptions, type AddVerdict, type AuditRecord, type Boxer, Database, type Emit, type FeedRange, type FeedSize, type FeedStatus, type FeedStoreOptions, type ForkProof, type FsckOptions, type FsckProblem, type FsckReport, type GetOptions, type IndexDefinition, type IndexState, type KeyValueTimestamp, type Latest, type LogRange, Mark, MarkPlace, type OpenedValue, type OrderDefinition, type OrderIndex, type SequenceRange, type SequenceReader, type Store, type StoreApi, StoreError, type StoreErrorCode, type StoreOptions, type StoreRpc, type StoredMessage, type TermIndex, type Unboxed, type Unboxer, createStore, feedStore, kvtBytes, openStore, opened, privateUnboxer };
// database
interface DatabaseRange {
    readonly gt?: Uint8Array;
    readonly gte?: Uint8Array;
    readonly lt?: Uint8Array;
    readonly lte?: Uint8Array;
    readonly reverse?: boolean;
    readonly limit?: number;
    readonly values?: boolean;
    readonly highWaterMarkBytes?: number;
    readonly fillCache?: boolean;
}
interface DatabaseEncoding {
    readonly keyEncoding: 'view';
    readonly valueEncoding: 'view';
}
type DatabaseOp = {
    readonly type: 'put';
    readonly key: Uint8Array;
    readonly value: Uint8Array;
} | {
    readonly type: 'del';
    readonly key: Uint8Array;
};
interface DatabaseIterator {
    nextv(size: number): Promise<[
        Uint8Array,
        Uint8Array | undefined
    ][]>;
    seek(target: Uint8Array): void;
    close(): Promise<void>;
}
interface Database {
    readonly status: string;
    readonly supports?: object;
    open(): Promise<void>;
    close(): Promise<void>;
    get(key: Uint8Array, options: DatabaseEncoding): Promise<Uint8Array | undefined>;
    getSync?(key: Uint8Array, options: DatabaseEncoding): Uint8Array | undefined;
    getMany(keys: Uint8Array[], options: DatabaseEncoding): Promise<(Uint8Array | undefined)[]>;
    batch(operations: DatabaseOp[], options: DatabaseEncoding & {
        readonly sync?: boolean;
    }): Promise<void>;
    iterator(options: DatabaseRange & DatabaseEncoding): DatabaseIterator;
    flush?(): Promise<void>;
}
export type { Database as D, DatabaseEncoding as a, DatabaseIterator as b, DatabaseOp as c, DatabaseRange as d };
// marks
import { MsgId } from '@scuttlebot/ssb-ref';
interface Mark {
    readonly sequence: number;
    readonly id: MsgId | null;
}
interface MarkPlace {
    read(): Promise<Mark | null>;
    write(mark: Mark): Promise<void>;
}
declare function memoryMark(): MarkPlace & {
    mark: Mark | null;
};
export { type MarkPlace as M, type Mark as a, memoryMark as m };
