import { Async } from '@scuttlebot/ssb-muxrpc';
import { Plugin, Nothing, Log, Host, CoreRpc, Rpc } from '@scuttlebot/ssb-plugin';
import { Keys } from '@scuttlebot/ssb-keys';
import { FeedId } from '@scuttlebot/ssb-ref';
import { Config } from '@scuttlebot/ssb-config';
import { about } from '@scuttlebot/ssb-about';
import { BlobsSource, blobs } from '@scuttlebot/ssb-blobs';
import { ebt } from '@scuttlebot/ssb-ebt';
import { feedStore } from '@scuttlebot/ssb-feed-store';
import { FriendsApi, friends } from '@scuttlebot/ssb-friends';
import { gossip } from '@scuttlebot/ssb-gossip';
import { invite } from '@scuttlebot/ssb-invite';
import { lan } from '@scuttlebot/ssb-lan';
import { HttpSide, net } from '@scuttlebot/ssb-net';
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
type ServerErrorCode = 'SSB_SERVER_FOLDER' | 'SSB_SERVER_KEY_IN_USE';
declare class ServerError extends Error {
    readonly name: string;
    readonly code: ServerErrorCode;
    constructor(code: ServerErrorCode, message: string, options?: ErrorOptions);
}
declare function openFolder(path: string): {
    readonly keys: Keys;
    readonly isNew: boolean;
};
declare function writeManifest(path: string, manifest: object): void;
declare function stateFolderOf(environment: Readonly<Record<string, string | undefined>>, home: string): string;
declare function lockKey(stateFolder: string, feed: FeedId, path: string): Promise<() => Promise<void>>;
type LogLevel = Config['logging']['level'];
declare function createLog(level: LogLevel, write: (line: string) => void, now?: () => number): (plugin: string) => Log;
declare function master(feeds: readonly string[]): Plugin<'master', Nothing>;
interface Needs$1 {
    readonly net: {
        readonly http: HttpSide;
    };
    readonly blobs: BlobsSource;
}
interface BlobsHttpOptions {
    readonly remote?: boolean;
}
declare function blobsHttp(options?: BlobsHttpOptions): Plugin<'blobs-http', Nothing, Needs$1>;
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
    ReturnType<typeof gossip>,
    ReturnType<typeof lan>,
    ReturnType<typeof invite>,
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
    out(text: string): Promise<void>;
    err(text: string): void;
    readonly signal: AbortSignal;
}
declare function startServer(options: StartOptions): Promise<number>;
export { type AddBatchRpc, type BatchStore, type BatchVerdict, type LogLevel, type Server, ServerError, type ServerErrorCode, type ServerOptions, type ServerPlugins, type ServerRpc, type StartOptions, addBatch, createLog, createServer, lockKey, master, openFolder, startServer, stateFolderOf, writeManifest };
