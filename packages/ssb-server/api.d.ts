export { A as AddBatchRpc, B as BatchStore, a as BatchVerdict, M as More, P as PluginsWith, S as Server, b as ServerOptions, c as ServerPlugins, d as ServerRpc, e as addBatch, f as createServer, m as master, s as serverPlugins } from './server-GWUWjx5S.js';
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
declare function createLog(level: LogLevel, write: (line: string) => void, now?: () => number): (plugin: string) => Log;
declare function migrateFolder({ config, from, progress, signal }: MigrateRequest, stateFolder: string): Promise<MigrateOutcome>;
declare function restoreFolder({ config, file, passphrase }: RestoreRequest, stateFolder: string): Promise<RestoreOutcome>;
interface StartOptions {
    readonly config: Config;
    readonly warnings: readonly string[];
    readonly plugins?: readonly AnyPlugin[];
    readonly program: string;
    readonly stateFolder: string;
    readonly passphrase?: string | undefined;
    out(text: string): Promise<void>;
    err(text: string): void;
    readonly signal: AbortSignal;
}
declare function startServer(options: StartOptions): Promise<number>;
export { type LogLevel, ServerError, type ServerErrorCode, type StartOptions, checkStore, createLog, forgetNewKey, lockKey, migrateFolder, openFolder, restoreFolder, startServer, stateFolderOf, writeManifest };
