import { Peer, Event, Plugin } from '@scuttlebot/ssb-plugin';
import { FeedId } from '@scuttlebot/ssb-ref';
import { B as BookStorage, S as Switches } from './persist.js';
export { m as memoryStorage } from './persist.js';
import { Duplex, Sync, Async, Source as Source$1 } from '@scuttlebot/ssb-muxrpc';
interface HistoryEvent {
    readonly at: number;
    readonly kind: 'connected' | 'failed' | 'disconnected' | 'banned' | 'unbanned';
    readonly address?: string;
    readonly outgoing?: boolean;
    readonly reason?: string;
    readonly ms?: number;
}
interface HistoryLine extends HistoryEvent {
    readonly peer: FeedId;
    readonly text: string;
}
interface BookLimits {
    readonly peersMax: number;
    readonly addressesMax: number;
    readonly stagedMax: number;
    readonly historyMax: number;
}
declare const BOOK_LIMITS: BookLimits;
interface GossipTimes {
    readonly retryMs: number;
    readonly retryFriendMs: number;
    readonly retryOtherMs: number;
    readonly reconnectMs: number;
    readonly restMs: number;
    readonly holdMs: number;
    readonly roundMs: number;
    readonly syncMs: number;
    readonly tickMs: number;
    readonly saveMs: number;
    readonly lanMs: number;
}
declare const GOSSIP_TIMES: GossipTimes;
type Group = 'lan' | 'friends' | 'rooms' | 'pubs' | 'strangers';
declare const GROUPS: readonly Group[];
type Quotas = Readonly<Record<Group, number>>;
declare const QUOTAS: Quotas;
interface Candidate {
    readonly id: FeedId;
    readonly group: Group;
    readonly hops: number | null;
    readonly retryAt: number;
    readonly syncedAt: number | null;
    readonly failedAt: readonly number[];
}
interface LiveConnection {
    readonly id: FeedId;
    readonly group: Group;
    readonly outgoing: boolean;
    readonly state: 'connecting' | 'connected';
    readonly since: number;
    readonly pinned: boolean;
}
interface Situation<C extends Candidate = Candidate> {
    readonly now: number;
    random(): number;
    readonly candidates: Iterable<C>;
    wants(candidate: C): boolean;
    readonly live: readonly LiveConnection[];
    readonly sizes: Readonly<Record<Group, number>>;
    readonly quotas: Quotas;
    readonly times: GossipTimes;
    reaches(candidate: C): boolean;
    readonly failuresInRow: number;
    readonly dialledAt: number;
}
interface Decision {
    readonly dial: readonly FeedId[];
    readonly close: readonly {
        readonly id: FeedId;
        readonly reason: string;
    }[];
    readonly nextMs: number;
}
declare function decide<C extends Candidate>(situation: Situation<C>): Decision;
interface Stats {
    readonly mean: number;
    readonly stdev: number;
    readonly count: number;
    readonly sum: number;
    readonly sqsum: number;
}
type Source = 'seed' | 'pub' | 'manual' | 'friends' | 'local' | 'stored' | 'invite' | 'room';
type AddressData = Readonly<Record<string, unknown>>;
interface Ban {
    readonly id: FeedId;
    readonly since: number;
    readonly until: number | null;
    readonly reason: string;
    readonly times: number;
    readonly byHand: boolean;
}
type AddressArgument = string | {
    readonly host: string;
    readonly port: number;
    readonly key: string;
} | {
    readonly address: string;
};
declare function retryPause(failures: number, isNear: boolean, times: GossipTimes, random: number): number;
interface GossipNet {
    connect(address: string): Promise<Peer>;
    disconnect(id: FeedId): Promise<boolean>;
    peers(): readonly Peer[];
    readonly reported?: Event<[
        id: FeedId,
        kind: string,
        weight: number
    ]>;
}
type GossipErrorCode = 'SSB_GOSSIP_ADDRESS' | 'SSB_GOSSIP_PEER' | 'SSB_GOSSIP_SWITCH';
declare class GossipError extends Error {
    readonly name: string;
    readonly code: GossipErrorCode;
    constructor(code: GossipErrorCode, message: string);
}
interface GossipFriends {
    hops(): ReadonlyMap<FeedId, number>;
    readonly changed: Event<[
        changes: ReadonlyMap<FeedId, number | null>
    ]>;
}
interface GossipMessage {
    readonly sequence: number;
    readonly value: {
        readonly content: unknown;
    };
}
interface GossipStore {
    defineIndex(definition: {
        readonly name: string;
        readonly version: number;
        map(message: GossipMessage, emit: (group: string, detail?: string) => void): void;
    }): {
        read(group: string, detail?: string, range?: {
            readonly gt?: number;
        }): {
            next(): Promise<readonly number[] | null>;
            close(): Promise<void>;
        };
    };
    indexed(): Promise<void>;
    read(sequences: readonly number[]): Promise<readonly GossipMessage[]>;
    readonly appended: Event<[
        batch: readonly GossipMessage[]
    ]>;
}
declare const PING_MS: number;
declare const PING_MS_MIN = 10000;
declare const PING_MS_MAX: number;
interface GossipPeer {
    readonly address: string;
    readonly key: FeedId;
    readonly host?: string;
    readonly port?: number;
    readonly source: Source;
    readonly announcers: number;
    readonly duration: Stats | null;
    readonly state?: 'connecting' | 'connected' | 'disconnecting';
    readonly stateChange: number;
    readonly failure: number;
    readonly client: boolean;
    readonly ping: {
        readonly rtt: Stats | null;
        readonly skew: Stats | null;
    };
}
interface GossipChange {
    readonly type: 'discover' | 'connect' | 'connect-failure' | 'disconnect' | 'remove';
    readonly peer: GossipPeer;
    readonly source?: Source;
}
type PeerArgument = FeedId | AddressArgument;
type AddressAndData = readonly [
    address: string,
    data: AddressData
];
type Ping = Duplex<[
    options?: {
        readonly timeout?: number;
    }
], number, unknown>;
interface GossipRpc {
    readonly gossip: {
        readonly ping: Ping;
        readonly peers: Sync<[
        ], readonly GossipPeer[]>;
        readonly get: Sync<[
            peer: PeerArgument
        ], GossipPeer | undefined>;
        readonly add: Sync<[
            address: AddressArgument,
            source?: string
        ], GossipPeer | undefined>;
        readonly remove: Sync<[
            peer: PeerArgument
        ], void>;
        readonly connect: Async<[
            peer: PeerArgument
        ], boolean>;
        readonly disconnect: Async<[
            peer: PeerArgument
        ], boolean>;
        readonly changes: Source$1<[
        ], GossipChange>;
        readonly reconnect: Sync<[
        ], number>;
        readonly enable: Sync<[
            type?: string
        ], string>;
        readonly disable: Sync<[
            type?: string
        ], string>;
        readonly history: Sync<[
            peer?: PeerArgument
        ], readonly HistoryLine[]>;
        readonly bans: Sync<[
        ], readonly Ban[]>;
        readonly ban: Sync<[
            peer: PeerArgument,
            options?: BanOptions
        ], Ban>;
        readonly unban: Sync<[
            peer: PeerArgument
        ], boolean>;
    };
    readonly conn: {
        readonly connect: Async<[
            address: AddressArgument,
            data?: AddressData
        ], boolean>;
        readonly disconnect: Async<[
            address: PeerArgument
        ], boolean>;
        readonly peers: Source$1<[
        ], readonly AddressAndData[]>;
        readonly remember: Sync<[
            address: AddressArgument,
            data?: AddressData
        ], void>;
        readonly forget: Sync<[
            address: AddressArgument
        ], void>;
        readonly dbPeers: Sync<[
        ], readonly AddressAndData[]>;
        readonly stage: Sync<[
            address: AddressArgument,
            data?: AddressData
        ], boolean>;
        readonly unstage: Sync<[
            address: AddressArgument
        ], boolean>;
        readonly stagedPeers: Source$1<[
        ], readonly AddressAndData[]>;
        readonly start: Sync<[
        ], void>;
        readonly stop: Sync<[
        ], void>;
        readonly ping: Ping;
    };
}
interface BanOptions {
    readonly hours?: number;
    readonly reason?: string;
}
interface GossipApi {
    connect(peer: PeerArgument): Promise<Peer>;
    add(address: AddressArgument, source?: Source, data?: AddressData): GossipPeer | null;
    stage(address: AddressArgument, data?: AddressData): boolean;
    unstage(address: AddressArgument): boolean;
    peers(): readonly GossipPeer[];
    history(peer?: PeerArgument): readonly HistoryLine[];
    report(peer: FeedId, points: number, reason: string): void;
    ban(peer: FeedId, ms: number | null, reason: string): Ban;
    unban(peer: FeedId): boolean;
    bans(): readonly Ban[];
    readonly changed: Event<[
        change: GossipChange
    ]>;
}
interface GossipOptions {
    readonly pingMs?: number;
    readonly storage?: BookStorage;
    readonly seeds?: readonly string[];
    readonly autostart?: boolean;
    readonly autoPopulate?: boolean;
    readonly switches?: Partial<Switches>;
    readonly quotas?: Partial<Quotas>;
    readonly limits?: Partial<BookLimits>;
    readonly times?: Partial<GossipTimes>;
    network?(): string;
}
type GossipNeeds = {
    net: GossipNet;
    friends?: GossipFriends;
    store?: GossipStore;
};
declare function gossip(options?: GossipOptions): Plugin<'gossip', GossipApi, GossipNeeds, GossipRpc>;
export { type AddressAndData, type AddressArgument, type AddressData, BOOK_LIMITS, type Ban, type BanOptions, type BookLimits, BookStorage, type Candidate, type Decision, GOSSIP_TIMES, GROUPS, type GossipApi, type GossipChange, GossipError, type GossipErrorCode, type GossipFriends, type GossipMessage, type GossipNeeds, type GossipNet, type GossipOptions, type GossipPeer, type GossipRpc, type GossipStore, type GossipTimes, type Group, type HistoryEvent, type HistoryLine, type LiveConnection, PING_MS, PING_MS_MAX, PING_MS_MIN, type PeerArgument, QUOTAS, type Quotas, type Situation, type Source, type Stats, Switches, decide, gossip, retryPause };
// persist
interface BookStorage {
    load(): Promise<unknown>;
    save(book: unknown): Promise<void>;
    legacy(): Promise<{
        readonly gossip: unknown;
        readonly conn: unknown;
    }>;
}
declare function memoryStorage(): BookStorage;
type Switches = Record<'global' | 'local' | 'friends' | 'seed' | 'pub', boolean>;
export { type BookStorage as B, type Switches as S, memoryStorage as m };
