import { nearest } from '@scuttlebot/ssb-config'
import type { MethodKind, PlainManifest } from '@scuttlebot/ssb-muxrpc'
import { type CliError, usage } from './errors.ts'

/** Short names that the old command line had. */
export const ALIASES: Readonly<Record<string, string>> = {
  feed: 'createFeedStream',
  history: 'createHistoryStream',
  hist: 'createHistoryStream',
  log: 'createLogStream',
  logt: 'messagesByType',
}

/** A method of the server. */
export interface FoundMethod {
  readonly name: string
  readonly path: readonly string[]
  readonly kind: MethodKind
}

/** Every method of a manifest by dotted name, in its order. Own properties only. */
export function methodsOf(manifest: PlainManifest): readonly FoundMethod[] {
  const walk = (node: PlainManifest, path: readonly string[]): readonly FoundMethod[] =>
    Object.entries(node).flatMap(([name, value]) => {
      const inner = [...path, name]
      if (typeof value === 'string') return [{ name: inner.join('.'), path: inner, kind: value }]
      return typeof value === 'object' && value !== null ? walk(value, inner) : []
    })
  return walk(manifest, [])
}

/** The method that a command names: itself, or by an alias unless the server has a method of that name. */
export function findMethod(manifest: PlainManifest, command: string): FoundMethod | null {
  const methods = methodsOf(manifest)
  const byName = (name: string | undefined): FoundMethod | undefined =>
    methods.find((method) => method.name === name)
  const alias = Object.hasOwn(ALIASES, command) ? ALIASES[command] : undefined
  return byName(command) ?? byName(alias) ?? null
}

/** The methods below a name: `blobs` → `blobs.get`, `blobs.has` … */
export function groupOf(manifest: PlainManifest, command: string): readonly FoundMethod[] {
  return methodsOf(manifest).filter((method) => method.name.startsWith(`${command}.`))
}

/** What to say of a command that nobody knows. */
export function unknownCommand(
  manifest: PlainManifest,
  command: string,
  local: readonly string[],
): CliError {
  const group = groupOf(manifest, command).map((method) => method.name)
  const shown = JSON.stringify(command.slice(0, 80))
  if (group.length > 0)
    return usage(`${shown} is a group of methods: ${group.slice(0, 12).join(', ')}.`)
  const names = [...methodsOf(manifest).map((method) => method.name), ...Object.keys(ALIASES)]
  const near = nearest(command, [...names, ...local])
  const hint = near === null ? 'sbot --help lists them.' : `Did you mean ${near}?`
  return usage(`There is no method or command named ${shown}. ${hint}`)
}
