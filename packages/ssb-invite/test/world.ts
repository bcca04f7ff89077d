import { signKeyPair } from '@scuttlebot/ssb-crypto'
import { fromBase64, toBase64 } from '@scuttlebot/ssb-encode'
import { createHost, type Host, type Nothing, type Plugin } from '@scuttlebot/ssb-plugin'
import { connectHosts, type ManualClock, manualClock } from '@scuttlebot/ssb-plugin/testing'
import { type FeedId, feedIdFromKey, parseNetAddress } from '@scuttlebot/ssb-ref'
import { type GuestConnection, type InviteOptions, invite } from '../src/index.ts'

export const owner: { readonly peer: null; readonly rights: readonly string[] } = {
  peer: null,
  rights: ['owner'],
}

export function idOf(byte: number): FeedId {
  return feedIdFromKey(toBase64(signKeyPair(new Uint8Array(32).fill(byte)).publicKey))
}

export interface Server {
  readonly host: Host<readonly Plugin<'invite', never, never, never>[]>
  readonly id: FeedId
  readonly published: Readonly<Record<string, unknown>>[]
  readonly follows: Set<FeedId>
  readonly added: string[]
  create(options?: unknown): Promise<string>
  accept(code: unknown): Promise<readonly unknown[]>
}

export interface ServerOptions extends Partial<InviteOptions> {
  readonly addresses?: Readonly<Partial<Record<'public' | 'local' | 'device', readonly string[]>>>
  /** Publishing fails. */
  readonly isBroken?: boolean
}

/** Servers that reach each other by the address of the first alternative. */
export class World {
  readonly clock: ManualClock = manualClock()
  readonly dials: string[] = []
  /** What dialling a host fails with. */
  readonly faults: Map<string, Error> = new Map()
  readonly #servers = new Map<FeedId, Server>()

  server(byte: number, options: ServerOptions = {}): Server {
    const id = idOf(byte)
    const published: Readonly<Record<string, unknown>>[] = []
    const follows = new Set<FeedId>()
    const added: string[] = []
    const { addresses, isBroken = false, ...rest } = options
    const own = { public: [`net:host${byte}.example:8008~shs:${id.slice(1, -8)}`], ...addresses }
    const plugin = (name: string, api: object): Plugin<string, object, Nothing> => ({
      name,
      needs: {},
      manifest: {},
      setup: () => ({ api, handlers: {} }),
    })
    const publish = async (content: Readonly<Record<string, unknown>>): Promise<unknown> => {
      if (isBroken) throw new Error('the disk is full')
      published.push(content)
      if (content['following'] === true) follows.add(content['contact'] as FeedId)
      return { key: `%${published.length}`, value: { content } }
    }
    const host = createHost({
      keys: { id, sign: () => new Uint8Array(64) },
      clock: this.clock,
      plugins: [
        plugin('store', { publish }),
        plugin('net', { addresses: (scope: keyof typeof own) => own[scope] ?? [] }),
        plugin('friends', {
          isFollowing: (a: FeedId, b: FeedId) => a === id && follows.has(b),
        }),
        plugin('gossip', {
          add: (address: string, source: string) => added.push(`${source} ${address}`),
          connect: async () => undefined,
        }),
        invite({ dial: (address) => this.#dial(address), ...rest }),
      ] as never,
    }) as unknown as Server['host']
    const server: Server = {
      host,
      id,
      published,
      follows,
      added,
      create: (given) => host.call(owner, ['invite', 'create'], given) as Promise<string>,
      accept: (code) => host.call(owner, ['invite', 'accept'], code) as Promise<readonly unknown[]>,
    }
    this.#servers.set(id, server)
    return server
  }

  /** A guest of that seed at a server. */
  async guest(address: string): Promise<GuestConnection & { readonly allowed: boolean }> {
    const net = parseNetAddress(address)
    const server = net === null ? undefined : this.#servers.get(net.key)
    const seed = fromBase64(net?.seed ?? '')
    if (server === undefined || seed === null) throw fault('SSB_NET_UNREACHABLE', 'nobody answers')
    const id = feedIdFromKey(toBase64(signKeyPair(seed).publicKey))
    const guest = createHost({ keys: { id, sign: () => new Uint8Array(64) }, plugins: [] })
    const answer = await server.host.hooks.authorize.ask({ peer: id, transport: 'net' })
    const rights = answer?.allow && 'permissions' in answer ? answer.permissions : ['anonymous']
    const { outgoing } = connectHosts(guest, server.host, { rights })
    return { mux: outgoing.mux, close: () => outgoing.close(), allowed: answer !== undefined }
  }

  #dial(address: string): Promise<GuestConnection> {
    this.dials.push(address)
    const found = this.faults.get(parseNetAddress(address)?.host ?? '')
    return found === undefined ? this.guest(address) : Promise.reject(found)
  }
}

export function fault(code: string, message: string): Error {
  return Object.assign(new Error(message), { code })
}

/** Let everything happen that does not wait for time. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 100; turn += 1) await Promise.resolve()
}
