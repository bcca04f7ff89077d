import { FeedId, MsgId, BlobId } from '@scuttlebot/ssb-ref';
import { Event, Plugin } from '@scuttlebot/ssb-plugin';
import { Async, Source, Manifest } from '@scuttlebot/ssb-muxrpc';
interface AboutMessage {
    readonly sequence: number;
    readonly key: MsgId;
    readonly author: FeedId;
    readonly timestamp: number;
    readonly value: {
        readonly timestamp: number;
        readonly content: unknown;
    };
}
interface AboutReader {
    next(): Promise<readonly number[] | null>;
    close(): Promise<void>;
}
interface AboutIndex {
    state(): {
        readonly position: number;
    };
    read(group: string, detail?: string, range?: {
        readonly reverse?: boolean;
        readonly lt?: number;
    }): AboutReader;
}
interface AboutStore {
    readonly position: number;
    get(key: MsgId): Promise<{
        readonly author: FeedId;
    } | null>;
    read(sequences: readonly number[]): Promise<readonly AboutMessage[]>;
    defineIndex(definition: {
        readonly name: string;
        readonly version: number;
        map(message: AboutMessage, emit: (group: string, detail?: string) => void): void;
    }): AboutIndex;
    indexed(): Promise<void>;
    readonly appended: Event<[
        batch: readonly AboutMessage[]
    ]>;
    opened?(message: AboutMessage): AboutMessage['value'] | null;
}
interface AboutOpened {
    readonly position: number;
    readonly author: FeedId;
    readonly content: unknown;
}
interface AboutPrivate {
    read(condition?: {
        readonly type?: string;
        readonly link?: string;
    }): AsyncIterable<readonly AboutOpened[]>;
    readonly opened: Event<[
        messages: readonly AboutOpened[]
    ]>;
}
interface AboutFriends {
    hops(): ReadonlyMap<FeedId, number>;
    isFollowing(source: FeedId, dest: FeedId): boolean;
}
interface AboutNeeds {
    readonly store: AboutStore;
    readonly private?: AboutPrivate | undefined;
    readonly friends?: AboutFriends | undefined;
}
declare function subjectOf(content: unknown): string | null;
interface Naming {
    readonly about: FeedId;
    readonly name: string | null;
}
declare function namingsOf(content: unknown): readonly Naming[];
declare function pictureOf(content: unknown): {
    readonly about: FeedId;
    readonly image: BlobId | null;
} | null;
type Values = ReadonlyMap<string, unknown>;
declare function socialValue(values: Values, us: string, author: string | null): unknown;
type ValuesByAuthor = Readonly<Record<string, unknown>>;
interface Abouts {
    values(key: unknown, dest: unknown): Promise<Values>;
    social(key: unknown, dest: unknown): Promise<unknown>;
    latest(key: unknown, dest: unknown): Promise<unknown>;
    latestAll(keys: readonly unknown[], dest: unknown): Promise<Readonly<Record<string, unknown>>>;
    authorOf(dest: unknown): Promise<FeedId | null>;
}
type AboutErrorCode = 'SSB_ABOUT_NOT_FOUND' | 'SSB_ABOUT_USAGE';
declare class AboutError extends Error {
    readonly name: string;
    readonly code: AboutErrorCode;
    constructor(code: AboutErrorCode, message: string);
}
type NameMap = Readonly<Record<FeedId, Readonly<Record<FeedId, string>>>>;
interface Signified {
    readonly id: FeedId;
    readonly name: string;
    readonly rank: readonly number[];
    readonly named: string;
}
interface AboutReadOptions {
    readonly dest: string;
    readonly reverse?: boolean;
    readonly limit?: number;
    readonly live?: boolean;
    readonly old?: boolean;
    readonly sync?: boolean;
}
interface AboutQuestion {
    readonly key: string;
    readonly dest: string;
}
type IdArgument = string | {
    readonly id: string;
};
interface AboutRpc {
    readonly about: {
        readonly socialValue: Async<[
            question: AboutQuestion
        ], unknown>;
        readonly latestValue: Async<[
            question: AboutQuestion
        ], unknown>;
        readonly socialValues: Async<[
            question: AboutQuestion
        ], ValuesByAuthor>;
        readonly latestValues: Async<[
            question: {
                readonly keys: readonly string[];
                readonly dest: string;
            }
        ], Readonly<Record<string, unknown>>>;
        readonly socialValueStream: Source<[
            question: AboutQuestion
        ], unknown>;
        readonly socialValuesStream: Source<[
            question: AboutQuestion
        ], ValuesByAuthor>;
        readonly latestValueStream: Source<[
            question: AboutQuestion & {
                readonly authorId?: string;
            }
        ], unknown>;
        readonly read: Source<[
            options: AboutReadOptions
        ], unknown>;
    };
    readonly names: {
        readonly get: Async<[
            options?: object
        ], NameMap>;
        readonly getImages: Async<[
            options?: object
        ], NameMap>;
        readonly getImageFor: Async<[
            id: IdArgument
        ], string>;
        readonly getSignifier: Async<[
            id: IdArgument
        ], string>;
        readonly getSignifies: Async<[
            prefix: string
        ], readonly Signified[]>;
    };
}
declare const aboutManifest: Manifest<AboutRpc>;
interface AboutApi extends Pick<Abouts, 'values' | 'social' | 'latest' | 'latestAll'> {
    nameOf(feed: FeedId): Promise<string>;
    ownNameOf(feed: FeedId): Promise<string | null>;
    pictureOf(feed: FeedId): Promise<string>;
}
declare function about(): Plugin<'about', AboutApi, AboutNeeds, AboutRpc>;
export { type AboutApi, AboutError, type AboutErrorCode, type AboutFriends, type AboutIndex, type AboutMessage, type AboutNeeds, type AboutOpened, type AboutPrivate, type AboutQuestion, type AboutReadOptions, type AboutReader, type AboutRpc, type AboutStore, type Abouts, type IdArgument, type NameMap, type Naming, type Signified, type Values, type ValuesByAuthor, about, aboutManifest, namingsOf, pictureOf, socialValue, subjectOf };
