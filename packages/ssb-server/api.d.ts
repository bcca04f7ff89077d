import { Async } from '@scuttlebot/ssb-muxrpc';
import { Plugin, Nothing, Log, Host, CoreRpc, Rpc } from '@scuttlebot/ssb-plugin';
import { FsckRequest, FsckOutcome, MigrateRequest, MigrateOutcome, RestoreRequest, RestoreOutcome } from '@scuttlebot/ssb-cli';
import { Keys } from '@scuttlebot/ssb-keys';
import { FeedId } from '@scuttlebot/ssb-ref';
import { Config } from '@scuttlebot/ssb-config';
import { about } from '@scuttlebot/ssb-about';
import { backup } from '@scuttlebot/ssb-backup';
import { blobs } from '@scuttlebot/ssb-blobs';
import { blobsHttp } from '@scuttlebot/ssb-blobs/http-plugin';
import { ebt } from '@scuttlebot/ssb-ebt';
import { feedStore } from '@scuttlebot/ssb-feed-store';
import { FriendsApi, friends } from '@scuttlebot/ssb-friends';
import { gossip } from '@scuttlebot/ssb-gossip';
import { health } from '@scuttlebot/ssb-health';
import { invite } from '@scuttlebot/ssb-invite';
import { lan } from '@scuttlebot/ssb-lan';
import { net } from '@scuttlebot/ssb-net';
import { PrivateApi, privateMessages } from '@scuttlebot/ssb-private';
import { query } from '@scuttlebot/ssb-query';
import { replicate } from '@scuttlebot/ssb-replicate';
import { search } from '@scuttlebot/ssb-search';
import { tangle } from '@scuttlebot/ssb-tangle';
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
declare function master(feeds: readonly string[]): Plugin<'master', Nothing>;
declare function migrateFolder({ config, from, progress, signal }: MigrateRequest, stateFolder: string): Promise<MigrateOutcome>;
declare function restoreFolder({ config, file, passphrase }: RestoreRequest, stateFolder: string): Promise<RestoreOutcome>;
interface Needs {
    readonly private: Pick<PrivateApi, 'opened' | 'read'>;
    readonly friends: Pick<FriendsApi, 'setPrivate'>;
}
declare function privateContacts(): Plugin<'private-contacts', Nothing, Needs>;
interface ServerOptions {
    readonly config: Config;
    readonly keys: Keys;
    readonly log?: (plugin: string) => Log;
    readonly isNew?: boolean;
    readonly hasPassphrase?: boolean;
    readonly stateFolder?: string;
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
    ReturnType<typeof gossip>,
    ReturnType<typeof lan>,
    ReturnType<typeof invite>,
    ReturnType<typeof backup>,
    ReturnType<typeof master>
];
type Server = Host<ServerPlugins>;
type ServerRpc = CoreRpc & Rpc<ServerPlugins>;
declare function createServer(options: ServerOptions): Server;
interface StartOptions {
    readonly config: Config;
    readonly warnings: readonly string[];
    readonly program: string;
    readonly stateFolder: string;
    readonly passphrase?: string | undefined;
    out(text: string): Promise<void>;
    err(text: string): void;
    readonly signal: AbortSignal;
}
declare function startServer(options: StartOptions): Promise<number>;
export { type AddBatchRpc, type BatchStore, type BatchVerdict, type LogLevel, type Server, ServerError, type ServerErrorCode, type ServerOptions, type ServerPlugins, type ServerRpc, type StartOptions, addBatch, checkStore, createLog, createServer, forgetNewKey, lockKey, master, migrateFolder, openFolder, restoreFolder, startServer, stateFolderOf, writeManifest };
