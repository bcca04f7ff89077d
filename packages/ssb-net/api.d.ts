import { KeyPair } from '@scuttlebot/ssb-crypto';
import { MuxLimits, Sync } from '@scuttlebot/ssb-muxrpc';
import { Peer, Event, Plugin, Nothing } from '@scuttlebot/ssb-plugin';
import { FeedId } from '@scuttlebot/ssb-ref';
import { IncomingMessage, ServerResponse } from 'node:http';
import { TcpPlace } from './tcp.js';
export { N as NetError, a as NetErrorCode } from './errors.js';
import './transport.js';
import '@scuttlebot/ssb-shs/stream';
interface NetLimits {
    readonly connectionsMax: number;
    readonly perAddressMax: number;
    readonly halfOpenMax: number;
    readonly handshakesPerSecond: number;
    readonly handshakesBurst: number;
    readonly countLoopback: boolean;
    readonly callsPerSecond: number;
    readonly callsBurst: number;
    readonly courtesyBytesPerSecond: number;
    readonly queuedBytesMax: number;
}
interface NetTimes {
    readonly handshakeMs: number;
    readonly inactivityMs: number;
    readonly lingerMs: number;
    readonly simultaneousMs: number;
}
declare const NET_LIMITS: NetLimits;
declare const NET_TIMES: NetTimes;
interface GateStats {
    readonly connections: number;
    readonly halfOpen: number;
    readonly refusedTotal: number;
    readonly refusedPerAddress: number;
    readonly perAddressMost: number;
    readonly evicted: number;
}
interface HttpCaller {
    readonly isLocal: boolean;
    readonly isFromWeb: boolean;
}
type HttpHandler = (request: IncomingMessage, response: ServerResponse, caller: HttpCaller) => boolean;
interface HttpSide {
    use(handler: HttpHandler): () => void;
    places(): readonly HttpPlace[];
}
interface HttpPlace {
    readonly host: string;
    readonly port: number;
    readonly isSecure: boolean;
    readonly isFronted: boolean;
}
type Scope = 'device' | 'local' | 'public';
interface Announced {
    readonly host: string;
    readonly port?: number | null;
    readonly isSecure?: boolean;
}
interface Place {
    readonly host?: string;
    readonly port?: number;
    readonly external?: string | readonly (string | Announced)[];
    readonly externalPort?: number;
    readonly scope?: readonly Scope[];
}
type ListenSpec = (Place & {
    readonly transport: 'net';
}) | (Place & {
    readonly transport: 'ws';
    readonly isSecure?: boolean;
    readonly tls?: {
        readonly key: string;
        readonly cert: string;
    } | null;
    readonly http?: boolean;
    readonly orAnyPort?: boolean;
}) | {
    readonly transport: 'onion';
    readonly external: readonly (string | Announced)[];
} | {
    readonly transport: 'unix';
    readonly path?: string;
};
type Offence = 'protocol' | 'overload' | 'messages' | 'blobs' | (string & {});
interface NetOptions {
    readonly keys: KeyPair;
    readonly networkKey: Uint8Array;
    readonly listen?: readonly ListenSpec[];
    readonly times?: Partial<NetTimes>;
    readonly limits?: Partial<NetLimits>;
    readonly muxLimits?: {
        readonly stranger?: Partial<MuxLimits>;
        readonly known?: Partial<MuxLimits>;
    };
    readonly dial?: readonly ('net' | 'ws' | 'onion')[];
    readonly socks?: TcpPlace;
}
interface NetApi {
    connect(address: string): Promise<Peer>;
    disconnect(id: FeedId): Promise<boolean>;
    peers(): readonly Peer[];
    peer(id: FeedId): Peer | null;
    addresses(scope?: Scope | 'private' | readonly (Scope | 'private')[]): readonly string[];
    report(id: FeedId, kind: Offence, weight: number): void;
    readonly reported: Event<[
        id: FeedId,
        kind: Offence,
        weight: number
    ]>;
    readonly http: HttpSide;
    stats(): NetStats;
}
interface NetStats extends GateStats {
    readonly peers: number;
    readonly clients: number;
    readonly handshakesFailed: number;
    readonly handshakesLate: number;
    readonly handshakesRefused: number;
    readonly handshakesWaiting: number;
    readonly handshakesTurnedAway: number;
    readonly throttled: number;
    readonly slowEvicted: number;
    readonly queuedBytes: number;
    readonly offences: number;
    readonly inactive: number;
}
interface JsonBuffer {
    readonly type: 'Buffer';
    readonly data: readonly number[];
}
type ParsedProtocol = {
    readonly name: 'net' | 'onion' | 'ws';
    readonly host: string;
    readonly port: number;
} | {
    readonly name: 'shs';
    readonly key: JsonBuffer;
    readonly seed?: JsonBuffer;
} | {
    readonly name: 'unix';
    readonly path: string;
} | {
    readonly name: 'noauth';
};
type ScopeArgument = Scope | 'private' | readonly (Scope | 'private')[];
type AddressMethod = Sync<[
    scope?: ScopeArgument
], string | null>;
interface NetRpc {
    readonly address: AddressMethod;
    readonly getAddress: AddressMethod;
    readonly multiserver: {
        readonly address: AddressMethod;
        readonly parse: Sync<[
            address: string
        ], readonly (readonly ParsedProtocol[])[]>;
    };
}
declare function net(options: NetOptions): Plugin<'net', NetApi, Nothing, NetRpc>;
export { type Announced, type GateStats, type HttpCaller, type HttpHandler, type HttpPlace, type HttpSide, type JsonBuffer, type ListenSpec, NET_LIMITS, NET_TIMES, type NetApi, type NetLimits, type NetOptions, type NetRpc, type NetStats, type NetTimes, type Offence, type ParsedProtocol, type Scope, net };
// errors
type NetErrorCode = 'SSB_NET_ADDRESS' | 'SSB_NET_SELF' | 'SSB_NET_UNREACHABLE' | 'SSB_NET_TIMEOUT' | 'SSB_NET_HANDSHAKE' | 'SSB_NET_FORBIDDEN' | 'SSB_NET_FULL' | 'SSB_NET_STOPPED' | 'SSB_NET_LISTEN' | 'SSB_NET_IN_USE' | 'SSB_NET_PRESSURE' | 'SSB_NET_INACTIVE';
declare class NetError extends Error {
    readonly name: string;
    readonly code: NetErrorCode;
    constructor(code: NetErrorCode, message: string, options?: ErrorOptions);
}
export { NetError as N, type NetErrorCode as a };
// transport
import { Wire } from '@scuttlebot/ssb-shs/stream';
interface Arrival {
    readonly wire: Wire;
    readonly host: string;
    readonly port: number;
}
interface ListenHandlers {
    onArrival(arrival: Arrival): void;
    onError?(error: Error): void;
}
interface Listener {
    readonly port: number;
    close(): Promise<void>;
}
export type { Arrival as A, ListenHandlers as L, Listener as a };
