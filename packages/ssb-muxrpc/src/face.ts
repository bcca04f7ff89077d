import type { Call, CallKind, Incoming, MethodKind, Role } from './rpc.ts'

/** Who calls: what all calls of one connection have in common. */
export interface Caller {
  /** Feed id; `null`: this process. */
  readonly peer: string | null
  readonly roles: readonly Role[]
}

/** Classic permissions: dotted paths; a path that is listed covers all below it; `deny` wins. */
export interface Permissions {
  /** `null`: everything. */
  readonly allow: readonly (string | readonly string[])[] | null
  readonly deny: readonly (string | readonly string[])[] | null
}

/** A method that this caller may call. */
export interface Found {
  readonly ok: true
  readonly kind: MethodKind
  /** Input items are to be handed over as bodies. */
  readonly raw: boolean
  /** Run the handler. May throw what the handler throws. `input` is null for async and source. */
  invoke(call: Call, args: readonly unknown[], input: Incoming<unknown> | null): unknown
}

/** Why there is nothing to call, in the words that peers test for. */
export interface Refused {
  readonly ok: false
  readonly message: string
  /** The error's name on the wire; `Error` when absent. */
  readonly name?: string
}

/** What one caller may call here. */
export interface Face {
  readonly call: Caller
  /** Total: any path, of any origin. */
  find(path: readonly string[], type: CallKind): Found | Refused
}
