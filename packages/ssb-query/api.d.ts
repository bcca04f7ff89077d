import { MsgId, FeedId, BlobId } from '@scuttlebot/ssb-ref';
import { Source, Sync, Async } from '@scuttlebot/ssb-muxrpc';
import { Plugin } from '@scuttlebot/ssb-plugin';
type QueryErrorCode = 'SSB_QUERY_USAGE' | 'SSB_QUERY_SYNTAX';
declare class QueryError extends Error {
    readonly name: string;
    readonly code: QueryErrorCode;
    constructor(code: QueryErrorCode, message: string, name?: string);
}
interface Value {
    readonly previous: MsgId | null;
    readonly author: FeedId;
    readonly sequence: number;
    readonly timestamp: number;
    readonly hash: string;
    readonly content: string | {
        readonly type: string;
        readonly [key: string]: unknown;
    };
    readonly signature: string;
}
interface Message {
    readonly sequence: number;
    readonly key: MsgId;
    readonly author: FeedId;
    readonly feedSequence: number;
    readonly timestamp: number;
    readonly bytes: Uint8Array;
    readonly value: Value;
}
interface Range {
    readonly gt?: number;
    readonly lt?: number;
    readonly reverse?: boolean;
}
interface Reader {
    next(): Promise<readonly number[] | null>;
    seek(sequence: number): void;
    close(): Promise<void>;
}
interface Terms {
    state(): {
        readonly position: number;
        readonly current: boolean;
    };
    read(group: string, detail?: string, range?: Range): Reader;
    count(group: string, detail?: string): Promise<number>;
    details(group: string): Promise<readonly string[]>;
}
interface Order {
    state(): {
        readonly position: number;
        readonly current: boolean;
    };
    read(range?: {
        readonly gte?: number;
        readonly lte?: number;
        readonly reverse?: boolean;
    }): AsyncIterable<readonly {
        readonly value: number;
        readonly sequence: number;
    }[]>;
}
interface QueryStore {
    readonly position: number;
    readonly hasHoles: boolean;
    get(key: MsgId): Promise<Message | null>;
    read(sequences: readonly number[]): Promise<readonly Message[]>;
    head(feed: FeedId): {
        readonly sequence: number;
    } | null;
    log(range?: Range & {
        readonly limit?: number;
    }): AsyncIterable<readonly Message[]>;
    feed(id: FeedId, range?: {
        readonly gte?: number;
        readonly lte?: number;
        readonly reverse?: boolean;
        readonly limit?: number;
    }): AsyncIterable<readonly Message[]>;
    tail(after: number, signal: AbortSignal): AsyncIterable<readonly Message[]>;
    sequenceAt(timestamp: number): Promise<number>;
    feedSequences(id: FeedId, range?: Range): Reader;
    defineIndex(definition: {
        readonly name: string;
        readonly version: number;
        map(message: Message, emit: (group: string, detail?: string) => void): void;
    }): Terms;
    defineOrder(definition: {
        readonly name: string;
        readonly version: number;
        order(message: Message): number | null;
    }): Order;
    indexed(): Promise<void>;
    kvt(message: Message, more?: string): Uint8Array;
    opened(message: Message): Value | null;
}
interface QueryIndexes {
    readonly type: Terms;
    readonly link: Terms;
    readonly relation: Terms;
    readonly time: Order;
}
declare function defineIndexes(store: QueryStore): QueryIndexes;
interface LinkOptions {
    readonly source?: string;
    readonly dest?: string;
    readonly rel?: string;
    readonly live?: boolean;
    readonly old?: boolean;
    readonly sync?: boolean;
    readonly reverse?: boolean;
    readonly limit?: number;
    readonly keys?: boolean;
    readonly values?: boolean;
    readonly meta?: boolean;
    readonly private?: boolean;
}
interface LinkItem {
    readonly source: FeedId;
    readonly rel: string;
    readonly dest: string;
    readonly key?: MsgId;
    readonly value?: unknown;
}
interface Link {
    readonly rel: string;
    readonly dest: string;
}
declare function topLinks(content: unknown): Link[];
declare function deepTargets(content: unknown, known?: readonly Link[]): Set<string>;
interface Pipeline {
    push(item: unknown): unknown[];
    end(): unknown[];
    readonly plain: boolean;
    readonly first: unknown;
}
type Condition = {
    readonly is: 'and';
    readonly of: readonly Condition[];
} | {
    readonly is: 'or';
    readonly of: readonly Condition[];
} | {
    readonly is: 'not';
    readonly of: Condition;
} | {
    readonly is: 'all';
} | {
    readonly is: 'type';
    readonly type: string;
} | {
    readonly is: 'author';
    readonly author: FeedId;
} | {
    readonly is: 'link';
    readonly relation: string | null;
    readonly target: string;
} | {
    readonly is: 'relation';
    readonly relation: string;
} | {
    readonly is: 'boxed';
} | {
    readonly is: 'received';
    readonly from: number;
    readonly to: number;
} | {
    readonly is: 'claimed';
    readonly from: number;
    readonly to: number;
} | {
    readonly is: 'key';
    readonly key: MsgId;
};
declare function and(...of: readonly Condition[]): Condition;
declare function or(...of: readonly Condition[]): Condition;
declare function not(of: Condition): Condition;
declare function everything(): Condition;
declare function type(name: string): Condition;
declare function author(feed: FeedId): Condition;
declare function linksTo(relation: string | null, target: FeedId | MsgId | BlobId | `#${string}`): Condition;
declare function hasLink(relation: string): Condition;
declare function thread(root: MsgId): Condition;
declare function channel(name: string): Condition;
declare function boxed(): Condition;
declare function received(from: number, to?: number): Condition;
declare function claimed(from: number, to?: number): Condition;
interface StreamOptions {
    readonly gt?: number;
    readonly gte?: number;
    readonly lt?: number;
    readonly lte?: number;
    readonly reverse?: boolean;
    readonly live?: boolean;
    readonly old?: boolean;
    readonly sync?: boolean;
    readonly keys?: boolean;
    readonly values?: boolean;
    readonly limit?: number;
    readonly private?: boolean;
}
declare function fulfils(condition: Condition, message: Message): boolean;
interface ReadQuery {
    readonly query?: unknown;
    readonly index?: string;
    readonly limit?: number;
    readonly reverse?: boolean;
    readonly live?: boolean;
    readonly old?: boolean;
    readonly sync?: boolean;
    readonly private?: boolean;
}
interface ReadOptions {
    readonly limit?: number;
    readonly reverse?: boolean;
    readonly after?: number;
    readonly live?: boolean;
    readonly old?: boolean;
    readonly signal?: AbortSignal;
}
interface Page {
    readonly messages: readonly Message[];
    readonly next: number;
}
interface Explanation {
    readonly walk: string;
    readonly scan: boolean;
    readonly loads: boolean;
    readonly parts: readonly {
        readonly walk: string;
        readonly count: number;
    }[];
    readonly current: boolean;
}
interface Results extends AsyncIterable<Message> {
    pages(): AsyncIterable<Page>;
}
interface Queries {
    query(condition: Condition, options?: ReadOptions): Results;
    count(condition: Condition): Promise<number>;
    explain(condition: Condition): Promise<Explanation>;
    pipeline(query: unknown): Pipeline;
}
declare function createQueries(store: QueryStore, indexes: QueryIndexes): Queries;
interface SyncMark {
    readonly sync: true;
}
type StreamItem = {
    readonly key: MsgId;
    readonly value: Value;
    readonly timestamp: number;
    readonly rts?: number;
    readonly dest?: string;
} | MsgId | Value | SyncMark;
interface RawOptions extends StreamOptions {
    readonly seqs?: boolean;
}
interface RawItem {
    readonly seq: number;
    readonly value: {
        readonly key: MsgId;
        readonly value: Value;
        readonly timestamp: number;
    };
}
interface QueryRpc {
    readonly createLogStream: Source<[
        options?: StreamOptions
    ], StreamItem>;
    readonly createRawLogStream: Source<[
        options?: RawOptions
    ], RawItem | StreamItem | number>;
    readonly createUserStream: Source<[
        options: StreamOptions & {
            id: FeedId;
        }
    ], StreamItem>;
    readonly createFeedStream: Source<[
        options?: StreamOptions
    ], StreamItem>;
    readonly messagesByType: Source<[
        type: string | (StreamOptions & {
            type?: string;
        })
    ], StreamItem>;
    readonly links: Source<[
        options?: LinkOptions
    ], LinkItem | StreamItem>;
    readonly query: {
        readonly read: Source<[
            query?: ReadQuery | string
        ], unknown>;
        readonly explain: Sync<[
            query?: ReadQuery | string
        ], Record<string, unknown>>;
        readonly count: Async<[
            query?: ReadQuery | string
        ], number>;
    };
    readonly backlinks: {
        readonly read: Source<[
            query: ReadQuery | string
        ], unknown>;
    };
}
declare function query(): Plugin<'query', Queries, {
    store: QueryStore;
}, QueryRpc>;
export { type Condition, type Explanation, type Link, type LinkItem, type LinkOptions, type Message, type Order, type Page, type Pipeline, type Queries, QueryError, type QueryErrorCode, type QueryIndexes, type QueryRpc, type QueryStore, type Range, type RawItem, type RawOptions, type ReadOptions, type ReadQuery, type Reader, type Results, type StreamItem, type StreamOptions, type Terms, type Value, and, author, boxed, channel, claimed, createQueries, deepTargets, defineIndexes, everything, fulfils, hasLink, linksTo, not, or, query, received, thread, topLinks, type };
