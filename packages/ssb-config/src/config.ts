import { type Dial, dialOf } from './dial.ts'
import { HOST_LOCAL, type Listen } from './entries.ts'
import { ConfigError, type Problem } from './errors.ts'
import { type ConfigFile, readFileText } from './file.ts'
import { HOST_EVERYWHERE, listenOf, PORT_DEFAULT } from './listen.ts'
import { nearest } from './nearest.ts'
import { type Checked, checkText, checkValue, jsonOf, type Option } from './option.ts'
import { isKey, type Key, keys, optionOf, type Settings, type Tree } from './schema.ts'

type Heads<K> = K extends `${infer Head}.${string}` ? Head : K
type Tails<T, Head extends string> = {
  readonly [K in keyof T as K extends `${Head}.${infer Tail}` ? Tail : never]: T[K]
}
type Nested<T> = {
  readonly [K in Heads<keyof T> & string]: K extends keyof T ? T[K] : Nested<Tails<T, K>>
}

/** A complete, checked configuration; nested as in the file: `config.friends.hops`. */
export type Config = Omit<Nested<Settings>, 'path' | 'host' | 'port'> & {
  /** `ssb` unless `ssb_appname` says otherwise: names the data folder and the environment's prefix. */
  readonly appname: string
  /** The data folder. */
  readonly path: string
  /** Where clients dial, and what `listen` stands for in the old keys. */
  readonly host: string
  readonly port: number
  /** Where a server listens. */
  readonly listen: readonly Listen[]
  /** How a server dials. */
  readonly dial: Dial
}

/** Where a value came from. */
export interface Origin {
  readonly kind: 'default' | 'file' | 'environment' | 'flag'
  /** `default`, `/home/me/.ssb/config:3:5`, `the environment variable ssb_port`, `--port`. */
  readonly place: string
}

/** One setting and its history. */
export interface Explanation {
  readonly key: Key
  readonly value: unknown
  readonly origin: Origin
  /** What the lower sources said, the highest first. */
  readonly overridden: readonly { readonly value: unknown; readonly origin: Origin }[]
  readonly option: Option
}

/** Everything that a configuration is made from. */
export interface Sources {
  /** The user's home folder, for the default data folder. */
  readonly home: string
  /** Files, the weakest first. */
  readonly files?: readonly ConfigFile[]
  readonly environment?: Readonly<Record<string, string | undefined>>
  /** Flags by dotted key, as typed; `null`: given without a value; `false`: given as `--no-KEY`. */
  readonly flags?: readonly Flag[]
}

/** One `--key value`. */
export interface Flag {
  readonly key: string
  readonly value: string | boolean
}

/** What came out: a configuration, or everything that is wrong. */
export type Resolved =
  | {
      readonly ok: true
      readonly config: Config
      /** Things that are fine and still worth saying. */
      readonly warnings: readonly string[]
      explain(key: Key): Explanation
    }
  | { readonly ok: false; readonly problems: readonly [Problem, ...Problem[]] }

interface Setting {
  readonly value: unknown
  readonly origin: Origin
}

const isTree = (value: unknown): value is Tree =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** `over` laid over `under`; lists are replaced, objects are joined. */
function overlay(under: unknown, over: unknown): unknown {
  if (!isTree(under) || !isTree(over)) return over
  const merged = new Map(Object.entries(under))
  for (const [name, value] of Object.entries(over)) {
    merged.set(name, merged.has(name) ? overlay(merged.get(name), value) : value)
  }
  return Object.fromEntries(merged)
}

/** `['a', 'b']` and 1 → `{a: {b: 1}}`. */
const nest = (path: readonly string[], value: unknown): unknown =>
  path.reduceRight<unknown>((inner, name) => Object.fromEntries([[name, inner]]), value)

/** The option that a key belongs to: itself, or a tree above it (`plugins.x.y` → `plugins`). */
function ownerOf(typed: string): { key: Key; inside: readonly string[] } | null {
  const parts = typed.split('.')
  for (let length = parts.length; length > 0; length--) {
    const key = parts.slice(0, length).join('.')
    if (!isKey(key)) continue
    const inside = parts.slice(length)
    return inside.length === 0 || optionOf(key).type === 'tree' ? { key, inside } : null
  }
  return null
}

function unknownKey(key: string, place: string): Problem {
  const near = nearest(key, keys)
  const hint = near === null ? '' : `; did you mean ${near}?`
  return {
    code: 'SSB_CONFIG_UNKNOWN_KEY',
    key,
    place,
    reason: `there is no setting named ${JSON.stringify(key.slice(0, 80))}${hint}`,
  }
}

