import { fromBase64 } from '@scuttlebot/ssb-encode'
import type { Handlers, Manifest, Sync } from '@scuttlebot/ssb-muxrpc'
import { keyOfFeedId } from '@scuttlebot/ssb-ref'
import type { Scope } from './listen.ts'
import { targetsOf } from './targets.ts'

/** Bytes as Node's JSON has them, which is what clients of the classic server get. */
export interface JsonBuffer {
  readonly type: 'Buffer'
  readonly data: readonly number[]
}

/** One protocol of an address, as `multiserver.parse` answers it. */
export type ParsedProtocol =
  | { readonly name: 'net' | 'onion' | 'ws'; readonly host: string; readonly port: number }
  | { readonly name: 'shs'; readonly key: JsonBuffer; readonly seed?: JsonBuffer }
  | { readonly name: 'unix'; readonly path: string }
  | { readonly name: 'noauth' }

type ScopeArgument = Scope | 'private' | readonly (Scope | 'private')[]
type AddressMethod = Sync<[scope?: ScopeArgument], string | null>

/** What the plugin serves. */
export interface NetRpc {
  readonly address: AddressMethod
  readonly getAddress: AddressMethod
  readonly multiserver: {
    readonly address: AddressMethod
    readonly parse: Sync<[address: string], readonly (readonly ParsedProtocol[])[]>
  }
}

const addressHelp = {
  description: 'Our multiserver addresses in a scope, joined with `;`; null when there is none.',
  args: {
    scope: {
      type: "'device' | 'local' | 'private' | 'public', or an array of them",
      description: 'How far the addresses must reach.',
      optional: true,
      default: 'device',
    },
  },
  example: 'address public',
}

/** @internal */
export const netManifest: Manifest<NetRpc> = {
  address: { kind: 'sync', help: addressHelp },
  getAddress: { kind: 'sync', help: { ...addressHelp, example: 'getAddress public' } },
  multiserver: {
    address: { kind: 'sync', help: { ...addressHelp, example: 'multiserver.address local' } },
    parse: {
      kind: 'sync',
      help: {
        description: 'The parts of a multiserver address: one list for each way that we can dial.',
        args: { address: { type: 'address', description: 'A multiserver address.' } },
        example: 'multiserver.parse net:example.com:8008~shs:…',
      },
    },
  },
}

/** @internal `addresses` gives those of some scopes, without repetitions. */
export function netHandlers(
  addresses: (scopes: readonly Scope[]) => readonly string[],
): Handlers<NetRpc> {
  const address = (_call: unknown, scope?: ScopeArgument): string | null =>
    addresses(scopesOf(scope)).join(';') || null
  return {
    address,
    getAddress: address,
    multiserver: { address, parse: (_call, text) => parseAddress(text) },
  }
}

const SCOPES: ReadonlyMap<unknown, Scope> = new Map<unknown, Scope>([
  ['device', 'device'],
  ['local', 'local'],
  ['private', 'local'],
  ['public', 'public'],
])

/** @internal Any value as scopes; unknown ones are left out. */
export function scopesOf(scope: unknown): readonly Scope[] {
  if (scope === undefined || scope === null) return ['device']
  const asked = Array.isArray(scope) ? scope : [scope]
  return asked.map((name) => SCOPES.get(name)).filter((name) => name !== undefined)
}

function parseAddress(text: unknown): readonly (readonly ParsedProtocol[])[] {
  return targetsOf(text).map((target) => {
    if (target.transport === 'unix')
      return [{ name: 'unix' as const, path: target.path }, { name: 'noauth' as const }]
    const { transport, host, port, id, seed } = target
    const key = jsonBuffer(fromBase64(keyOfFeedId(id)) ?? new Uint8Array(0))
    return [
      { name: transport, host, port },
      { name: 'shs' as const, key, ...(seed === null ? {} : { seed: jsonBuffer(seed) }) },
    ]
  })
}

function jsonBuffer(bytes: Uint8Array): JsonBuffer {
  return { type: 'Buffer', data: [...bytes] }
}
