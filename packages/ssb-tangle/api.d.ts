import { MsgId, FeedId } from '@scuttlebot/ssb-ref';
import { Async, Manifest } from '@scuttlebot/ssb-muxrpc';
import { Plugin } from '@scuttlebot/ssb-plugin';
type TangleErrorCode = 'SSB_TANGLE_MSG_ID';
declare class TangleError extends Error {
    readonly name = "Error";
    readonly code: TangleErrorCode;
    constructor(code: TangleErrorCode, message: string);
}
declare class Heads {
    #private;
    add(key: MsgId, ...parts: readonly unknown[]): void;
    ends(): MsgId[];
}
interface TangleMessage {
    readonly key: MsgId;
    readonly author: FeedId;
    readonly value: unknown;
}
interface TangleQueries {
    query(condition: {
        readonly is: 'link';
        readonly relation: string;
        readonly target: MsgId;
    }, options?: {
        readonly reverse?: boolean;
    }): AsyncIterable<TangleMessage>;
}
interface TangleStore {
    get(key: MsgId): Promise<TangleMessage | null>;
    read(positions: readonly number[]): Promise<readonly TangleMessage[]>;
    indexed(): Promise<void>;
}
interface TanglePrivate {
    read(condition: {
        readonly root: string;
    }): AsyncIterable<readonly {
        readonly key: MsgId;
        readonly position: number;
        readonly content: unknown;
    }[]>;
}
interface TangleNeeds {
    readonly store: TangleStore;
    readonly query: TangleQueries;
    readonly private?: TanglePrivate | undefined;
}
interface TangleApi {
    branch(root: MsgId): Promise<readonly MsgId[]>;
}
interface TangleRpc {
    readonly tangle: {
        readonly branch: Async<[
            root: MsgId
        ], readonly MsgId[]>;
    };
}
declare const tangleManifest: Manifest<TangleRpc>;
declare function tangle(): Plugin<'tangle', TangleApi, TangleNeeds, TangleRpc>;
export { Heads, type TangleApi, TangleError, type TangleErrorCode, type TangleMessage, type TangleNeeds, type TanglePrivate, type TangleQueries, type TangleRpc, type TangleStore, tangle, tangleManifest };
