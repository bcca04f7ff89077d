export { a as RpcError, R as RpcErrorCode } from './errors.js';
type MethodKind = 'sync' | 'async' | 'source' | 'sink' | 'duplex';
type CallKind = 'async' | 'source' | 'sink' | 'duplex';
type Role = 'owner' | 'guest' | 'anonymous' | (string & {});
interface Method<Kind extends MethodKind = MethodKind, Args extends readonly unknown[] = readonly unknown[], Out = unknown, In = never> {
    readonly kind: Kind;
    readonly args: Args;
    readonly out: Out;
    readonly in: In;
}
type Sync<Args extends readonly unknown[], Out> = Method<'sync', Args, Out>;
type Async<Args extends readonly unknown[], Out> = Method<'async', Args, Out>;
type Source<Args extends readonly unknown[], Out> = Method<'source', Args, Out>;
type Sink<Args extends readonly unknown[], In> = Method<'sink', Args, void, In>;
type Duplex<Args extends readonly unknown[], Out, In> = Method<'duplex', Args, Out, In>;
type AnyMethod = Method<MethodKind, any, any, any>;
interface RpcTree {
    readonly [name: string]: AnyMethod | RpcTree;
}
interface MethodSpec<Kind extends MethodKind = MethodKind> {
    readonly kind: Kind;
    readonly allow?: readonly Role[];
    readonly raw?: boolean;
    readonly help?: MethodHelp;
}
interface MethodHelp {
    readonly description: string;
    readonly args?: {
        readonly [name: string]: ArgHelp;
    };
    readonly takes?: 'words' | 'names' | 'fields';
    readonly example?: string;
}
interface ArgHelp {
    readonly type: string;
    readonly description: string;
    readonly also?: readonly string[];
    readonly optional?: boolean;
    readonly default?: unknown;
}
interface Call {
    readonly peer: string | null;
    readonly roles: readonly Role[];
    readonly signal: AbortSignal;
}
interface Body {
    readonly type: 0 | 1 | 2;
    readonly bytes: Uint8Array;
}
declare class JsonBytes {
    readonly bytes: Uint8Array;
    constructor(bytes: Uint8Array);
}
declare class Batch<T> {
    readonly items: readonly T[];
    constructor(items: readonly T[]);
}
type Reply<Out> = Out | JsonBytes;
type Item<Out> = Out | JsonBytes | Batch<Out | JsonBytes>;
interface Incoming<T> extends AsyncIterable<T> {
    batches(): AsyncIterable<readonly T[]>;
}
type HandlerOf<M> = M extends Method<infer Kind, infer Args, infer Out, infer In> ? Kind extends 'source' ? (call: Call, ...args: Args) => AsyncIterable<Item<Out>> : Kind extends 'sink' ? (call: Call, input: Incoming<In>, ...args: Args) => Promise<void> : Kind extends 'duplex' ? (call: Call, input: Incoming<In>, ...args: Args) => AsyncIterable<Item<Out>> : (call: Call, ...args: Args) => Promise<Reply<Out>> | Reply<Out> : never;
type Handlers<Rpc> = {
    readonly [K in keyof Rpc]: Rpc[K] extends AnyMethod ? HandlerOf<Rpc[K]> : Handlers<Rpc[K]>;
};
type RemoteOf<M> = M extends Method<infer Kind, infer Args, infer Out, infer In> ? Kind extends 'source' ? (...args: Args) => Incoming<Out> : Kind extends 'sink' ? (input: AsyncIterable<Item<In>>, ...args: Args) => Promise<void> : Kind extends 'duplex' ? (input: AsyncIterable<Item<In>>, ...args: Args) => Incoming<Out> : (...args: Args) => Promise<Out> : never;
type Remote<Rpc> = {
    readonly [K in keyof Rpc]: Rpc[K] extends AnyMethod ? RemoteOf<Rpc[K]> : Remote<Rpc[K]>;
};
type Manifest<Rpc> = {
    readonly [K in keyof Rpc]: Rpc[K] extends Method<infer Kind, infer _A, infer _O, infer _I> ? MethodSpec<Kind> : Manifest<Rpc[K]>;
};
interface PlainManifest {
    readonly [name: string]: MethodKind | PlainManifest;
}
interface Caller {
    readonly peer: string | null;
    readonly roles: readonly Role[];
}
interface Permissions {
    readonly allow: readonly (string | readonly string[])[] | null;
    readonly deny: readonly (string | readonly string[])[] | null;
}
interface Found {
    readonly ok: true;
    readonly kind: MethodKind;
    readonly raw: boolean;
    invoke(call: Call, args: readonly unknown[], input: Incoming<unknown> | null): unknown;
}
interface Refused {
    readonly ok: false;
    readonly message: string;
    readonly name?: string;
}
interface Face {
    readonly call: Caller;
    find(path: readonly string[], type: CallKind): Found | Refused;
}
interface FaceOptions {
    readonly manifest: object;
    readonly handlers: object;
    readonly peer: string | null;
    readonly roles: readonly Role[] | Permissions;
}
declare function createFace(options: FaceOptions): Face;
declare function plainManifest(tree: object): PlainManifest;
interface MuxLimits {
    readonly bodyBytesMax: number;
    readonly callBytesMax: number;
    readonly sendBytesMax: number;
    readonly streamsMax: number;
    readonly callsMax: number;
    readonly streamBytesPause: number;
    readonly streamBytesMax: number;
    readonly queueBytesPause: number;
    readonly queueBytesMax: number;
    readonly outBytesMax: number;
}
declare const STRANGER_LIMITS: MuxLimits;
declare const TRUSTED_LIMITS: MuxLimits;
interface MuxOptions {
    readonly face: Face;
    readonly peer: string | null;
    write(chunks: readonly Uint8Array[]): boolean;
    pause?(on: boolean): void;
    onClose?(error: Error | null): void;
    readonly limits?: Partial<MuxLimits>;
}
interface MuxStats {
    readonly bytesIn: number;
    readonly bytesOut: number;
    readonly callsIn: number;
    readonly callsOut: number;
    readonly callsOpen: number;
    readonly streamsOpen: number;
    readonly queuedIn: number;
    readonly queuedOut: number;
    readonly limited: number;
}
interface StreamOptions {
    readonly raw?: boolean;
    readonly signal?: AbortSignal;
}
interface Mux {
    receive(chunk: Uint8Array): void;
    drain(): void;
    end(error?: Error): void;
    call(path: readonly string[], args: readonly unknown[]): Promise<unknown>;
    source(path: readonly string[], args: readonly unknown[], options: StreamOptions & {
        readonly raw: true;
    }): Incoming<Body>;
    source(path: readonly string[], args: readonly unknown[], options?: StreamOptions): Incoming<unknown>;
    sink(path: readonly string[], args: readonly unknown[], input: AsyncIterable<unknown>, options?: Pick<StreamOptions, 'signal'>): Promise<void>;
    duplex(path: readonly string[], args: readonly unknown[], input: AsyncIterable<unknown>, options: StreamOptions & {
        readonly raw: true;
    }): Incoming<Body>;
    duplex(path: readonly string[], args: readonly unknown[], input: AsyncIterable<unknown>, options?: StreamOptions): Incoming<unknown>;
    remote<Rpc>(manifest: PlainManifest): Remote<Rpc>;
    close(): Promise<void>;
    readonly closed: Promise<Error | null>;
    readonly stats: MuxStats;
}
declare function createMux(options: MuxOptions): Mux;
export { type AnyMethod, type ArgHelp, type Async, Batch, type Body, type Call, type CallKind, type Caller, type Duplex, type Face, type FaceOptions, type Found, type Handlers, type Incoming, type Item, JsonBytes, type Manifest, type Method, type MethodHelp, type MethodKind, type MethodSpec, type Mux, type MuxLimits, type MuxOptions, type MuxStats, type Permissions, type PlainManifest, type Refused, type Remote, type Reply, type Role, type RpcTree, STRANGER_LIMITS, type Sink, type Source, type StreamOptions, type Sync, TRUSTED_LIMITS, createFace, createMux, plainManifest };
// errors
type RpcErrorCode = 'SSB_MUXRPC_REMOTE' | 'SSB_MUXRPC_CLOSED' | 'SSB_MUXRPC_ABORTED' | 'SSB_MUXRPC_LIMIT' | 'SSB_MUXRPC_OVERFLOW' | 'SSB_MUXRPC_FRAME_TOO_LARGE' | 'SSB_MUXRPC_BAD_FRAME' | 'SSB_MUXRPC_TRUNCATED';
declare class RpcError extends Error {
    readonly name: string;
    readonly code: RpcErrorCode;
    readonly remote: boolean;
    readonly remoteCode: string | undefined;
    constructor(code: RpcErrorCode, message: string, remote?: {
        readonly name?: string;
        readonly code?: string;
    } | null, options?: {
        readonly cause?: unknown;
    });
}
export { type RpcErrorCode as R, RpcError as a };
