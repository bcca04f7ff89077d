import { L as Log, C as Clock, A as AnyPlugin } from './host-DBa7JybQ.js';
export { a as Apis, b as AuthAnswer, c as AuthRequest, d as Caller, e as CheckNeeds, f as Context, g as CoreRpc, D as Decision, E as Event, F as Filter, H as Hooks, h as Host, i as HostKeys, j as HostOptions, k as HostReport, I as Instance, M as Metric, l as Metrics, m as MetricsBook, N as Needs, n as NeedsSpec, o as Nothing, P as Peer, p as Permissions, q as Plugin, r as Policy, s as PolicyAnswer, t as PolicyExplained, u as PolicyJudge, v as PolicyKind, R as Rpc, w as RpcRoot, x as coreManifest, y as createHost, z as createMetrics, B as createPolicy, G as decision, J as event, K as filter } from './host-DBa7JybQ.js';
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
export { AnyPlugin, Clock, Log, PluginError, type PluginErrorCode, type PushOptions, type PushSource, START_MS_MAX, STOP_MS_MAX, SlowReaderError, order, pushSource, silentLog, systemClock, systemRandom };
