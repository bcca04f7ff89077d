import { IncomingMessage, ServerResponse } from 'node:http';
import { Plugin } from '@scuttlebot/ssb-plugin';
import { FeedId } from '@scuttlebot/ssb-ref';
import { Sync, Async, Source } from '@scuttlebot/ssb-muxrpc';
interface PageFile {
    readonly type: string;
    readonly bytes: Uint8Array;
    readonly brotli: Uint8Array | null;
}
type BuiltFiles = ReadonlyMap<string, PageFile>;
declare function builtFiles(folder?: string): Promise<BuiltFiles>;
interface LogLine {
    readonly text: string;
}
declare class LogBook {
    #private;
    constructor(linesMax?: number);
    add(text: string): void;
    recent(): readonly LogLine[];
    on(listener: (line: LogLine) => void): () => void;
}
interface RateSample {
    readonly at: number;
    readonly bytesIn: number;
    readonly bytesOut: number;
}
interface Session {
    readonly id: FeedId;
    readonly name: string;
    readonly since: number;
    readonly seen: number | null;
    readonly from: string | null;
}
interface Setting {
    readonly key: string;
    readonly value: unknown;
    readonly origin: string;
    readonly description: string;
    readonly unit: string | null;
    readonly isInert: boolean;
}
interface WebRpc {
    readonly web: {
        readonly pair: Sync<[
        ], {
            readonly url: string;
            readonly until: number;
        }>;
        readonly sessions: Sync<[
        ], readonly Session[]>;
        readonly revoke: Async<[
            id: FeedId
        ], boolean>;
        readonly settings: Sync<[
        ], readonly Setting[]>;
        readonly logs: Source<[
        ], LogLine>;
        readonly rates: Sync<[
        ], readonly RateSample[]>;
    };
}
interface WebNeeds {
    readonly net: {
        disconnect(id: FeedId): Promise<boolean>;
        readonly http: {
            use(handler: (request: IncomingMessage, response: ServerResponse, caller: {
                readonly isLocal: boolean;
                readonly isFromWeb: boolean;
            }) => boolean): () => void;
            places(): readonly {
                readonly host: string;
                readonly port: number;
                readonly isSecure: boolean;
            }[];
        };
    };
    readonly about?: {
        ownNameOf(id: FeedId): Promise<string | null>;
    };
}
interface WebOptions {
    readonly networkKey: Uint8Array;
    readonly enabled?: boolean;
    readonly remote?: boolean;
    readonly face?: {
        readonly invite: string | null;
    } | null;
    readonly files?: () => Promise<BuiltFiles>;
    readonly logs?: LogBook;
    readonly settings?: () => readonly Setting[];
}
interface WebApi {
    url(): string | null;
    link(): string | null;
}
declare function web(options: WebOptions): Plugin<'web', WebApi, WebNeeds, WebRpc>;
export { type BuiltFiles, LogBook, type LogLine, type PageFile, type RateSample, type Session, type Setting, type WebApi, type WebNeeds, type WebOptions, type WebRpc, builtFiles, web };
