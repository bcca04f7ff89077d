import { L as LanNet, a as LanGossip, b as LanSockets } from './needs.js';
export { c as LanInterface, d as LanRoute, e as LanSocket, S as Sender, f as broadcastOf, r as routesOf } from './needs.js';
import { FeedId } from '@scuttlebot/ssb-ref';
import { Event, Plugin } from '@scuttlebot/ssb-plugin';
import { Sync, Source } from '@scuttlebot/ssb-muxrpc';
declare const PLAIN_PORT = 8008;
declare const SEALED_PORT = 26830;
declare const EVERY_MS = 2000;
interface Announcement {
    readonly address: string;
    readonly id: FeedId;
    readonly verified: boolean;
}
declare function formatPlain(address: string): Uint8Array;
declare function parsePlain(bytes: Uint8Array): Announcement | null;
declare function signedBytes(address: string): Uint8Array;
declare function formatSealed(address: string, networkKey: Uint8Array, sign: (bytes: Uint8Array) => Uint8Array): Uint8Array;
declare function parseSealed(bytes: Uint8Array, networkKey: Uint8Array): Announcement | null;
interface DiscoveredPeer {
    readonly address: string;
    readonly verified: boolean;
}
interface LanRpc {
    readonly lan: {
        readonly start: Sync<[
        ], void>;
        readonly stop: Sync<[
        ], void>;
        readonly discoveredPeers: Source<[
        ], DiscoveredPeer>;
    };
}
interface LanApi {
    start(): void;
    stop(): void;
    readonly discovered: Event<[
        announcement: Announcement
    ]>;
}
interface LanOptions {
    readonly sockets: LanSockets;
    readonly networkKey: Uint8Array;
    readonly autostart?: boolean;
    readonly legacy?: boolean;
    readonly plainPort?: number;
    readonly sealedPort?: number;
    readonly everyMs?: number;
}
type LanNeeds = {
    net: LanNet;
    gossip?: LanGossip;
};
declare function lan(options: LanOptions): Plugin<'lan', LanApi, LanNeeds, LanRpc>;
export { type Announcement, type DiscoveredPeer, EVERY_MS, type LanApi, LanGossip, type LanNeeds, LanNet, type LanOptions, type LanRpc, LanSockets, PLAIN_PORT, SEALED_PORT, formatPlain, formatSealed, lan, parsePlain, parseSealed, signedBytes };
// needs
interface LanInterface {
    readonly family: 'IPv4' | 'IPv6';
    readonly address: string;
    readonly netmask: string;
    readonly internal: boolean;
}
interface LanRoute {
    readonly own: string;
    readonly targets: readonly string[];
}
declare function routesOf(interfaces: readonly LanInterface[]): readonly LanRoute[];
declare function broadcastOf(address: string, netmask: string): string | null;
interface Sender {
    readonly address: string;
    readonly port: number;
}
interface LanSocket {
    send(bytes: Uint8Array, target: string, port: number, via: string): void;
    close(): void;
}
interface LanSockets {
    interfaces(): readonly LanInterface[];
    open(port: number, on: {
        packet(bytes: Uint8Array, from: Sender): void;
        error(error: Error): void;
    }): Promise<LanSocket>;
}
interface LanNet {
    addresses(scope: 'local'): readonly string[];
}
interface LanGossip {
    stage(address: string, data: {
        readonly [name: string]: unknown;
    }): boolean;
}
export { type LanNet as L, type Sender as S, type LanGossip as a, type LanSockets as b, type LanInterface as c, type LanRoute as d, type LanSocket as e, broadcastOf as f, routesOf as r };
