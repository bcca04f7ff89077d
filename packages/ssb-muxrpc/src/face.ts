import type {
  Call,
  CallKind,
  Incoming,
  MethodKind,
  MethodSpec,
  PlainManifest,
  Role,
} from './rpc.ts'

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

/** Path segments and UTF-16 units of a path beyond which nothing is looked up. */
const SEGMENTS_MAX = 8
const PATH_MAX = 256

const own = (tree: unknown, name: string): unknown =>
  typeof tree === 'object' && tree !== null && Object.hasOwn(tree, name)
    ? (tree as { readonly [key: string]: unknown })[name]
    : undefined

const isSpec = (value: unknown): value is MethodSpec => typeof own(value, 'kind') === 'string'

/** Only what is sane is repeated to the peer in full. */
const shown = (path: readonly string[]): string => {
  const text = path.slice(0, SEGMENTS_MAX + 1).join(',')
  return text.length > PATH_MAX ? `${text.slice(0, PATH_MAX)}…` : text
}

const sane = (path: readonly string[]): boolean => {
  if (path.length === 0 || path.length > SEGMENTS_MAX) return false
  let units = 0
  for (const segment of path) units += segment.length
  return units <= PATH_MAX
}

type Judge = (path: readonly string[], spec: MethodSpec | null) => 'allowed' | 'unlisted' | 'denied'

const byRoles = (roles: readonly Role[]): Judge => {
  if (roles.includes('owner')) return () => 'allowed'
  return (_path, spec) =>
    spec?.allow?.some((role) => roles.includes(role)) ? 'allowed' : 'unlisted'
}

const byLists = ({ allow, deny }: Permissions): Judge => {
  const paths = (list: Permissions['allow']): (readonly string[])[] | null =>
    list === null
      ? null
      : list.map((entry) => (typeof entry === 'string' ? entry.split('.') : entry))
  const allowed = paths(allow)
  const denied = paths(deny)
  const covers = (list: readonly (readonly string[])[], path: readonly string[]): boolean =>
    list.some(
      (entry) => entry.length <= path.length && entry.every((name, at) => name === path[at]),
    )
  return (path) => {
    if (denied !== null && covers(denied, path)) return 'denied'
    return allowed === null || covers(allowed, path) ? 'allowed' : 'unlisted'
  }
}

/** What to make a {@link Face} of. */
export interface FaceOptions {
  /** Tree of {@link MethodSpec}; groups are objects, a leaf has a `kind`. */
  readonly manifest: object
  /** The functions, in a tree of the same shape; own properties only. */
  readonly handlers: object
  /** Feed id of the caller; `null`: this process. */
  readonly peer: string | null
  /** Roles, judged by each method's `allow`; or classic lists, which take the place of `allow`. */
  readonly roles: readonly Role[] | Permissions
}

/**
 * What one caller may call here. Permission comes before existence, so that strangers learn nothing;
 * look-ups see own properties only; paths that are too long or deep are not looked up at all.
 */
export function createFace(options: FaceOptions): Face {
  const { manifest, handlers, peer } = options
  const lists = isRoles(options.roles) ? null : options.roles
  const roles: readonly Role[] = isRoles(options.roles) ? options.roles : []
  const judge = lists === null ? byRoles(roles) : byLists(lists)
  const known: Known = { found: null, below: new Map() }

  const find = (path: readonly string[], type: CallKind): Found | Refused => {
    const found = recall(known, path)
    if (found !== null) return fits(found.kind, type) ? found : missing(path, type)
    let spec: unknown = null
    if (sane(path)) {
      spec = manifest
      for (const name of path) spec = isSpec(spec) ? undefined : own(spec, name)
    }
    const method = isSpec(spec) ? spec : null
    const verdict = judge(path, method)
    if (verdict !== 'allowed')
      return {
        ok: false,
        message: `method:${shown(path)} is ${
          verdict === 'denied' ? 'on list of disallowed' : 'not in list of allowed'
        } methods`,
      }
    if (method === null || !fits(method.kind, type)) return missing(path, type)
    const made = foundFor(method, path, handlers)
    if (made.ok) remember(known, path, made)
    return made
  }
  return { call: { peer, roles }, find }
}

/** What was found before, by path: only methods that exist and are allowed, so it is bounded. */
interface Known {
  found: Found | null
  readonly below: Map<string, Known>
}

function recall(known: Known, path: readonly string[]): Found | null {
  let at: Known | undefined = known
  for (const name of path) {
    at = at.below.get(name)
    if (at === undefined) return null
  }
  return at.found
}

function remember(known: Known, path: readonly string[], found: Found): void {
  let at = known
  for (const name of path) {
    let next = at.below.get(name)
    if (next === undefined) {
      next = { found: null, below: new Map() }
      at.below.set(name, next)
    }
    at = next
  }
  at.found = found
}

const isRoles = (roles: readonly Role[] | Permissions): roles is readonly Role[] =>
  Array.isArray(roles)

const fits = (kind: MethodKind, type: CallKind): boolean =>
  kind === type || (kind === 'sync' && type === 'async')

const missing = (path: readonly string[], type: CallKind): Refused => ({
  ok: false,
  message: `no ${type}:${shown(path)}`,
})

function foundFor(spec: MethodSpec, path: readonly string[], handlers: object): Found | Refused {
  let group: unknown = null
  let handler: unknown = handlers
  for (const name of path) {
    group = handler
    handler = own(group, name)
  }
  if (typeof handler !== 'function')
    return { ok: false, name: 'TypeError', message: `${shown(path)} has no implementation here` }
  const run = handler as (this: unknown, ...args: unknown[]) => unknown
  const { kind, raw = false } = spec
  const takesInput = kind === 'sink' || kind === 'duplex'
  return {
    ok: true,
    kind,
    raw,
    invoke: (call: Call, args: readonly unknown[], input: Incoming<unknown> | null): unknown =>
      takesInput ? run.call(group, call, input, ...args) : run.call(group, call, ...args),
  }
}

/** A manifest as it is served: each {@link MethodSpec} of the tree replaced by its kind. */
export function plainManifest(tree: object): PlainManifest {
  const plain: { [name: string]: MethodKind | PlainManifest } = {}
  for (const [name, value] of Object.entries(tree))
    Object.defineProperty(plain, name, {
      value: isSpec(value) ? value.kind : plainManifest(value as object),
      enumerable: true,
      configurable: true,
      writable: true,
    })
  return plain
}