/** Collects what the sources say, key by key, in rising priority. */
class Collector {
  readonly said: Map<Key, Setting[]> = new Map()
  readonly problems: Problem[] = []

  /** Take a value if its key is known and `check` accepts it. */
  take(
    typed: string,
    origin: Origin,
    check: (option: Option) => Checked,
    loose: () => unknown,
  ): void {
    const owner = ownerOf(typed)
    if (owner === null) {
      this.problems.push(unknownKey(typed, origin.place))
      return
    }
    const { key, inside } = owner
    const option = optionOf(key)
    const checked: Checked =
      inside.length === 0 ? check(option) : checkValue(option, nest(inside, loose()))
    if (!checked.ok) {
      const { place } = origin
      const reason = `${key} ${checked.reason}`
      this.problems.push({ code: 'SSB_CONFIG_WRONG_VALUE', key, place, reason })
      return
    }
    const settings = this.said.get(key) ?? []
    const below = settings.at(-1)?.value
    settings.push({ value: overlay(below, checked.value), origin })
    this.said.set(key, settings)
  }

  value(key: Key): unknown {
    const settings = this.said.get(key)
    return settings === undefined ? optionOf(key).default : settings.at(-1)?.value
  }
}

/** A text for a place that has no type: JSON if it is JSON, else itself. */
const looseOf = (text: string): unknown => {
  const parsed = jsonOf(text)
  return parsed === undefined ? text : parsed
}

/** The name that `ssb_appname` gives, or `ssb`. Letter case of the variable does not matter, as in the reference. */
export function appNameOf(environment: Readonly<Record<string, string | undefined>> = {}): string {
  const name = environment['ssb_appname'] ?? environment['SSB_APPNAME']
  return name !== undefined && /^[\w-]+$/.test(name) ? name : 'ssb'
}

/** Variables with the prefix that are not settings. */
const RESERVED: ReadonlySet<string> = new Set(['appname', 'config'])

function takeEnvironment(
  collector: Collector,
  app: string,
  environment: Readonly<Record<string, string | undefined>>,
): void {
  const prefix = `${app}_`
  for (const name of Object.keys(environment).toSorted()) {
    const text = environment[name]
    if (text === undefined || !name.toLowerCase().startsWith(prefix.toLowerCase())) continue
    const rest = name.slice(prefix.length).split('__').join('.')
    if (RESERVED.has(rest.toLowerCase())) continue
    const isExact = name.startsWith(prefix)
    const key = isExact
      ? rest
      : (keys.find((known) => known.toLowerCase() === rest.toLowerCase()) ?? rest)
    // Names such as SSB_DATA_DIR belong to other programs: only the exact prefix makes a mistake of them.
    if (!isExact && ownerOf(key) === null) continue
    const origin: Origin = { kind: 'environment', place: `the environment variable ${name}` }
    collector.take(
      key,
      origin,
      (option) => checkText(option, text),
      () => looseOf(text),
    )
  }
}

function checkFlag(option: Option, value: string | boolean): Checked {
  if (typeof value === 'string') return checkText(option, value)
  if (option.type === 'boolean') return { ok: true, value }
  return { ok: false, reason: 'needs a value' }
}

function takeFlags(collector: Collector, flags: readonly Flag[]): void {
  for (const { key, value } of flags)
    collector.take(
      key,
      { kind: 'flag', place: `--${key}` },
      (option) => checkFlag(option, value),
      () => (typeof value === 'string' ? looseOf(value) : value),
    )
}

/** Old names give their value to the new one, unless the new one is set by an equal or higher source. */
function takeLegacy(collector: Collector): void {
  for (const key of keys) {
    const { legacyOf } = optionOf(key)
    if (legacyOf === undefined || !isKey(legacyOf)) continue
    const setting = collector.said.get(key)?.at(-1)
    if (setting === undefined || setting.value === null) continue
    const modern = collector.said.get(legacyOf)
    const rank = (origin: Origin): number =>
      ['default', 'file', 'environment', 'flag'].indexOf(origin.kind)
    const top = modern?.at(-1)
    if (top !== undefined && rank(top.origin) >= rank(setting.origin)) continue
    collector.said.set(legacyOf, [...(modern ?? []), setting])
  }
}

