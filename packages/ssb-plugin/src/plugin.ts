import type { Face, Handlers, Manifest } from '@scuttlebot/ssb-muxrpc'
import type { FeedId } from '@scuttlebot/ssb-ref'
import type { Hooks, Permissions } from './hooks.ts'
import type { MetricsBook } from './metrics.ts'
import type { Policy } from './policy.ts'

/** Needs nothing, or offers nothing. */
// biome-ignore lint/complexity/noBannedTypes: an object type with no properties
export type Nothing = {}

/** The run-time list of needs; the type makes it complete and correct. */
export type NeedsSpec<Needs> = {
  readonly [K in keyof Needs]-?: undefined extends Needs[K] ? 'optional' : 'required'
}

/** Time, so that tests and the simulator own it. */
export interface Clock {
  /** Milliseconds since 1970; may have a fraction. */
  now(): number
  /** Call `run` once after `ms` milliseconds; returns the way to cancel. Never keeps the process alive. */
  setTimeout(run: () => void, ms: number): () => void
}

/** Where a plugin tells what it does. Its name is already in it. */
export interface Log {
  debug(text: string, facts?: Readonly<Record<string, unknown>>): void
  info(text: string, facts?: Readonly<Record<string, unknown>>): void
  warn(text: string, facts?: Readonly<Record<string, unknown>>): void
  error(text: string, facts?: Readonly<Record<string, unknown>>): void
}

/** Who calls, for the choice of what it may call. */
export interface Caller {
  /** Feed id, or `null` for a call from this process. */
  readonly peer: FeedId | null
  /** Role names, or the classic allow and deny lists. */
  readonly rights: readonly string[] | Permissions
}

/** The methods of all plugins together. */
export interface RpcRoot {
  /** Nested `{ name: kind }`, as the `manifest` method answers. */
  manifest(): Readonly<Record<string, unknown>>
  /** What `caller` may call. */
  face(caller: Caller): Face
}

/** What the host hands to a plugin: everything that touches the world outside goes through it. */
export interface Context<Needs> {
  /** APIs of the plugins that this one needs, by plugin name. */
  readonly needs: Needs
  readonly hooks: Hooks
  readonly policy: Policy
  /** Own feed id. */
  readonly id: FeedId
  /** Ed25519 signature (64 bytes) of `bytes` with the own key. The key itself is not handed out. */
  sign(bytes: Uint8Array): Uint8Array
  /** That many random bytes; injected, so that a test can replay. */
  random(bytes: number): Uint8Array
  readonly clock: Clock
  readonly log: Log
  /** Where this plugin offers its figures; those of all can be read there. */
  readonly metrics: MetricsBook
  /** Aborted when the host stops. */
  readonly signal: AbortSignal
  /** Where this plugin may write; `null`: keep everything in memory. */
  readonly folder: string | null
  readonly rpc: RpcRoot
}

/** A plugin that has been set up. */
export interface Instance<Api extends object, Rpc> {
  readonly api: Api
  readonly handlers: Handlers<Rpc>
  /** Open files, sockets and timers. All `needs` have started. */
  start?(): Promise<void>
  /** Give them back. All dependants have stopped. */
  stop?(): Promise<void>
}

/** A named unit of the server: what it needs, what it offers here, and over the wire. */
export interface Plugin<
  Name extends string,
  Api extends object,
  Needs extends object = Nothing,
  Rpc extends object = Nothing,
> extends AnyPlugin {
  readonly name: Name
  readonly needs: NeedsSpec<Needs>
  readonly manifest: Manifest<Rpc>
  /** Wire things together; no input or output yet. */
  setup(context: Context<Needs>): Instance<Api, Rpc>
  /** For inference only; never set. */
  readonly '~types'?: {
    readonly name: Name
    readonly api: Api
    readonly needs: Needs
    readonly rpc: Rpc
  }
}

/** Any plugin at all. */
export interface AnyPlugin {
  readonly name: string
  readonly needs: { readonly [name: string]: 'optional' | 'required' }
  /** Methods from the root of the manifest, with kind, permission and help; known before anything starts. */
  readonly manifest: object
  // biome-ignore lint/suspicious/noExplicitAny: the top of the plugin types
  setup(context: Context<any>): Instance<any, any>
  readonly '~types'?: {
    readonly name: string
    readonly api: object
    readonly needs: object
    readonly rpc: object
  }
}

type TypesOf<P extends AnyPlugin> = NonNullable<P['~types']>
type Intersect<U> = (U extends unknown ? (u: U) => void : never) extends (i: infer I) => void
  ? I
  : never

/** The APIs of some plugins, by name: `{ store: StoreApi; ebt: EbtApi }`. */
export type Apis<P extends readonly AnyPlugin[]> = {
  readonly [T in TypesOf<P[number]> as T['name']]: T['api']
}

/** What some plugins need, together. */
export type Needs<P extends readonly AnyPlugin[]> = Intersect<TypesOf<P[number]>['needs']>

/** The methods of some plugins, together; a client of them is `Remote<Rpc<typeof plugins>>`. */
export type Rpc<P extends readonly AnyPlugin[]> = Intersect<TypesOf<P[number]>['rpc']>

type Unmet<N, A> = {
  [K in keyof N]-?: undefined extends N[K]
    ? K extends keyof A
      ? A[K] extends N[K]
        ? never
        : K
      : never
    : K extends keyof A
      ? A[K] extends N[K]
        ? never
        : K
      : K
}[keyof N]

/** `unknown` when every need is met and fits; else a type that names what is missing or does not fit. */
export type CheckNeeds<P extends readonly AnyPlugin[]> = [Unmet<Needs<P>, Apis<P>>] extends [never]
  ? unknown
  : { readonly 'needed, but no plugin provides it': Unmet<Needs<P>, Apis<P>> }
