import { E as Engine } from './engine-XYrqaLM5.js';
export { a as Entry, M as Mark, t as textOf, w as wordsOf } from './engine-XYrqaLM5.js';
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
