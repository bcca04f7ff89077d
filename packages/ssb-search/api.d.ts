import { E as Engine } from './engine.js';
export { a as Entry, M as Mark, t as textOf, w as wordsOf } from './engine.js';
import { MsgId, FeedId } from '@scuttlebot/ssb-ref';
import { Event, Plugin } from '@scuttlebot/ssb-plugin';
import { Source, Manifest } from '@scuttlebot/ssb-muxrpc';
interface SearchMessage {
    readonly sequence: number;
    readonly key: MsgId;
    readonly author: FeedId;
    readonly value: {
        readonly timestamp: number;
        readonly content: unknown;
    };
}
interface SearchStore {
    readonly position: number;
    at(position: number): Promise<SearchMessage | null>;
    read(positions: readonly number[]): Promise<readonly SearchMessage[]>;
    log(range: {
        readonly gt: number;
    }): AsyncIterable<readonly SearchMessage[]>;
    readonly appended: Event<[
        batch: readonly SearchMessage[]
    ]>;
    opened?(message: SearchMessage): SearchMessage['value'] | null;
}
interface SearchOpened {
    readonly position: number;
    readonly content: unknown;
}
interface SearchPrivate {
    read(): AsyncIterable<readonly SearchOpened[]>;
    readonly opened: Event<[
        messages: readonly SearchOpened[]
    ]>;
}
interface SearchNeeds {
    readonly store: SearchStore;
    readonly private?: SearchPrivate | undefined;
}
declare const HITS_MAX = 2000;
interface Hit {
    readonly key: MsgId;
    readonly value: SearchMessage['value'];
    readonly rank?: number;
}
interface Progress {
    readonly start: number;
    readonly current: number;
    readonly target: number;
}
interface SearchOptions {
    engine(folder: string | null): Engine;
    secretEngine(): Engine;
}
interface SearchQuery {
    readonly query?: string;
    readonly limit?: number;
    readonly private?: boolean;
}
interface SearchApi {
    find(question: string, limit?: number): Promise<readonly Hit[]>;
    progress(): Progress;
    settled(): Promise<void>;
}
interface SearchRpc {
    readonly search: {
        readonly query: Source<[
            query?: SearchQuery | string
        ], Hit>;
    };
}
declare const searchManifest: Manifest<SearchRpc>;
declare function search(options: SearchOptions): Plugin<'search', SearchApi, SearchNeeds, SearchRpc>;
export { Engine, HITS_MAX, type Hit, type Progress, type SearchApi, type SearchMessage, type SearchNeeds, type SearchOpened, type SearchOptions, type SearchPrivate, type SearchQuery, type SearchRpc, type SearchStore, search, searchManifest };
// engine
interface Entry {
    readonly position: number;
    readonly text: string;
}
interface Mark {
    readonly position: number;
    readonly id: string | null;
}
interface Engine {
    mark(): Mark;
    write(entries: readonly Entry[], mark: Mark): void;
    find(words: readonly string[], limit: number): readonly number[];
    remove(positions: readonly number[]): void;
    clear(): void;
    close(): void;
}
declare function wordsOf(question: string): readonly string[];
declare function textOf(content: unknown): string | null;
export { type Engine as E, type Mark as M, type Entry as a, textOf as t, wordsOf as w };
