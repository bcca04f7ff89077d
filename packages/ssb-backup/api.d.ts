export { B as BackupFriends, a as BackupNeeds, b as BackupOptions, c as BackupReplicate, d as BackupRpc, e as BackupStore, R as RestoredNote, f as backup } from './plugin.js';
import '@scuttlebot/ssb-muxrpc';
import '@scuttlebot/ssb-plugin';
import '@scuttlebot/ssb-ref';
type BackupEntry = {
    readonly file: string;
    readonly text: string;
} | {
    readonly mark: {
        readonly sequence: number;
        readonly id: string | null;
    };
} | {
    readonly graph: Readonly<Record<string, number>>;
} | {
    readonly message: unknown;
};
declare function writeEntries(entries: AsyncIterable<BackupEntry>): AsyncGenerator<Uint8Array>;
declare function readEntries(plain: AsyncIterable<Uint8Array>): AsyncGenerator<BackupEntry>;
type BackupErrorCode = 'SSB_BACKUP_FORM' | 'SSB_BACKUP_PASSPHRASE' | 'SSB_BACKUP_DAMAGED' | 'SSB_BACKUP_WEAK';
declare class BackupError extends Error {
    readonly name: string;
    readonly code: BackupErrorCode;
    constructor(code: BackupErrorCode, message: string, options?: ErrorOptions);
}
interface Cost {
    readonly operations: number;
    readonly memory: number;
}
declare function seal(plain: AsyncIterable<Uint8Array>, passphrase: string, cost?: Cost): AsyncGenerator<Uint8Array>;
declare function unseal(file: AsyncIterable<Uint8Array>, passphrase: string): AsyncGenerator<Uint8Array>;
export { type BackupEntry, BackupError, type BackupErrorCode, readEntries, seal, unseal, writeEntries };
// plugin
import { Source } from '@scuttlebot/ssb-muxrpc';
import { Plugin, Nothing } from '@scuttlebot/ssb-plugin';
import { FeedId, MsgId } from '@scuttlebot/ssb-ref';
interface BackupStore {
    head(feed: FeedId): {
        readonly id: MsgId;
        readonly sequence: number;
    } | null;
    feed(id: FeedId): AsyncIterable<readonly {
        readonly value: unknown;
    }[]>;
    lockPublishing(reason: string): () => void;
    readonly publishLocked: string | null;
}
interface BackupFriends {
    hops(): ReadonlyMap<FeedId, number>;
}
interface BackupReplicate {
    views(feed: FeedId): readonly {
        readonly peer: FeedId;
        readonly claimed: number | null;
    }[];
    withhold(feed: FeedId, on: boolean): void;
}
interface RestoredNote {
    read(): boolean;
    remove(): void;
}
interface BackupOptions {
    files(): Promise<Readonly<Record<string, string>>>;
    readonly restored?: RestoredNote;
}
interface BackupRpc {
    readonly backup: {
        readonly make: Source<[
            passphrase: string
        ], Uint8Array>;
    };
}
type BackupNeeds = {
    store: BackupStore;
    friends?: BackupFriends;
    replicate?: BackupReplicate;
};
declare function backup(options: BackupOptions): Plugin<'backup', Nothing, BackupNeeds, BackupRpc>;
export { type BackupFriends as B, type RestoredNote as R, type BackupNeeds as a, type BackupOptions as b, type BackupReplicate as c, type BackupRpc as d, type BackupStore as e, backup as f };
