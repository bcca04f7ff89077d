import { FeedId } from '@scuttlebot/ssb-ref';
import { Mux, Async, Sync } from '@scuttlebot/ssb-muxrpc';
import { Plugin } from '@scuttlebot/ssb-plugin';
import { a as InviteRecord, I as InviteStorage } from './storage.js';
export { b as InviteState, m as memoryInvites } from './storage.js';
interface InviteCode {
    readonly address: string;
    readonly remote: string;
    readonly pub: FeedId;
    readonly announced: {
        readonly host: string;
        readonly port: number;
        readonly key: FeedId;
    } | string;
    readonly redirect: string | null;
}
declare function readCode(given: unknown): InviteCode | null;
type InviteErrorCode = 'SSB_INVITE_CODE' | 'SSB_INVITE_NO_ADDRESS' | 'SSB_INVITE_UNREACHABLE' | 'SSB_INVITE_WRONG_NETWORK' | 'SSB_INVITE_WRONG_SERVER' | 'SSB_INVITE_USED_UP' | 'SSB_INVITE_NOT_ALLOWED' | 'SSB_INVITE_ALREADY_FOLLOWING' | 'SSB_INVITE_OPTIONS' | 'SSB_INVITE_FAILED';
declare class InviteError extends Error {
    readonly name: string;
    readonly code: InviteErrorCode;
    constructor(code: InviteErrorCode, message: string, options?: ErrorOptions);
}
interface InviteStore {
    publish(content: {
        readonly type: string;
        readonly [key: string]: unknown;
    }): Promise<unknown>;
}
interface InviteNet {
    addresses(scope: 'device' | 'local' | 'public'): readonly string[];
}
interface InviteFriends {
    isFollowing(source: FeedId, dest: FeedId): boolean;
}
interface InviteGossip {
    add(address: string, source: 'invite'): unknown;
    connect(address: string): Promise<unknown>;
}
interface GuestConnection {
    readonly mux: Pick<Mux, 'call'>;
    close(): Promise<void>;
}
type GuestDial = (address: string, signal: AbortSignal) => Promise<GuestConnection>;
interface CreateOptions {
    readonly uses?: number;
    readonly note?: string;
    readonly external?: string;
    readonly modern?: boolean;
    readonly hours?: number;
    readonly unchecked?: boolean;
}
interface InviteRpc {
    readonly invite: {
        readonly create: Async<[
            options?: number | string | CreateOptions
        ], string>;
        readonly use: Async<[
            options: {
                readonly feed: FeedId;
            }
        ], unknown>;
        readonly accept: Async<[
            code: string | {
                readonly invite: string;
            }
        ], readonly unknown[]>;
        readonly list: Sync<[
        ], readonly InviteRecord[]>;
        readonly revoke: Async<[
            id: FeedId
        ], boolean>;
    };
}
interface InviteApi {
    create(options?: CreateOptions): Promise<string>;
    accept(code: string): Promise<readonly unknown[]>;
    list(): readonly InviteRecord[];
    revoke(id: FeedId): Promise<boolean>;
}
interface InviteOptions {
    readonly dial: GuestDial;
    readonly storage?: InviteStorage;
    readonly allowPrivate?: boolean;
}
type InviteNeeds = {
    store: InviteStore;
    net: InviteNet;
    friends?: InviteFriends;
    gossip?: InviteGossip;
};
declare function invite(options: InviteOptions): Plugin<'invite', InviteApi, InviteNeeds, InviteRpc>;
export { type CreateOptions, type GuestConnection, type GuestDial, type InviteApi, type InviteCode, InviteError, type InviteErrorCode, type InviteFriends, type InviteGossip, type InviteNeeds, type InviteNet, type InviteOptions, InviteRecord, type InviteRpc, InviteStorage, type InviteStore, invite, readCode };
// storage
import { FeedId } from '@scuttlebot/ssb-ref';
interface InviteRecord {
    readonly id: FeedId;
    readonly total: number;
    readonly used: number;
    readonly note: string | null;
    readonly created: number;
    readonly expires: number | null;
    readonly feeds: readonly FeedId[];
}
interface InviteState {
    readonly invites: readonly InviteRecord[];
    readonly accepted: readonly FeedId[];
}
interface InviteStorage {
    load(): Promise<unknown>;
    save(state: unknown): Promise<void>;
}
declare function memoryInvites(): InviteStorage;
export { type InviteStorage as I, type InviteRecord as a, type InviteState as b, memoryInvites as m };
