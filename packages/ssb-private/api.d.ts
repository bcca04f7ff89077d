import { B as Box } from './box1.js';
export { a as Box1Options, b as BoxDefinition, O as Opener1, c as Opening, d as box1, e as defineBox, o as openerOf } from './box1.js';
import { Event, Plugin } from '@scuttlebot/ssb-plugin';
import { MsgId, FeedId } from '@scuttlebot/ssb-ref';
import { Call, Async, Sync, Source } from '@scuttlebot/ssb-muxrpc';
import '@scuttlebot/ssb-keys';
type PrivateErrorCode = 'SSB_PRIVATE_RECIPIENTS' | 'SSB_PRIVATE_CONTENT' | 'SSB_PRIVATE_TOO_LARGE' | 'SSB_PRIVATE_NOT_FOR_OTHERS';
declare class PrivateError extends Error {
    readonly name: string;
    readonly code: PrivateErrorCode;
    constructor(code: PrivateErrorCode, message: string, options?: ErrorOptions);
}
declare class TooLargeError extends PrivateError {
    readonly over: number;
    readonly perRecipient: number;
    constructor(message: string, over: number, perRecipient: number);
}
interface BoxedValue {
    readonly previous: MsgId | null;
    readonly author: FeedId;
    readonly sequence: number;
    readonly timestamp: number;
    readonly hash: string;
    readonly content: unknown;
    readonly signature: string;
}
interface BoxedMessage {
    readonly sequence: number;
    readonly key: MsgId;
    readonly author: FeedId;
    readonly timestamp: number;
    readonly value: BoxedValue;
}
interface Published {
    readonly key: MsgId;
    readonly value: BoxedValue;
    readonly timestamp: number;
}
interface PositionReader {
    next(): Promise<readonly number[] | null>;
    close(): Promise<void>;
}
interface BoxedIndex {
    state(): {
        readonly position: number;
    };
    read(group: string, detail?: string, range?: {
        readonly gt?: number;
        readonly lt?: number;
    }): PositionReader;
}
interface PrivateStore {
    readonly position: number;
    publish(content: string): Promise<Published>;
    head(feed: FeedId): {
        readonly id: MsgId;
        readonly sequence: number;
        readonly timestamp: number;
    } | null;
    at(sequence: number): Promise<BoxedMessage | null>;
    read(sequences: readonly number[]): Promise<readonly BoxedMessage[]>;
    defineIndex(definition: {
        readonly name: string;
        readonly version: number;
        map(message: BoxedMessage, emit: (group: string, detail?: string) => void): void;
    }): BoxedIndex;
    indexed(): Promise<void>;
    readonly appended: Event<[
        batch: readonly BoxedMessage[]
    ]>;
    addBoxer(boxer: (content: object, recipients: readonly unknown[]) => string | null): () => void;
    addUnboxer(unboxer: (text: string, author: string, at?: number) => {
        readonly content: unknown;
        readonly unbox?: string;
    } | null): () => void;
}
interface Stages {
    push(item: unknown): readonly unknown[];
    end(): readonly unknown[];
    readonly first: unknown;
}
interface PrivateQueries {
    pipeline(query: unknown): Stages;
}
interface ShelfEncoding {
    readonly keyEncoding: 'view';
    readonly valueEncoding: 'view';
}
type ShelfOp = {
    readonly type: 'put';
    readonly key: Uint8Array;
    readonly value: Uint8Array;
} | {
    readonly type: 'del';
    readonly key: Uint8Array;
};
interface ShelfDatabase {
    open(): Promise<void>;
    close(): Promise<void>;
    batch(operations: ShelfOp[], options: ShelfEncoding): Promise<void>;
    iterator(options: ShelfEncoding): {
        nextv(size: number): Promise<[
            Uint8Array,
            Uint8Array | undefined
        ][]>;
        close(): Promise<void>;
    };
}
declare class OpenedMessage {
    #private;
    readonly identity: FeedId | null;
    constructor(message: BoxedMessage, found: Found, identity: FeedId | null);
    get key(): MsgId;
    get author(): FeedId;
    get position(): number;
    get timestamp(): number;
    get content(): unknown;
    toJSON(): never;
    static reveal(opened: OpenedMessage): Revealed;
}
interface Found {
    readonly content: unknown;
    readonly key: Uint8Array | null;
}
interface RevealedValue extends BoxedValue {
    readonly meta: {
        readonly private: true;
        readonly original: {
            readonly content: string;
        };
        readonly unbox?: string;
    };
    readonly private: true;
    readonly cyphertext: string;
    readonly unbox?: string;
}
interface Revealed {
    readonly key: MsgId;
    readonly value: RevealedValue;
    readonly timestamp: number;
    readonly meta: {
        readonly private: true;
        readonly originalContent: string;
        readonly encryptionFormat: string;
    };
}
declare function reveal(call: Pick<Call, 'roles'>, opened: OpenedMessage): Revealed;
declare function openText(box: Box, text: string): unknown;
interface Condition {
    readonly author?: string;
    readonly type?: string;
    readonly link?: string;
    readonly root?: string;
}
interface Progress {
    readonly start: number;
    readonly current: number;
    readonly target: number;
}
interface PrivateContent {
    readonly type: string;
    readonly recps?: unknown;
    readonly [key: string]: unknown;
}
interface PrivateOptions {
    readonly own?: boolean;
    readonly max?: number;
}
interface PrivateReadOptions {
    readonly query?: unknown;
    readonly limit?: number;
    readonly reverse?: boolean;
    readonly live?: boolean;
    readonly old?: boolean;
    readonly sync?: boolean;
}
interface PrivateRpc {
    readonly private: {
        readonly publish: Async<[
            content: PrivateContent,
            recps?: string | readonly string[],
            options?: PrivateOptions
        ], Published>;
        readonly unbox: Sync<[
            boxed: string | Published
        ], unknown>;
        readonly read: Source<[
            options?: PrivateReadOptions | string
        ], unknown>;
    };
}
interface PrivateMessagesOptions {
    readonly boxes: readonly Box[];
    readonly database?: ((folder: string | null) => ShelfDatabase | null) | null;
}
interface PrivateApi {
    publish(content: unknown, recps?: unknown, options?: PrivateOptions): Promise<Published>;
    read(condition?: Condition, reverse?: boolean): AsyncIterable<readonly OpenedMessage[]>;
    readonly opened: Event<[
        messages: readonly OpenedMessage[]
    ]>;
    addBox(box: Box): () => void;
    progress(): Progress;
    settled(): Promise<void>;
}
interface PrivateNeeds {
    readonly store: PrivateStore;
    readonly query: PrivateQueries;
}
declare function privateMessages(options: PrivateMessagesOptions): Plugin<'private', PrivateApi, PrivateNeeds, PrivateRpc>;
declare const MESSAGE_MAX = 8192;
export { Box, type BoxedIndex, type BoxedMessage, type BoxedValue, type Condition, MESSAGE_MAX, OpenedMessage, type PositionReader, type PrivateApi, type PrivateContent, PrivateError, type PrivateErrorCode, type PrivateMessagesOptions, type PrivateNeeds, type PrivateOptions, type PrivateQueries, type PrivateReadOptions, type PrivateRpc, type PrivateStore, type Progress, type Published, type Revealed, type RevealedValue, type ShelfDatabase, type ShelfEncoding, type ShelfOp, type Stages, TooLargeError, openText, privateMessages, reveal };
// box1
import { Keys } from '@scuttlebot/ssb-keys';
import { FeedId } from '@scuttlebot/ssb-ref';
interface Opening {
    readonly plain: Uint8Array;
    readonly key: Uint8Array | null;
}
interface Box {
    readonly name: string;
    readonly suffix: string;
    readonly identity: FeedId | null;
    readonly recipientBytes: number;
    box(plain: Uint8Array, recipients: readonly string[], max?: number): Uint8Array | null;
    unbox(cipher: Uint8Array, author: FeedId | null): Opening | null;
    reopen(cipher: Uint8Array, key: Uint8Array): Uint8Array | null;
    unboxMany?(ciphers: readonly Uint8Array[], authors: readonly (FeedId | null)[]): Promise<readonly (Opening | null)[]> | null;
    close?(): Promise<void>;
}
interface BoxDefinition {
    readonly suffix: string;
    readonly name?: string;
    readonly identity?: FeedId;
    readonly recipientBytes?: number;
    readonly box?: Box['box'];
    readonly unbox: Box['unbox'];
    readonly reopen?: Box['reopen'];
    readonly unboxMany?: NonNullable<Box['unboxMany']>;
    readonly close?: NonNullable<Box['close']>;
}
declare function defineBox(definition: BoxDefinition): Box;
interface Opener1 {
    readonly identity: FeedId;
    unboxKey(cipher: Uint8Array): Uint8Array | null;
    unboxKeys?(ciphers: readonly Uint8Array[]): Promise<readonly (Uint8Array | null)[]> | null;
    close?(): Promise<void>;
}
declare function openerOf(keys: Pick<Keys, 'id' | 'private'>): Opener1;
interface Box1Options {
    readonly recipientsMax?: number;
}
declare function box1(opener: Opener1, options?: Box1Options): Box;
export { type Box as B, type Opener1 as O, type Box1Options as a, type BoxDefinition as b, type Opening as c, box1 as d, defineBox as e, openerOf as o };
