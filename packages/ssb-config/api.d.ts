export { A as Announced, C as Config, a as ConfigError, b as ConfigErrorCode, c as ConfigFile, D as Dial, d as DialTransport, E as Explanation, F as Flag, H as HOST_LOCAL, K as Key, L as Listen, O as Option, e as OptionType, f as Origin, P as Problem, R as Resolved, S as Scope, g as Settings, h as Sources, T as Tree, i as appNameOf, j as describeProblems, k as expected, l as isKey, m as keys, o as optionOf, r as requireConfig, n as resolveConfig } from './config.js';
declare const HOST_EVERYWHERE = "::";
declare const HOST_DEFAULT: string;
declare const PORT_DEFAULT = 8008;
declare const WS_PORT_DEFAULT = 8989;
declare function nearest(typed: string, names: Iterable<string>): string | null;
export { HOST_DEFAULT, HOST_EVERYWHERE, PORT_DEFAULT, WS_PORT_DEFAULT, nearest };
// config
interface Announced {
    readonly host: string;
    readonly port: number | null;
    readonly isSecure: boolean;
}
type ConfigErrorCode = 'SSB_CONFIG_UNREADABLE' | 'SSB_CONFIG_SYNTAX' | 'SSB_CONFIG_UNKNOWN_KEY' | 'SSB_CONFIG_WRONG_VALUE' | 'SSB_CONFIG_CONFLICT';
interface Problem {
    readonly code: ConfigErrorCode;
    readonly key: string;
    readonly place: string;
    readonly reason: string;
}
declare class ConfigError extends Error {
    readonly name: string;
    readonly code: ConfigErrorCode;
    readonly problems: readonly Problem[];
    constructor(problems: readonly [
        Problem,
        ...Problem[]
    ], options?: ErrorOptions);
}
declare function describeProblems(problems: readonly [
    Problem,
    ...Problem[]
]): string;
type OptionType = 'text' | 'folder' | 'integer' | 'boolean' | 'choice' | 'key32' | 'feeds' | 'texts' | 'tree';
interface Option<Value = unknown> {
    readonly type: OptionType;
    readonly default: Value;
    readonly description: string;
    readonly unit?: string;
    readonly min?: number;
    readonly max?: number;
    readonly values?: readonly string[];
    readonly inert?: boolean;
    readonly legacyOf?: string;
}
declare function expected(option: Option): string;
interface LimitSettings {
    readonly 'limits.connections': number;
    readonly 'limits.connectionsPerAddress': number;
    readonly 'limits.halfOpen': number;
    readonly 'limits.handshakesPerSecond': number;
    readonly 'limits.callsPerSecond': number;
    readonly 'limits.streams': number;
    readonly 'limits.knownStreams': number;
    readonly 'limits.frameBytes': number;
    readonly 'limits.knownFrameBytes': number;
    readonly 'limits.streamBytes': number;
    readonly 'limits.peerBytes': number;
    readonly 'limits.strangersBytes': number;
    readonly 'limits.wants': number;
    readonly 'limits.clockEntries': number;
    readonly 'limits.strangerClockEntries': number;
    readonly 'limits.peers': number;
}
interface Tree {
    readonly [key: string]: unknown;
}
interface Settings extends LimitSettings {
    readonly path: string | null;
    readonly 'caps.shs': string;
    readonly 'caps.sign': string | null;
    readonly 'caps.invite': string;
    readonly host: string | null;
    readonly 'local-only': boolean;
    readonly port: number | null;
    readonly external: readonly string[];
    readonly socks: string;
    readonly 'connections.incoming': Tree | null;
    readonly 'connections.outgoing': Tree;
    readonly remote: string | null;
    readonly 'timers.handshake': number;
    readonly 'timers.inactivity': number;
    readonly 'timers.ping': number;
    readonly 'timers.reconnect': number;
    readonly 'timers.connection': number;
    readonly 'timers.keepalive': number;
    readonly timeout: number | null;
    readonly 'friends.hops': number;
    readonly 'replicate.hops': number | null;
    readonly 'replication.hops': number | null;
    readonly 'replicate.legacy': boolean;
    readonly offline: boolean;
    readonly seeds: readonly string[];
    readonly 'gossip.connections': number;
    readonly 'gossip.seed': boolean;
    readonly 'gossip.friends': boolean;
    readonly 'gossip.global': boolean;
    readonly 'gossip.local': boolean;
    readonly 'gossip.pub': boolean;
    readonly 'gossip.autoPopulate': boolean;
    readonly 'gossip.prune': boolean;
    readonly 'conn.autostart': boolean;
    readonly master: readonly string[];
    readonly 'logging.level': 'error' | 'warning' | 'notice' | 'info';
    readonly 'logging.plugins': Tree;
    readonly 'logging.json': boolean;
    readonly 'ws.port': number | null;
    readonly 'ws.host': string | null;
    readonly 'ws.external': readonly string[];
    readonly 'ws.key': string | null;
    readonly 'ws.cert': string | null;
    readonly 'ws.http': boolean;
    readonly 'web.enabled': boolean;
    readonly 'web.port': number | null;
    readonly 'web.remote': boolean;
    readonly 'web.public': boolean;
    readonly 'web.invite': string | null;
    readonly plugins: Tree;
    readonly 'friends.dunbar': number;
    readonly 'friends.hookAuth': boolean;
    readonly 'friends.hookReplicate': boolean;
    readonly 'replicate.fallback': boolean;
    readonly 'replication.dunbar': number;
    readonly party: boolean;
    readonly pub: boolean;
    readonly local: boolean;
    readonly allowPrivate: boolean;
    readonly 'blobs.sympathy': number;
    readonly 'blobs.stingy': boolean;
    readonly 'blobs.pushy': number;
    readonly 'blobs.max': number;
    readonly 'blobs.legacy': boolean;
    readonly 'blobs.quota': number | null;
    readonly 'blobs.pinHops': number;
    readonly 'blobs.public': boolean;
    readonly 'health.public': boolean;
    readonly 'conn.populatePubs': boolean;
    readonly 'ooo.timeout': number;
    readonly 'ooo.hook': boolean;
    readonly 'ebt.logging': boolean;
    readonly 'lan.legacy': boolean;
    readonly 'tunnel.logging': boolean;
    readonly serveBlobs: Tree;
    readonly blobsPurge: Tree;
    readonly suggest: Tree;
    readonly replicationScheduler: Tree;
    readonly metafeeds: Tree;
    readonly box2: Tree;
    readonly db2: Tree;
}
type Key = keyof Settings;
declare const keys: readonly Key[];
declare function isKey(key: string): key is Key;
declare function optionOf(key: Key): Option;
type DialTransport = 'net' | 'ws' | 'onion';
interface Dial {
    readonly transports: readonly DialTransport[];
    readonly socks: {
        readonly host: string;
        readonly port: number;
    };
}
type Scope = 'device' | 'local' | 'public';
interface Place {
    readonly host: string;
    readonly port: number;
    readonly scope: readonly Scope[];
    readonly external: readonly Announced[];
    readonly transform: 'shs';
}
type Listen = (Place & {
    readonly transport: 'net';
}) | (Place & {
    readonly transport: 'ws';
    readonly tls: {
        readonly key: string;
        readonly cert: string;
    } | null;
    readonly http: boolean;
}) | {
    readonly transport: 'onion';
    readonly external: readonly Announced[];
    readonly transform: 'shs';
} | {
    readonly transport: 'unix';
    readonly path: string | null;
    readonly transform: 'noauth';
};
declare const HOST_LOCAL = "127.0.0.1";
interface ConfigFile {
    readonly name: string;
    readonly text: string;
}
type Heads<K> = K extends `${infer Head}.${string}` ? Head : K;
type Tails<T, Head extends string> = {
    readonly [K in keyof T as K extends `${Head}.${infer Tail}` ? Tail : never]: T[K];
};
type Nested<T> = {
    readonly [K in Heads<keyof T> & string]: K extends keyof T ? T[K] : Nested<Tails<T, K>>;
};
type Config = Omit<Nested<Settings>, 'path' | 'host' | 'port'> & {
    readonly appname: string;
    readonly path: string;
    readonly host: string;
    readonly port: number;
    readonly listen: readonly Listen[];
    readonly dial: Dial;
};
interface Origin {
    readonly kind: 'default' | 'file' | 'environment' | 'flag';
    readonly place: string;
}
interface Explanation {
    readonly key: Key;
    readonly value: unknown;
    readonly origin: Origin;
    readonly overridden: readonly {
        readonly value: unknown;
        readonly origin: Origin;
    }[];
    readonly option: Option;
}
interface Sources {
    readonly home: string;
    readonly files?: readonly ConfigFile[];
    readonly environment?: Readonly<Record<string, string | undefined>>;
    readonly flags?: readonly Flag[];
}
interface Flag {
    readonly key: string;
    readonly value: string | boolean;
}
type Resolved = {
    readonly ok: true;
    readonly config: Config;
    readonly warnings: readonly string[];
    explain(key: Key): Explanation;
} | {
    readonly ok: false;
    readonly problems: readonly [
        Problem,
        ...Problem[]
    ];
};
declare function appNameOf(environment?: Readonly<Record<string, string | undefined>>): string;
declare function resolveConfig(sources: Sources): Resolved;
declare function requireConfig(sources: Sources): Extract<Resolved, {
    ok: true;
}>;
export { type Announced as A, type Config as C, type Dial as D, type Explanation as E, type Flag as F, HOST_LOCAL as H, type Key as K, type Listen as L, type Option as O, type Problem as P, type Resolved as R, type Scope as S, type Tree as T, ConfigError as a, type ConfigErrorCode as b, type ConfigFile as c, type DialTransport as d, type OptionType as e, type Origin as f, type Settings as g, type Sources as h, appNameOf as i, describeProblems as j, expected as k, isKey as l, keys as m, resolveConfig as n, optionOf as o, requireConfig as r };
