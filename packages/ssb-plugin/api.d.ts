import { L as Log, C as Clock, A as AnyPlugin } from './host.js';
export { a as Apis, b as AuthAnswer, c as AuthRequest, d as Caller, e as CheckNeeds, f as Context, g as CoreRpc, D as Decision, E as Event, F as Filter, H as Hooks, h as Host, i as HostKeys, j as HostOptions, k as HostReport, I as Instance, M as Metric, l as Metrics, m as MetricsBook, N as Needs, n as NeedsSpec, o as Nothing, P as Peer, p as Permissions, q as Plugin, r as Policy, s as PolicyAnswer, t as PolicyExplained, u as PolicyJudge, v as PolicyKind, R as Rpc, w as RpcRoot, x as coreManifest, y as createHost, z as createMetrics, B as createPolicy, G as decision, J as event, K as filter } from './host.js';
import '@scuttlebot/ssb-muxrpc';
import '@scuttlebot/ssb-ref';
declare const systemClock: Clock;
declare const silentLog: Log;
declare function systemRandom(bytes: number): Uint8Array;
type PluginErrorCode = 'SSB_PLUGIN_DUPLICATE_NAME' | 'SSB_PLUGIN_DUPLICATE_METHOD' | 'SSB_PLUGIN_MISSING_NEED' | 'SSB_PLUGIN_CYCLE' | 'SSB_PLUGIN_METHOD_MISMATCH' | 'SSB_PLUGIN_START_FAILED' | 'SSB_PLUGIN_TIMEOUT' | 'SSB_PLUGIN_STATE';
declare class PluginError extends Error {
    readonly name: string;
    readonly code: PluginErrorCode;
    readonly plugin: string | null;
    constructor(code: PluginErrorCode, message: string, options?: ErrorOptions & {
        readonly plugin?: string;
    });
}
declare const START_MS_MAX = 30000;
declare const STOP_MS_MAX = 10000;
declare function order(plugins: readonly AnyPlugin[]): readonly AnyPlugin[];
declare class SlowReaderError extends Error {
    readonly name: string;
    readonly code = "SSB_PLUGIN_SLOW_READER";
}
interface PushSource<T> extends AsyncIterable<T> {
    push(item: T): boolean;
    end(error?: Error): void;
}
interface PushOptions {
    readonly itemsMax: number;
    readonly signal?: AbortSignal;
    readonly onEnd?: () => void;
}
declare function pushSource<T>(options: PushOptions): PushSource<T>;
declare function rest(): Promise<void>;
export { AnyPlugin, Clock, Log, PluginError, type PluginErrorCode, type PushOptions, type PushSource, START_MS_MAX, STOP_MS_MAX, SlowReaderError, order, pushSource, rest, silentLog, systemClock, systemRandom };
// host
import { Role, Mux, Sync, Manifest, Face, Handlers } from '@scuttlebot/ssb-muxrpc';
import { FeedId } from '@scuttlebot/ssb-ref';
interface Peer {
    readonly id: FeedId;
    readonly address: string;
    readonly outgoing: boolean;
    readonly roles: readonly Role[];
    readonly connectedAt: number;
    readonly signal: AbortSignal;
    readonly mux: Mux;
    readonly stats: {
        readonly bytesIn: number;
        readonly bytesOut: number;
    };
    close(reason?: string): Promise<void>;
}
interface Event<A extends readonly unknown[]> {
    on(listener: (...args: A) => void): () => void;
    emit(...args: A): void;
}
interface Decision<A extends readonly unknown[], R> {
    add(order: number, judge: (...args: A) => R | undefined | Promise<R | undefined>): () => void;
    ask(...args: A): Promise<R | undefined>;
}
interface Filter<T> {
    add(change: (value: T) => T): () => void;
    apply(value: T): T;
}
interface Permissions {
    readonly allow: readonly string[] | null;
    readonly deny: readonly string[] | null;
}
type AuthAnswer = {
    readonly allow: true;
    readonly roles: readonly string[];
    readonly isClient?: boolean;
} | {
    readonly allow: true;
    readonly permissions: Permissions;
} | {
    readonly allow: false;
    readonly reason: string;
};
interface AuthRequest {
    readonly peer: FeedId;
    readonly transport: string;
    readonly host?: string;
}
interface Hooks {
    readonly peerConnected: Event<[
        peer: Peer
    ]>;
    readonly peerDisconnected: Event<[
        peer: Peer,
        reason: string
    ]>;
    readonly peerMisbehaved: Event<[
        peer: FeedId,
        kind: string,
        weight: number
    ]>;
    readonly authorize: Decision<[
        request: AuthRequest
    ], AuthAnswer>;
    readonly status: Filter<Readonly<Record<string, unknown>>>;
    readonly progress: Filter<Readonly<Record<string, unknown>>>;
}
declare function event<A extends readonly unknown[]>(onError?: (error: unknown) => void): Event<A>;
declare function decision<A extends readonly unknown[], R>(): Decision<A, R>;
declare function filter<T>(): Filter<T>;
interface Metric {
    readonly name: string;
    readonly kind: 'counter' | 'gauge';
    readonly help: string;
    readonly value: number;
    readonly limit?: number;
}
interface Metrics {
    counter(name: string, help: string, read: () => number): void;
    gauge(name: string, help: string, read: () => number, limit?: number): void;
}
interface MetricsBook extends Metrics {
    read(): readonly Metric[];
}
declare function createMetrics(): MetricsBook;
interface CoreRpc {
    readonly manifest: Sync<[
    ], Readonly<Record<string, unknown>>>;
    readonly whoami: Sync<[
    ], {
        readonly id: FeedId;
    }>;
    readonly version: Sync<[
    ], string>;
    readonly status: Sync<[
    ], Readonly<Record<string, unknown>>>;
    readonly progress: Sync<[
    ], Readonly<Record<string, unknown>>>;
    readonly metrics: Sync<[
    ], readonly Metric[]>;
    readonly help: Sync<[
    ], Readonly<Record<string, unknown>>>;
}
declare const coreManifest: Manifest<CoreRpc>;
type PolicyKind = 'connect' | 'replicate' | 'serve' | 'show';
interface PolicyAnswer {
    readonly allow: boolean;
    readonly reason: string;
}
type PolicyJudge = (from: FeedId, to: FeedId) => PolicyAnswer | undefined;
interface PolicyExplained extends PolicyAnswer {
    readonly judge: string;
}
interface Policy {
    ask(kind: PolicyKind, from: FeedId, to: FeedId): PolicyExplained;
    explain(from: FeedId, to: FeedId): Readonly<Record<PolicyKind, PolicyExplained>>;
    add(kind: PolicyKind, name: string, order: number, judge: PolicyJudge): () => void;
    readonly changed: Event<[
        kind: PolicyKind | null,
        feed: FeedId | null
    ]>;
}
declare function createPolicy(onError?: (error: unknown) => void): Policy;
type Nothing = {};
type NeedsSpec<Needs> = {
    readonly [K in keyof Needs]-?: undefined extends Needs[K] ? 'optional' : 'required';
};
interface Clock {
    now(): number;
    setTimeout(run: () => void, ms: number): () => void;
}
interface Log {
    debug(text: string, facts?: Readonly<Record<string, unknown>>): void;
    info(text: string, facts?: Readonly<Record<string, unknown>>): void;
    warn(text: string, facts?: Readonly<Record<string, unknown>>): void;
    error(text: string, facts?: Readonly<Record<string, unknown>>): void;
}
interface Caller {
    readonly peer: FeedId | null;
    readonly rights: readonly string[] | Permissions;
}
interface RpcRoot {
    manifest(): Readonly<Record<string, unknown>>;
    face(caller: Caller): Face;
}
interface Context<Needs> {
    readonly needs: Needs;
    readonly hooks: Hooks;
    readonly policy: Policy;
    readonly id: FeedId;
    sign(bytes: Uint8Array): Uint8Array;
    random(bytes: number): Uint8Array;
    readonly clock: Clock;
    readonly log: Log;
    readonly metrics: MetricsBook;
    readonly signal: AbortSignal;
    readonly folder: string | null;
    readonly rpc: RpcRoot;
}
interface Instance<Api extends object, Rpc> {
    readonly api: Api;
    readonly handlers: Handlers<Rpc>;
    start?(): Promise<void>;
    stop?(): Promise<void>;
}
interface Plugin<Name extends string, Api extends object, Needs extends object = Nothing, Rpc extends object = Nothing> extends AnyPlugin {
    readonly name: Name;
    readonly needs: NeedsSpec<Needs>;
    readonly manifest: Manifest<Rpc>;
    setup(context: Context<Needs>): Instance<Api, Rpc>;
    readonly '~types'?: {
        readonly name: Name;
        readonly api: Api;
        readonly needs: Needs;
        readonly rpc: Rpc;
    };
}
interface AnyPlugin {
    readonly name: string;
    readonly needs: {
        readonly [name: string]: 'optional' | 'required';
    };
    readonly manifest: object;
    setup(context: Context<any>): Instance<any, any>;
    readonly '~types'?: {
        readonly name: string;
        readonly api: object;
        readonly needs: object;
        readonly rpc: object;
    };
}
type TypesOf<P extends AnyPlugin> = NonNullable<P['~types']>;
type Intersect<U> = (U extends unknown ? (u: U) => void : never) extends (i: infer I) => void ? I : never;
type Apis<P extends readonly AnyPlugin[]> = {
    readonly [T in TypesOf<P[number]> as T['name']]: T['api'];
};
type Needs<P extends readonly AnyPlugin[]> = Intersect<TypesOf<P[number]>['needs']>;
type Rpc<P extends readonly AnyPlugin[]> = Intersect<TypesOf<P[number]>['rpc']>;
type Unmet<N, A> = {
    [K in keyof N]-?: undefined extends N[K] ? K extends keyof A ? A[K] extends N[K] ? never : K : never : K extends keyof A ? A[K] extends N[K] ? never : K : K;
}[keyof N];
type CheckNeeds<P extends readonly AnyPlugin[]> = [
    Unmet<Needs<P>, Apis<P>>
] extends [
    never
] ? unknown : {
    readonly 'needed, but no plugin provides it': Unmet<Needs<P>, Apis<P>>;
};
interface Host<P extends readonly AnyPlugin[]> {
    readonly id: FeedId;
    readonly plugins: Apis<P>;
    readonly hooks: Hooks;
    readonly policy: Policy;
    manifest(): Readonly<Record<string, unknown>>;
    metrics(): readonly Metric[];
    face(caller: Caller): Face;
    call(caller: Caller, path: readonly string[], ...args: readonly unknown[]): Promise<unknown>;
    start(): Promise<void>;
    stop(): Promise<void>;
    report(): HostReport;
    readonly '~rpc'?: CoreRpc & Rpc<P>;
}
interface HostReport {
    readonly started: readonly {
        readonly plugin: string;
        readonly ms: number;
    }[];
    readonly failed: Readonly<Record<string, string>>;
}
interface HostKeys {
    readonly id: FeedId;
    sign(bytes: Uint8Array): Uint8Array;
}
interface HostOptions<P extends readonly AnyPlugin[]> {
    readonly plugins: P;
    readonly keys: HostKeys;
    readonly clock?: Clock;
    readonly random?: (bytes: number) => Uint8Array;
    readonly log?: (plugin: string) => Log;
    readonly folder?: string | null;
    readonly version?: string;
    readonly startMsMax?: number;
    readonly stopMsMax?: number;
}
declare function createHost<const P extends readonly AnyPlugin[]>(options: HostOptions<P> & {
    readonly plugins: CheckNeeds<P>;
}): Host<P>;
export { type AnyPlugin as A, createPolicy as B, type Clock as C, type Decision as D, type Event as E, type Filter as F, decision as G, type Hooks as H, type Instance as I, event as J, filter as K, type Log as L, type Metric as M, type Needs as N, type Peer as P, type Rpc as R, type Apis as a, type AuthAnswer as b, type AuthRequest as c, type Caller as d, type CheckNeeds as e, type Context as f, type CoreRpc as g, type Host as h, type HostKeys as i, type HostOptions as j, type HostReport as k, type Metrics as l, type MetricsBook as m, type NeedsSpec as n, type Nothing as o, type Permissions as p, type Plugin as q, type Policy as r, type PolicyAnswer as s, type PolicyExplained as t, type PolicyJudge as u, type PolicyKind as v, type RpcRoot as w, coreManifest as x, createHost as y, createMetrics as z };
