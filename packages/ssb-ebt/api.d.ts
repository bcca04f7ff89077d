import { E as EbtFormat, C as ClockStore, a as EbtStore, b as EbtReplicate } from './needs.js';
export { c as EbtCarrier, d as EbtDelivery, e as EbtFeedAtPeer, f as EbtMessage, g as EbtRules, h as EbtVerdict, I as Item, N as Note, S as SEQUENCE_MAX, i as SavedClock, j as Stand, k as decodeStand, l as encodeStand, m as memoryClocks, p as peekMessage, r as readItem } from './needs.js';
export { D as DeliveryStatus, E as EbtState, a as ExchangeStatus, O as Output } from './state.js';
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
// needs
import { Body, JsonBytes } from '@scuttlebot/ssb-muxrpc';
import { Event, Peer } from '@scuttlebot/ssb-plugin';
import { FeedId } from '@scuttlebot/ssb-ref';
declare const SEQUENCE_MAX: number;
interface Stand {
    readonly sequence: number;
    readonly receive: boolean;
}
type Note = Readonly<Record<FeedId, number>>;
declare function encodeStand(sequence: number, receive: boolean): number;
declare function decodeStand(value: unknown): Stand;
type Item = {
    readonly kind: 'message';
    readonly author: FeedId;
    readonly sequence: number;
} | {
    readonly kind: 'note';
    readonly stands: readonly (readonly [
        FeedId,
        Stand
    ])[];
    readonly session: string | null;
} | {
    readonly kind: 'other';
};
declare function readItem(item: unknown, feedsMax: number, isFeed?: (id: unknown) => id is FeedId): Item;
declare function peekMessage(bytes: Uint8Array): {
    readonly author: FeedId;
    readonly sequence: number;
} | null;
interface EbtMessage {
    readonly author: FeedId;
    readonly feedSequence: number;
    readonly bytes: Uint8Array;
}
interface EbtStore {
    heads(): Iterable<readonly [
        FeedId,
        {
            readonly sequence: number;
        }
    ]>;
    feed(feed: FeedId, range: {
        readonly gte?: number;
        readonly lte?: number;
    }): AsyncIterable<readonly EbtMessage[]>;
    readonly appended: Event<[
        batch: readonly EbtMessage[]
    ]>;
}
type EbtVerdict = {
    readonly ok: true;
} | {
    readonly ok: false;
    readonly code: string;
    readonly fatal: boolean;
};
interface EbtFeedAtPeer {
    readonly peer: FeedId;
    readonly claimed: number | null;
    readonly asked: boolean;
    readonly activeAt: number;
    readonly forked: boolean;
    readonly verifying: number;
}
interface EbtDelivery {
    readonly peer: FeedId;
    readonly feeds: number;
    readonly have: number;
    readonly want: number;
}
interface EbtCarrier {
    readonly name: string;
    view(feed: FeedId): readonly EbtFeedAtPeer[];
    carries(peer: FeedId): boolean;
    deliveries(): readonly EbtDelivery[];
}
interface EbtReplicate {
    readonly wanted: ReadonlySet<FeedId>;
    readonly wantedChanged: Event<[
        feed: FeedId,
        wanted: boolean
    ]>;
    request(feed: FeedId, on: boolean): void;
    readonly withheld?: ReadonlySet<FeedId>;
    block(from: FeedId, to: FeedId, on: boolean): void;
    ingest(peer: FeedId, batch: readonly Uint8Array[]): Promise<readonly EbtVerdict[]>;
    addCarrier(carrier: EbtCarrier): void;
    carried(peer: FeedId): void;
    fallback(peer: Peer): void;
}
interface EbtFormat {
    readonly name: string;
    readonly store: EbtStore;
    readonly wanted: ReadonlySet<FeedId>;
    readonly wantedChanged: Event<[
        feed: FeedId,
        wanted: boolean
    ]>;
    readonly withheld?: ReadonlySet<FeedId>;
    ingest(peer: FeedId, batch: readonly Uint8Array[]): Promise<readonly EbtVerdict[]>;
    read(body: Body): Item;
    encode(message: EbtMessage): JsonBytes | Uint8Array;
    readonly clocks: ClockStore;
}
interface EbtRules {
    serves(peer: FeedId, feed: FeedId): boolean;
    withholds?(feed: FeedId): boolean;
    knows(peer: FeedId): boolean;
}
interface SavedClock {
    readonly clock: ReadonlyMap<FeedId, number>;
    readonly session: string | null;
}
interface ClockStore {
    load(peer: FeedId): Promise<SavedClock>;
    save(peer: FeedId, saved: SavedClock): Promise<void>;
    begin?(): Promise<readonly SavedClock[]>;
    end?(): Promise<void>;
}
declare function memoryClocks(peersMax?: number, entriesMax?: number): ClockStore;
export { type ClockStore as C, type EbtFormat as E, type Item as I, type Note as N, SEQUENCE_MAX as S, type EbtStore as a, type EbtReplicate as b, type EbtCarrier as c, type EbtDelivery as d, type EbtFeedAtPeer as e, type EbtMessage as f, type EbtRules as g, type EbtVerdict as h, type SavedClock as i, type Stand as j, decodeStand as k, encodeStand as l, memoryClocks as m, peekMessage as p, readItem as r };
// state
import { FeedId } from '@scuttlebot/ssb-ref';
import { j as Stand, N as Note, g as EbtRules } from './needs.js';
type Output = {
    readonly kind: 'note';
    readonly note: Note;
} | {
    readonly kind: 'messages';
    readonly feed: FeedId;
    readonly from: number;
    readonly to: number;
};
interface Exchange {
    tx: boolean;
    rx: boolean;
    sent: number | null;
    requested: number;
    refused: boolean;
    doubtful: boolean;
    received: number;
    activeAt: number;
    owesSince: number;
    relieved: boolean;
}
declare class PeerState {
    #private;
    readonly id: FeedId;
    known: boolean;
    readonly dialled: boolean;
    silent: boolean;
    stored: ReadonlyMap<FeedId, number>;
    readonly claimed: Map<FeedId, number>;
    readonly feeds: Map<FeedId, Exchange>;
    readonly forked: Set<FeedId>;
    readonly unacknowledged: Set<FeedId>;
    activeAt: number;
    constructor(id: FeedId, facts: {
        readonly known: boolean;
        readonly dialled: boolean;
        readonly stored: ReadonlyMap<FeedId, number>;
        readonly now: number;
    });
    exchange(feed: FeedId): Exchange;
    stated(feed: FeedId, { sequence, receive }: Stand, own: number, now: number): Exchange;
    gave(feed: FeedId, exchange: Exchange, sequence: number, now: number): void;
    get hearsAll(): boolean;
    mayHearOf(feed: FeedId): boolean;
    say(feed: FeedId, sequence: number, receive: boolean): void;
    openNote(): Map<FeedId, number>;
    makeDue(feed: FeedId): void;
    notDue(feed: FeedId): void;
    clock(): ReadonlyMap<FeedId, number>;
    take(messagesMax: number, own: (feed: FeedId) => number, shared: (feed: FeedId) => boolean): Output | null;
}
declare class Bounds {
    #private;
    refused: number;
    constructor(known?: number, stranger?: number, together?: number, sure?: number);
    admits(peer: PeerState): boolean;
    gone(peer: PeerState): void;
}
interface ExchangeStatus {
    readonly claimed: number | null;
    readonly tx: boolean;
    readonly rx: boolean;
    readonly sent: number | null;
    readonly requested: number;
    readonly owesSince: number;
    readonly forked: boolean;
}
interface DeliveryStatus {
    readonly feeds: number;
    readonly have: number;
    readonly want: number;
}
declare class EbtState {
    #private;
    constructor(rules: EbtRules, bounds?: Bounds);
    get feedsMost(): number;
    drainReady(): readonly FeedId[];
    readonly sequence: (feed: FeedId) => number;
    readonly peers: () => IterableIterator<FeedId>;
    appended(feed: FeedId, sequence: number, now: number): void;
    want(feed: FeedId, on: boolean, now: number): void;
    reconsider(peer: FeedId | null, feed: FeedId | null, now: number): void;
    connect(peer: FeedId, dialled: boolean, stored: ReadonlyMap<FeedId, number>, now: number): void;
    prepare(stored: ReadonlyMap<FeedId, number>): void;
    distrust(peer: FeedId): void;
    disconnect(peer: FeedId, now: number): ReadonlyMap<FeedId, number> | null;
    note(peer: FeedId, stands: Iterable<readonly [
        FeedId,
        Stand
    ]>, now: number): void;
    message(peer: FeedId, feed: FeedId, sequence: number, now: number): boolean;
    rejected(peer: FeedId, feed: FeedId): void;
    missing(peer: FeedId, feed: FeedId): void;
    forked(peer: FeedId, feed: FeedId, now: number): void;
    tick(now: number, quietMs: number, busy?: (peer: FeedId) => boolean): void;
    acknowledge(peer: FeedId): void;
    take(peer: FeedId, messagesMax: number): Output | null;
    status(peer: FeedId, feed: FeedId): ExchangeStatus | null;
    delivery(peer: FeedId): DeliveryStatus | null;
}
export { type DeliveryStatus as D, EbtState as E, type Output as O, type ExchangeStatus as a };