/** Put the sources together: defaults < files < environment < flags. Pure; never throws. */
export function resolveConfig(sources: Sources): Resolved {
  const collector = new Collector()
  const environment = sources.environment ?? {}
  const app = appNameOf(environment)
  for (const file of sources.files ?? []) {
    const { found, problems } = readFileText(file)
    collector.problems.push(...problems)
    for (const { key, value, place } of found)
      collector.take(
        key,
        { kind: 'file', place },
        (option) => checkValue(option, value),
        () => value,
      )
  }
  takeEnvironment(collector, app, environment)
  takeFlags(collector, sources.flags ?? [])
  takeLegacy(collector)

  const { listen, problems, absent } = listenOf(listenSettings(collector))
  const outgoing = dialOf(
    collector.value('connections.outgoing') as Tree,
    collector.value('socks') as string,
  )
  for (const problem of [...problems, ...outgoing.problems])
    collector.problems.push({ ...problem, place: placeOf(collector, problem.key) })
  const [first, ...rest] = collector.problems
  if (first !== undefined) return { ok: false, problems: [first, ...rest] }

  return {
    ok: true,
    config: assemble(collector, app, sources.home, { listen, dial: outgoing.dial }),
    warnings: warningsOf(collector, absent, outgoing.absent),
    explain: (key) => explain(collector, key),
  }
}

/** Where a setting was said; empty when it was not. */
const placeOf = (collector: Collector, key: string): string =>
  isKey(key) ? (collector.said.get(key)?.at(-1)?.origin.place ?? '') : ''

function listenSettings(collector: Collector): Parameters<typeof listenOf>[0] {
  const value = <K extends Key>(key: K): Settings[K] => collector.value(key) as Settings[K]
  return {
    host: value('host'),
    port: value('port'),
    external: value('external'),
    ws: {
      host: value('ws.host'),
      port: value('ws.port'),
      external: value('ws.external'),
      key: value('ws.key'),
      cert: value('ws.cert'),
      http: value('ws.http'),
    },
    incoming: value('connections.incoming'),
    localOnly: value('local-only'),
  }
}

function assemble(
  collector: Collector,
  app: string,
  home: string,
  { listen, dial }: Pick<Config, 'listen' | 'dial'>,
): Config {
  let nested: unknown = {}
  for (const key of keys) nested = overlay(nested, nest(key.split('.'), collector.value(key)))
  const path = collector.value('path') ?? `${home.replace(/\/+$/, '')}/.${app}`
  const net = mostPublic(listen, 'net')
  const ws = mostPublic(listen, 'ws')
  const settings = nested as Nested<Settings>
  return {
    ...settings,
    // the old keys say what a long form says, so that whoever reads them is told the truth
    ws: { ...settings.ws, host: ws?.host ?? settings.ws.host, port: ws?.port ?? settings.ws.port },
    appname: app,
    path: path as string,
    host: (collector.value('host') as string | null) ?? dialled(net?.host),
    port: (collector.value('port') as number | null) ?? net?.port ?? PORT_DEFAULT,
    listen,
    dial,
  }
}

/** The place of a transport that most can reach. */
function mostPublic(
  listen: readonly Listen[],
  transport: 'net' | 'ws',
): { readonly host: string; readonly port: number } | undefined {
  for (const wanted of ['public', 'local', 'device'] as const)
    for (const place of listen)
      if (place.transport === transport && 'scope' in place && place.scope.includes(wanted))
        return place
  return undefined
}

/** Where clients dial a server that listens there: this machine is on every interface. */
function dialled(host: string | undefined): string {
  return host === undefined || host === HOST_EVERYWHERE ? HOST_LOCAL : host
}

function warningsOf(
  collector: Collector,
  absent: readonly string[],
  undialled: readonly string[],
): string[] {
  const inert = keys.filter((key) => optionOf(key).inert === true && collector.said.has(key))
  return [
    ...inert.map((key) => {
      const place = collector.said.get(key)?.at(-1)?.origin.place ?? ''
      return `${place}: ${key} has no effect here`
    }),
    ...absent.map((transport) => `connections.incoming.${transport} is not served here`),
    ...undialled.map((transport) => `connections.outgoing.${transport} is not dialled here`),
  ]
}

function explain(collector: Collector, key: Key): Explanation {
  const option = optionOf(key)
  const fallback: Setting = {
    value: option.default,
    origin: { kind: 'default', place: 'default' },
  }
  const [top = fallback, ...overridden] = [
    ...(collector.said.get(key) ?? []).toReversed(),
    fallback,
  ]
  return { key, value: top.value, origin: top.origin, overridden, option }
}

/** {@link resolveConfig}, with problems thrown. @throws {@link ConfigError} */
export function requireConfig(sources: Sources): Extract<Resolved, { ok: true }> {
  const resolved = resolveConfig(sources)
  if (!resolved.ok) throw new ConfigError(resolved.problems)
  return resolved
}
