import { E as EbtFormat, C as ClockStore, a as EbtStore, b as EbtReplicate } from './needs-U36z2JYK.js';
export { c as EbtCarrier, d as EbtDelivery, e as EbtFeedAtPeer, f as EbtMessage, g as EbtRules, h as EbtVerdict, I as Item, N as Note, S as SEQUENCE_MAX, i as SavedClock, j as Stand, k as decodeStand, l as encodeStand, m as memoryClocks, p as peekMessage, r as readItem } from './needs-U36z2JYK.js';
export { D as DeliveryStatus, E as EbtState, a as ExchangeStatus, O as Output } from './state-DcGREJFg.js';
import { Plugin } from '@scuttlebot/ssb-plugin';
import { FeedId } from '@scuttlebot/ssb-ref';
import { Duplex, Async, Sync } from '@scuttlebot/ssb-muxrpc';
type EbtErrorCode = 'SSB_EBT_VERSION' | 'SSB_EBT_FORMAT' | 'SSB_EBT_ENDED' | 'SSB_EBT_FEED_ID' | 'SSB_EBT_BUSY';
declare class EbtError extends Error {
    readonly name: string;
    readonly code: EbtErrorCode;
    constructor(code: EbtErrorCode, message: string);
}
declare const FEEDS_MAX = 100000;
declare const STRANGER_FEEDS_MAX = 20000;
interface ReplicateOptions {
    readonly version?: number;
    readonly format?: string;
    readonly session?: readonly [
        last: string,
        next: string
    ];
}
interface PeerStatus {
    readonly seq: number;
    readonly replicating?: {
        readonly tx: boolean;
        readonly rx: boolean;
        readonly sent: number | null;
        readonly requested: number;
    };
}
interface FeedStatus {
    readonly id: FeedId;
    readonly seq: number;
    readonly peers: Readonly<Record<FeedId, PeerStatus>>;
}
interface EbtRpc {
    readonly ebt: {
        readonly replicate: Duplex<[
            options?: ReplicateOptions
        ], unknown, unknown>;
        readonly replicateFormat: Duplex<[
            options?: ReplicateOptions
        ], unknown, unknown>;
        readonly clock: Async<[
            options?: {
                readonly format?: string;
            }
        ], Readonly<Record<FeedId, number>>>;
        readonly request: Sync<[
            feed: FeedId,
            on: boolean,
            format?: string
        ], void>;
        readonly block: Sync<[
            from: FeedId,
            to: FeedId,
            on: boolean,
            format?: string
        ], void>;
        readonly peerStatus: Sync<[
            feed?: FeedId
        ], FeedStatus>;
    };
}
interface EbtApi {
    peerStatus(feed: FeedId): FeedStatus;
    registerFormat(format: EbtFormat): void;
}
interface EbtOptions {
    readonly clocks?: ClockStore;
    readonly quietMs?: number;
    readonly fullMs?: number;
    readonly feedsMax?: number;
    readonly strangerFeedsMax?: number;
}
type Needs = {
    store: EbtStore;
    replicate: EbtReplicate;
};
declare function ebt(options?: EbtOptions): Plugin<'ebt', EbtApi, Needs, EbtRpc>;
export { ClockStore, type EbtApi, EbtError, type EbtErrorCode, EbtFormat, type EbtOptions, EbtReplicate, type EbtRpc, EbtStore, FEEDS_MAX, type FeedStatus, type PeerStatus, type ReplicateOptions, STRANGER_FEEDS_MAX, ebt };
