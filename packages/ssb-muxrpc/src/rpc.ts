/** How a method moves data. `sync` is a manifest spelling of `async`: on the wire both are one reply. */
export type MethodKind = 'sync' | 'async' | 'source' | 'sink' | 'duplex'

/** The kinds that a call packet can ask for: a `sync` method is called as `async`. */
export type CallKind = 'async' | 'source' | 'sink' | 'duplex'

/** What a caller is to us. The owner may call everything; the others what a method's `allow` names. */
export type Role = 'owner' | 'guest' | 'anonymous' | (string & {})

/** A method's type, as a token that has no value: its kind, arguments, and what its streams carry. */
export interface Method<
  Kind extends MethodKind = MethodKind,
  Args extends readonly unknown[] = readonly unknown[],
  Out = unknown,
  In = never,
> {
  readonly kind: Kind
  readonly args: Args
  readonly out: Out
  readonly in: In
}

/** One reply, from code that answers at once; the manifest says `sync`. */
export type Sync<Args extends readonly unknown[], Out> = Method<'sync', Args, Out>
/** One reply. */
export type Async<Args extends readonly unknown[], Out> = Method<'async', Args, Out>
/** A stream from the callee to the caller. */
export type Source<Args extends readonly unknown[], Out> = Method<'source', Args, Out>
/** A stream from the caller to the callee; its end is the reply. */
export type Sink<Args extends readonly unknown[], In> = Method<'sink', Args, void, In>
/** A stream each way, ending independently. */
export type Duplex<Args extends readonly unknown[], Out, In> = Method<'duplex', Args, Out, In>

// biome-ignore lint/suspicious/noExplicitAny: the top of the method types
export type AnyMethod = Method<MethodKind, any, any, any>

/** A tree of methods, from the root of the manifest. */
export interface RpcTree {
  readonly [name: string]: AnyMethod | RpcTree
}

/** What a method declares once, beside its code: the manifest, permissions and help come from it. */
export interface MethodSpec<Kind extends MethodKind = MethodKind> {
  readonly kind: Kind
  /** Who may call it besides the owner, who may call everything. Absent: nobody. */
  readonly allow?: readonly Role[]
  /** The input items of a sink or duplex arrive as {@link Body}, not parsed. */
  readonly raw?: boolean
  readonly help?: MethodHelp
}

/** What people are told of a method. */
export interface MethodHelp {
  /** One sentence. */
  readonly description: string
  readonly args?: { readonly [name: string]: ArgHelp }
  /**
   * How the arguments arrive. `words`, the default: one after another, options in an object behind them. `names`: all in
   * one object. `fields`: an object may have fields of any name besides, such as those of a message. Command lines
   * refuse what is not declared, unless it may be a field.
   */
  readonly takes?: 'words' | 'names' | 'fields'
  /** A command line, without the program's name. */
  readonly example?: string
}

/** What people are told of one argument or option. */
export interface ArgHelp {
  readonly type: string
  readonly description: string
  /** Other names of it, which are taken and not advertised. */
  readonly also?: readonly string[]
  readonly optional?: boolean
  readonly default?: unknown
}

/** What a handler knows of its caller. */
export interface Call {
  /** Feed id of the caller; `null`: a call from this process. */
  readonly peer: string | null
  readonly roles: readonly Role[]
  /**
   * Aborted when nobody waits for the result any more: the connection has closed, the host stops,
   * or (streams only) the caller has aborted this stream.
   */
  readonly signal: AbortSignal
}

/** One packet body as it came, not parsed. A view of received memory: copy what is to be kept long. */
export interface Body {
  /** 0: bytes, 1: UTF-8 text, 2: JSON. Nothing has checked that the bytes are what the type says. */
  readonly type: 0 | 1 | 2
  readonly bytes: Uint8Array
}

/** A JSON value that is already serialised: it is sent as it is. Nobody checks that it is JSON. */
export class JsonBytes {
  readonly bytes: Uint8Array
  /** @param bytes compact JSON as UTF-8, never empty; not copied and not to be changed afterwards. */
  constructor(bytes: Uint8Array) {
    this.bytes = bytes
  }
}

/** Several items at once: a stream may yield a batch wherever it may yield an item. */
export class Batch<T> {
  readonly items: readonly T[]
  /** @param items in stream order; may be empty. */
  constructor(items: readonly T[]) {
    this.items = items
  }
}

/** What a handler may answer in place of `Out`: the value, or its JSON. */
export type Reply<Out> = Out | JsonBytes

/** What a stream may yield: an item, its JSON, or a batch of either. */
export type Item<Out> = Out | JsonBytes | Batch<Out | JsonBytes>

/**
 * The receiving end of a stream. It can be read once, by `for await` or by `batches()`, not by both.
 * Leaving the loop early (`break`, `return()`) ends the stream towards the peer.
 */
export interface Incoming<T> extends AsyncIterable<T> {
  /** The same items, as many at a time as have arrived: one promise for all of them. */
  batches(): AsyncIterable<readonly T[]>
}

type HandlerOf<M> =
  M extends Method<infer Kind, infer Args, infer Out, infer In>
    ? Kind extends 'source'
      ? (call: Call, ...args: Args) => AsyncIterable<Item<Out>>
      : Kind extends 'sink'
        ? (call: Call, input: Incoming<In>, ...args: Args) => Promise<void>
        : Kind extends 'duplex'
          ? (call: Call, input: Incoming<In>, ...args: Args) => AsyncIterable<Item<Out>>
          : (call: Call, ...args: Args) => Promise<Reply<Out>> | Reply<Out>
    : never

/** The functions that serve a tree of methods. */
export type Handlers<Rpc> = {
  readonly [K in keyof Rpc]: Rpc[K] extends AnyMethod ? HandlerOf<Rpc[K]> : Handlers<Rpc[K]>
}

type RemoteOf<M> =
  M extends Method<infer Kind, infer Args, infer Out, infer In>
    ? Kind extends 'source'
      ? (...args: Args) => Incoming<Out>
      : Kind extends 'sink'
        ? (input: AsyncIterable<Item<In>>, ...args: Args) => Promise<void>
        : Kind extends 'duplex'
          ? (input: AsyncIterable<Item<In>>, ...args: Args) => Incoming<Out>
          : (...args: Args) => Promise<Out>
    : never

/** The same tree as a caller on the other end sees it. */
export type Remote<Rpc> = {
  readonly [K in keyof Rpc]: Rpc[K] extends AnyMethod ? RemoteOf<Rpc[K]> : Remote<Rpc[K]>
}

/** Kind, permission and help of each method; known before anything is set up. */
export type Manifest<Rpc> = {
  readonly [K in keyof Rpc]: Rpc[K] extends Method<infer Kind, infer _A, infer _O, infer _I>
    ? MethodSpec<Kind>
    : Manifest<Rpc[K]>
}

/** A manifest as it is served on the wire: nested names, each leaf a kind. */
export interface PlainManifest {
  readonly [name: string]: MethodKind | PlainManifest
}
