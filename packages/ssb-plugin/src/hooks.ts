import type { FeedId } from '@scuttlebot/ssb-ref'
import type { Peer } from './peer.ts'

/** Tell every listener; what a listener returns is not used, and what it throws stops nobody else. */
export interface Event<A extends readonly unknown[]> {
  /** Listen from now on; returns the way to stop. */
  on(listener: (...args: A) => void): () => void
  emit(...args: A): void
}

/** Ask each judge in order; the first answer that is not `undefined` wins. */
export interface Decision<A extends readonly unknown[], R> {
  /** Add a judge. Lower `order` is asked first; equal orders in the order of their adding. */
  add(order: number, judge: (...args: A) => R | undefined | Promise<R | undefined>): () => void
  ask(...args: A): Promise<R | undefined>
}

/** Hand a value from one to the next; each may return a changed one. */
export interface Filter<T> {
  add(change: (value: T) => T): () => void
  apply(value: T): T
}

/** Which methods a caller may use, in the form that the classic `auth` hook answers. */
export interface Permissions {
  /** Dotted names or prefixes of them; `null` allows everything. */
  readonly allow: readonly string[] | null
  /** Dotted names or prefixes of them; wins over `allow`. */
  readonly deny: readonly string[] | null
}

/** May this peer come in, and as what? */
export type AuthAnswer =
  | {
      readonly allow: true
      readonly roles: readonly string[]
      /** A program of the owner that is no peer: it has no feed, and nothing is replicated with it. */
      readonly isClient?: boolean
    }
  | { readonly allow: true; readonly permissions: Permissions }
  | { readonly allow: false; readonly reason: string }

/** Who knocks, and how. */
export interface AuthRequest {
  readonly peer: FeedId
  /** Name of the transport: `net`, `unix`, `ws` … */
  readonly transport: string
  /** IP address that it comes from, as this machine sees it; absent where there is none, or it is not known. */
  readonly host?: string
}

/** Where any plugin can act on what the host does. Other events belong to the API of the plugin that emits them. */
export interface Hooks {
  /** A connection is ready for calls. */
  readonly peerConnected: Event<[peer: Peer]>
  /** A connection has ended; `reason` is a sentence for people. */
  readonly peerDisconnected: Event<[peer: Peer, reason: string]>
  /**
   * A peer has done something wrong that its connection alone does not show: forged messages, false blobs. `weight`
   * is on a scale on which 100 at once is worth a ban. To be told once for each fault, by whoever has seen it.
   */
  readonly peerMisbehaved: Event<[peer: FeedId, kind: string, weight: number]>
  /** Asked for each incoming connection before it is accepted. No answer: accepted as `anonymous`. */
  readonly authorize: Decision<[request: AuthRequest], AuthAnswer>
  /** What the `status` method answers. */
  readonly status: Filter<Readonly<Record<string, unknown>>>
  /** What the `progress` method answers. */
  readonly progress: Filter<Readonly<Record<string, unknown>>>
}

/** Make an event. `onError` gets what listeners throw. */
export function event<A extends readonly unknown[]>(
  onError: (error: unknown) => void = rethrowLater,
): Event<A> {
  const listeners = new Set<(...args: A) => void>()
  return {
    on(listener) {
      const own = (...args: A): void => listener(...args)
      listeners.add(own)
      return () => void listeners.delete(own)
    },
    emit(...args) {
      for (const listener of listeners) {
        try {
          listener(...args)
        } catch (error) {
          onError(error)
        }
      }
    },
  }
}

/** Make a decision point. */
export function decision<A extends readonly unknown[], R>(): Decision<A, R> {
  type Judge = (...args: A) => R | undefined | Promise<R | undefined>
  const judges: { readonly order: number; readonly judge: Judge }[] = []
  return {
    add(order, judge) {
      const entry = { order, judge }
      const after = judges.findIndex((other) => other.order > order)
      judges.splice(after < 0 ? judges.length : after, 0, entry)
      return () => {
        const at = judges.indexOf(entry)
        if (at >= 0) judges.splice(at, 1)
      }
    },
    async ask(...args) {
      for (const { judge } of [...judges]) {
        const answer = await judge(...args)
        if (answer !== undefined) return answer
      }
      return undefined
    },
  }
}

/** Make a filter. */
export function filter<T>(): Filter<T> {
  const changes = new Set<(value: T) => T>()
  return {
    add(change) {
      const own = (value: T): T => change(value)
      changes.add(own)
      return () => void changes.delete(own)
    },
    apply(value) {
      let result = value
      for (const change of changes) result = change(result)
      return result
    },
  }
}

/** Without a log, a listener's error must still be seen: it becomes an uncaught one, after the emit. */
function rethrowLater(error: unknown): void {
  queueMicrotask(() => {
    throw error
  })
}
