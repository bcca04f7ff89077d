import { FeedId, MsgId } from '@scuttlebot/ssb-ref';
import { Event, Peer, Plugin } from '@scuttlebot/ssb-plugin';
import { Source, Sync, Async } from '@scuttlebot/ssb-muxrpc';
type ReplicateErrorCode = 'SSB_REPLICATE_USAGE';
declare class ReplicateError extends Error {
    readonly name: string;
    readonly code: ReplicateErrorCode;
    constructor(code: ReplicateErrorCode, message: string, name?: string);
}
interface FeedAtPeer {
    readonly peer: FeedId;
    readonly claimed: number | null;
    readonly asked: boolean;
    readonly activeAt: number;
    readonly forked: boolean;
    readonly verifying: number;
}
interface Delivery {
    readonly peer: FeedId;
    readonly feeds: number;
    readonly have: number;
    readonly want: number;
}
interface Carrier {
    readonly name: string;
    view(feed: FeedId): readonly FeedAtPeer[];
    carries(peer: FeedId): boolean;
    deliveries(): readonly Delivery[];
}
type ReplicationReason = (typeof REPLICATION_REASONS)[number];
declare const REPLICATION_REASONS: readonly [
    "not-wanted",
    "blocked",
    "no-peers",
    "nobody-has-more",
    "nobody-replicates-it",
    "delivering",
    "stalled",
    "not-asked-yet",
    "verifying",
    "forked",
    "not-connected"
];
interface ReplicationExplained {
    readonly reason: ReplicationReason;
    readonly text: string;
    readonly have: number;
    readonly claimed: number;
    readonly peer?: FeedId;
}
declare const STALLED_MS = 10000;
interface ReplicateMessage {
    readonly key: MsgId;
    readonly author: FeedId;
    readonly feedSequence: number;
    readonly timestamp: number;
    readonly bytes: Uint8Array;
}
type ReplicateVerdict = {
    readonly ok: true;
} | {
    readonly ok: false;
    readonly code: string;
    readonly reason: string;
    readonly fatal: boolean;
};
interface ReplicateStore {
    add(batch: readonly Uint8Array[], options: {
        readonly wanted: (author: FeedId) => boolean;
    }): Promise<readonly ReplicateVerdict[]>;
    head(feed: FeedId): {
        readonly sequence: number;
    } | null;
    feed(feed: FeedId, range: {
        readonly gte?: number;
        readonly limit?: number;
    }): AsyncIterable<readonly ReplicateMessage[]>;
    kvt(message: ReplicateMessage): Uint8Array;
    readonly appended: Event<[
        batch: readonly ReplicateMessage[]
    ]>;
}
interface ReplicateFriends {
    hops(): ReadonlyMap<FeedId, number>;
    readonly changed: Event<[
        changes: ReadonlyMap<FeedId, number | null>
    ]>;
}
interface HistoryOptions {
    readonly id: FeedId;
    readonly sequence?: number;
    readonly seq?: number;
    readonly limit?: number;
    readonly keys?: boolean;
    readonly values?: boolean;
    readonly live?: boolean;
    readonly old?: boolean;
}
declare const FEEDS_AT_ONCE_MAX = 4096;
declare const UPTO_ITEMS_MAX = 10000;
declare const FALLBACK_MS = 5000;
interface PeerReplication {
    readonly peer: FeedId;
    readonly feeds: number;
    readonly have: number;
    readonly want: number;
    readonly remaining: number;
    readonly received: number;
    readonly rate: number;
}
interface ReplicationStatus {
    readonly feeds: number;
    readonly messages: number;
    readonly remaining: number;
    readonly rate: number;
    readonly received: number;
    readonly refused: number;
    readonly verifying: number;
    readonly legacyPeers: number;
    readonly peers: readonly PeerReplication[];
}
interface UptoItem {
    readonly id: FeedId;
    readonly sequence: number;
}
interface ReplicateApi {
    readonly wanted: ReadonlySet<FeedId>;
    readonly wantedChanged: Event<[
        feed: FeedId,
        wanted: boolean
    ]>;
    request(feed: FeedId, on: boolean): void;
    ingest(peer: FeedId, batch: readonly Uint8Array[]): Promise<readonly ReplicateVerdict[]>;
    addCarrier(carrier: Carrier): void;
    block(from: FeedId, to: FeedId, on: boolean): void;
    withhold(feed: FeedId, on: boolean): void;
    readonly withheld: ReadonlySet<FeedId>;
    carried(peer: FeedId): void;
    status(): ReplicationStatus;
    fallback(peer: Peer): void;
    views(feed: FeedId): readonly FeedAtPeer[];
    explain(feed: FeedId, peer?: FeedId): ReplicationExplained;
}
interface ReplicateRpc {
    readonly createHistoryStream: Source<[
        options?: HistoryOptions
    ], unknown>;
    readonly replicate: {
        readonly request: Sync<[
            feed: FeedId | {
                id: FeedId;
                replicate: boolean;
            },
            on?: boolean
        ], void>;
        readonly block: Sync<[
            from: FeedId,
            to: FeedId,
            on?: boolean
        ], void>;
        readonly changes: Source<[
        ], ReplicationStatus>;
        readonly upto: Source<[
            options?: {
                readonly live?: boolean;
            }
        ], UptoItem | {
            readonly sync: true;
        }>;
    };
    readonly replication: {
        readonly explain: Async<[
            feed: FeedId,
            peer?: FeedId
        ], ReplicationExplained>;
        readonly status: Async<[
        ], ReplicationStatus>;
    };
}
interface ReplicateOptions {
    readonly feedsAtOnceMax?: number;
}
type Needs = {
    store: ReplicateStore;
    friends?: ReplicateFriends;
};
declare function replicate(options?: ReplicateOptions): Plugin<'replicate', ReplicateApi, Needs, ReplicateRpc>;
export { type Carrier, type Delivery, FALLBACK_MS, FEEDS_AT_ONCE_MAX, type FeedAtPeer, type HistoryOptions, type PeerReplication, REPLICATION_REASONS, type ReplicateApi, ReplicateError, type ReplicateErrorCode, type ReplicateFriends, type ReplicateMessage, type ReplicateOptions, type ReplicateRpc, type ReplicateStore, type ReplicateVerdict, type ReplicationExplained, type ReplicationReason, type ReplicationStatus, STALLED_MS, UPTO_ITEMS_MAX, type UptoItem, replicate };
