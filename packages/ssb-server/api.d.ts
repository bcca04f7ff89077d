import { E as Explain } from './server.js';
export { A as AddBatchRpc, B as BatchStore, a as BatchVerdict, M as More, P as PluginsWith, S as Server, b as ServerOptions, c as ServerPlugins, d as ServerRpc, e as addBatch, f as createServer, m as master, s as serverPlugins } from './server.js';
import { FsckRequest, FsckOutcome, MigrateRequest, MigrateOutcome, RestoreRequest, RestoreOutcome } from '@scuttlebot/ssb-cli';
import { Keys } from '@scuttlebot/ssb-keys';
import { FeedId } from '@scuttlebot/ssb-ref';
import { Config } from '@scuttlebot/ssb-config';
import { Log, AnyPlugin } from '@scuttlebot/ssb-plugin';
import '@scuttlebot/ssb-about';
import '@scuttlebot/ssb-backup';
import '@scuttlebot/ssb-blobs';
import '@scuttlebot/ssb-blobs/http-plugin';
import '@scuttlebot/ssb-ebt';
import '@scuttlebot/ssb-feed-store';
import '@scuttlebot/ssb-friends';
import '@scuttlebot/ssb-gossip';
import '@scuttlebot/ssb-health';
import '@scuttlebot/ssb-invite';
import '@scuttlebot/ssb-lan';
import '@scuttlebot/ssb-net';
import '@scuttlebot/ssb-private';
import '@scuttlebot/ssb-query';
import '@scuttlebot/ssb-replicate';
import '@scuttlebot/ssb-search';
import '@scuttlebot/ssb-tangle';
import '@scuttlebot/ssb-web';
import '@scuttlebot/ssb-muxrpc';
declare function checkStore({ config, ...options }: FsckRequest, stateFolder: string, passphrase?: string): Promise<FsckOutcome>;
type ServerErrorCode = 'SSB_SERVER_FOLDER' | 'SSB_SERVER_KEY_IN_USE';
declare class ServerError extends Error {
    readonly name: string;
    readonly code: ServerErrorCode;
    constructor(code: ServerErrorCode, message: string, options?: ErrorOptions);
}
interface OpenFolder {
    readonly keys: Keys;
    readonly isNew: boolean;
    readonly hasPassphrase: boolean;
}
declare function openFolder(path: string, passphrase?: string): OpenFolder;
declare function forgetNewKey(path: string): void;
declare function writeManifest(path: string, manifest: object): void;
declare function stateFolderOf(environment: Readonly<Record<string, string | undefined>>, home: string): string;
declare function lockKey(stateFolder: string, feed: FeedId, path: string): Promise<() => Promise<void>>;
type LogLevel = Config['logging']['level'];
interface LogSettings {
    readonly level: LogLevel;
    readonly plugins?: Readonly<Record<string, unknown>>;
}
interface LogEntry {
    readonly time: number;
    readonly level: LogLevel;
    readonly plugin: string;
    readonly text: string;
    readonly facts: Readonly<Record<string, unknown>>;
}
declare function textLine({ time, level, plugin, text, facts }: LogEntry): string;
declare function jsonLine({ time, level, plugin, text, facts }: LogEntry): string;
declare function createLog({ level, plugins }: LogSettings, write: (entry: LogEntry) => void, now?: () => number): (plugin: string) => Log;
declare function migrateFolder({ config, from, progress, signal }: MigrateRequest, stateFolder: string): Promise<MigrateOutcome>;
declare function restoreFolder({ config, file, passphrase }: RestoreRequest, stateFolder: string): Promise<RestoreOutcome>;
interface StartOptions {
    readonly config: Config;
    readonly warnings: readonly string[];
    readonly explain?: Explain;
    readonly plugins?: readonly AnyPlugin[];
    readonly program: string;
    readonly stateFolder: string;
    readonly passphrase?: string | undefined;
    readonly isTerminal?: boolean;
    out(text: string): Promise<void>;
    err(text: string): void;
    readonly signal: AbortSignal;
}
declare function startServer(options: StartOptions): Promise<number>;
export { type LogEntry, type LogLevel, type LogSettings, ServerError, type ServerErrorCode, type StartOptions, checkStore, createLog, forgetNewKey, jsonLine, lockKey, migrateFolder, openFolder, restoreFolder, startServer, stateFolderOf, textLine, writeManifest };
// server
import { about } from '@scuttlebot/ssb-about';
import { backup } from '@scuttlebot/ssb-backup';
import { blobs } from '@scuttlebot/ssb-blobs';
import { blobsHttp } from '@scuttlebot/ssb-blobs/http-plugin';
import { Resolved, Config } from '@scuttlebot/ssb-config';
import { ebt } from '@scuttlebot/ssb-ebt';
import { feedStore } from '@scuttlebot/ssb-feed-store';
import { FriendsApi, friends } from '@scuttlebot/ssb-friends';
import { gossip } from '@scuttlebot/ssb-gossip';
import { health } from '@scuttlebot/ssb-health';
import { invite } from '@scuttlebot/ssb-invite';
import { Keys } from '@scuttlebot/ssb-keys';
import { lan } from '@scuttlebot/ssb-lan';
import { net } from '@scuttlebot/ssb-net';
import { Plugin, Nothing, AnyPlugin, Host, Log, CoreRpc, Rpc, CheckNeeds } from '@scuttlebot/ssb-plugin';
import { PrivateApi, privateMessages } from '@scuttlebot/ssb-private';
import { query } from '@scuttlebot/ssb-query';
import { replicate } from '@scuttlebot/ssb-replicate';
import { search } from '@scuttlebot/ssb-search';
import { tangle } from '@scuttlebot/ssb-tangle';
import { web, LogBook } from '@scuttlebot/ssb-web';
import { Async } from '@scuttlebot/ssb-muxrpc';
interface BatchStore {
    add(batch: readonly never[]): Promise<readonly ({
        readonly ok: true;
        readonly message: {
            readonly key: string;
        };
    } | {
        readonly ok: false;
        readonly code: string;
        readonly reason: string;
    })[]>;
}
type BatchVerdict = {
    readonly ok: true;
    readonly key: string;
} | {
    readonly ok: false;
    readonly code: string;
    readonly reason: string;
};
interface AddBatchRpc {
    readonly addBatch: Async<[
        values: readonly unknown[]
    ], readonly BatchVerdict[]>;
}
declare function addBatch(): Plugin<'addBatch', Nothing, {
    store: BatchStore;
}, AddBatchRpc>;
declare function master(feeds: readonly string[]): Plugin<'master', Nothing>;
interface Needs {
    readonly private: Pick<PrivateApi, 'opened' | 'read'>;
    readonly friends: Pick<FriendsApi, 'setPrivate'>;
}
declare function privateContacts(): Plugin<'private-contacts', Nothing, Needs>;
type Explain = Extract<Resolved, {
    readonly ok: true;
}>['explain'];
interface ServerOptions {
    readonly config: Config;
    readonly keys: Keys;
    readonly log?: (plugin: string) => Log;
    readonly isNew?: boolean;
    readonly hasPassphrase?: boolean;
    readonly stateFolder?: string;
    readonly logs?: LogBook;
    readonly explain?: Explain;
}
type ServerPlugins = readonly [
    ReturnType<typeof feedStore>,
    ReturnType<typeof addBatch>,
    ReturnType<typeof query>,
    ReturnType<typeof privateMessages>,
    ReturnType<typeof friends>,
    ReturnType<typeof privateContacts>,
    ReturnType<typeof about>,
    ReturnType<typeof tangle>,
    ReturnType<typeof search>,
    ReturnType<typeof replicate>,
    ReturnType<typeof ebt>,
    ReturnType<typeof blobs>,
    ReturnType<typeof net>,
    ReturnType<typeof blobsHttp>,
    ReturnType<typeof health>,
    ReturnType<typeof web>,
    ReturnType<typeof gossip>,
    ReturnType<typeof lan>,
    ReturnType<typeof invite>,
    ReturnType<typeof backup>,
    ReturnType<typeof master>
];
declare function serverPlugins({ config, keys, isNew, hasPassphrase, stateFolder, logs, explain, }: ServerOptions): ServerPlugins;
type PluginsWith<More extends readonly AnyPlugin[]> = readonly [
    ...ServerPlugins,
    ...More
];
interface More<P extends readonly AnyPlugin[]> {
    readonly plugins?: P;
}
type Server<P extends readonly AnyPlugin[] = readonly [
]> = Host<PluginsWith<P>>;
type ServerRpc<P extends readonly AnyPlugin[] = readonly [
]> = CoreRpc & Rpc<PluginsWith<P>>;
declare function createServer<const P extends readonly AnyPlugin[] = readonly [
]>(options: ServerOptions & More<P> & {
    readonly plugins?: CheckNeeds<PluginsWith<P>>;
}): Server<P>;
export { type AddBatchRpc as A, type BatchStore as B, type Explain as E, type More as M, type PluginsWith as P, type Server as S, type BatchVerdict as a, type ServerOptions as b, type ServerPlugins as c, type ServerRpc as d, addBatch as e, createServer as f, master as m, serverPlugins as s };
