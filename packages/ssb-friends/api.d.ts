import { FeedId } from '@scuttlebot/ssb-ref';
import { Event, Plugin } from '@scuttlebot/ssb-plugin';
import { Async, Source } from '@scuttlebot/ssb-muxrpc';
type Edge = 1 | -1 | -2;
type Layer = 'public' | 'private';
interface EdgeChange {
    readonly from: FeedId;
    readonly to: FeedId;
    readonly before: Edge | null;
    readonly after: Edge | null;
}
declare class Graph {
    #private;
    get size(): number;
    sources(): IterableIterator<FeedId>;
    edge(from: FeedId, to: FeedId): Edge | null;
    isPrivate(from: FeedId, to: FeedId): boolean;
    from(from: FeedId): ReadonlyMap<FeedId, Edge>;
    to(to: FeedId): ReadonlyMap<FeedId, Edge>;
    set(layer: Layer, from: FeedId, to: FeedId, edge: Edge | null): EdgeChange | null;
    toJSON(): Record<FeedId, Record<FeedId, Edge>>;
    parts(most: number): Generator<Record<FeedId, Record<FeedId, Edge>>>;
}
declare function contactEdge(content: unknown): {
    readonly to: FeedId;
    readonly edge: Edge;
} | null;
type FriendsErrorCode = 'SSB_FRIENDS_FEED_ID' | 'SSB_FRIENDS_PART';
declare class FriendsError extends Error {
    readonly name: string;
    readonly code: FriendsErrorCode;
    constructor(code: FriendsErrorCode, message: string);
}
declare class HopTree {
    #private;
    readonly root: FeedId;
    readonly max: number;
    constructor(graph: Graph, root: FeedId, max: number);
    get hops(): ReadonlyMap<FeedId, number>;
    update(change: EdgeChange): ReadonlyMap<FeedId, number | null>;
}
declare function hopsFrom(graph: Graph, root: FeedId, max: number, reverse?: boolean): Map<FeedId, number>;
interface FriendsMessage {
    readonly sequence: number;
    readonly author: FeedId;
    readonly value: {
        readonly content: unknown;
    };
}
interface FriendsReader {
    next(): Promise<readonly number[] | null>;
    close(): Promise<void>;
}
interface FriendsStore {
    publish(content: {
        readonly type: string;
        readonly [key: string]: unknown;
    }): Promise<unknown>;
    defineIndex(definition: {
        readonly name: string;
        readonly version: number;
        map(message: FriendsMessage, emit: (group: string, detail?: string) => void): void;
    }): {
        state(): {
            readonly current: boolean;
        };
        read(group: string, detail?: string, range?: {
            readonly gt?: number;
        }): FriendsReader;
    };
    indexed(): Promise<void>;
    read(sequences: readonly number[]): Promise<readonly FriendsMessage[]>;
    opened?(message: FriendsMessage): {
        readonly content: unknown;
    } | null;
    readonly appended: Event<[
        batch: readonly FriendsMessage[]
    ]>;
}
interface PairOptions {
    readonly source: FeedId;
    readonly dest: FeedId;
    readonly details?: boolean;
}
type PairAnswer = boolean | {
    readonly response: boolean;
    readonly private: boolean;
};
interface HopsOptions {
    readonly start?: FeedId;
    readonly max?: number;
    readonly reverse?: boolean;
}
interface LiveOptions {
    readonly live?: boolean;
    readonly old?: boolean;
}
interface GraphStreamOptions extends LiveOptions {
    readonly part?: number;
}
type HopsMap = Readonly<Record<FeedId, number>>;
type GraphMap = Readonly<Record<FeedId, Readonly<Record<FeedId, Edge>>>>;
type Tristate = true | false | null;
interface FriendsRpc {
    readonly friends: {
        readonly follow: Async<[
            feed: FeedId,
            options?: {
                readonly state?: boolean;
                readonly recps?: readonly FeedId[];
            }
        ], unknown>;
        readonly block: Async<[
            feed: FeedId,
            options?: {
                readonly state?: boolean;
                readonly reason?: string;
                readonly recps?: readonly FeedId[];
            }
        ], unknown>;
        readonly isFollowing: Async<[
            options: PairOptions
        ], PairAnswer>;
        readonly isBlocking: Async<[
            options: PairOptions
        ], PairAnswer>;
        readonly hops: Async<[
            options?: HopsOptions
        ], HopsMap>;
        readonly hopStream: Source<[
            options?: LiveOptions
        ], HopsMap>;
        readonly graph: Async<[
        ], GraphMap>;
        readonly graphStream: Source<[
            options?: GraphStreamOptions
        ], GraphMap>;
        readonly get: Async<[
            options?: {
                readonly source?: FeedId;
                readonly dest?: FeedId;
            }
        ], unknown>;
        readonly stream: Source<[
            options?: LiveOptions
        ], unknown>;
        readonly createFriendStream: Source<[
            options?: {
                readonly meta?: boolean;
                readonly live?: boolean;
                readonly hops?: number;
                readonly start?: FeedId;
            }
        ], FeedId | {
            readonly id: FeedId;
            readonly hops: number;
        }>;
    };
}
declare const HOPS_DEFAULT = 2;
interface FriendsApi {
    hops(): ReadonlyMap<FeedId, number>;
    isFollowing(source: FeedId, dest: FeedId): boolean;
    isBlocking(source: FeedId, dest: FeedId): boolean;
    readonly changed: Event<[
        changes: ReadonlyMap<FeedId, number | null>
    ]>;
    readonly edgeChanged: Event<[
        change: EdgeChange
    ]>;
    setPrivate(from: FeedId, to: FeedId, edge: Edge | null): void;
    tree(root: FeedId, max: number): HopTree;
}
interface FriendsOptions {
    readonly hops?: number;
}
type Needs = {
    store: FriendsStore;
};
declare function friends(options?: FriendsOptions): Plugin<'friends', FriendsApi, Needs, FriendsRpc>;
export { type Edge, type EdgeChange, type FriendsApi, FriendsError, type FriendsErrorCode, type FriendsMessage, type FriendsOptions, type FriendsReader, type FriendsRpc, type FriendsStore, Graph, type GraphMap, HOPS_DEFAULT, HopTree, type HopsMap, type HopsOptions, type Layer, type LiveOptions, type PairAnswer, type PairOptions, type Tristate, contactEdge, friends, hopsFrom };
