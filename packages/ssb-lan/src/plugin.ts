import { ready } from '@scuttlebot/ssb-crypto'
import type { Call, Handlers } from '@scuttlebot/ssb-muxrpc'
import { type Context, type Event, event, type Plugin, pushSource } from '@scuttlebot/ssb-plugin'
import { parseNetAddress } from '@scuttlebot/ssb-ref'
import { isNearby, type LanRoute, routesOf } from './interfaces.ts'
import { EVERY_MS, PACKETS_PER_SECOND, PLAIN_PORT, REOPEN_MS, SEALED_PORT } from './limits.ts'
import type { LanGossip, LanNet, LanSocket, LanSockets, Sender } from './needs.ts'
import { type Announcement, formatPlain, formatSealed, parsePlain, parseSealed } from './packet.ts'
import { type DiscoveredPeer, type LanRpc, lanManifest } from './rpc.ts'

/** What other plugins get. */
export interface LanApi {
  start(): void
  stop(): void
  /** Told of each announcement of another. */
  readonly discovered: Event<[announcement: Announcement]>
}

/** Options of {@link lan}. */
export interface LanOptions {
  readonly sockets: LanSockets
  /** 32 bytes that name the network. */
  readonly networkKey: Uint8Array
  /** Whether to begin with the server; else `lan.start` does. Default true. */
  readonly autostart?: boolean
  /** Whether plain announcements are sent and read, too. Default true. */
  readonly legacy?: boolean
  readonly plainPort?: number
  readonly sealedPort?: number
  /** Milliseconds between announcements, 100 or more. Default 2000. */
  readonly everyMs?: number
}

/** What the plugin needs. */
export type LanNeeds = { net: LanNet; gossip?: LanGossip }

/** Announcements that may wait for a reader of `lan.discoveredPeers`. Our choice. */
const WAITING_MAX = 1000
const EVERY_MS_MIN = 100

/** Find the peers of the local network, and be found. */
export function lan(options: LanOptions): Plugin<'lan', LanApi, LanNeeds, LanRpc> {
  return {
    name: 'lan',
    needs: { net: 'required', gossip: 'optional' },
    manifest: lanManifest,
    setup: (context) => {
      const state = new Lan(context, options)
      return {
        api: {
          start: () => state.start(),
          stop: () => state.stop(),
          discovered: state.discovered,
        },
        handlers: state.handlers(),
        start: async () => {
          await ready
          if (options.autostart !== false) await state.open()
        },
        stop: async () => state.stop(),
      }
    },
  }
}

interface Opened {
  readonly plain: LanSocket | null
  readonly sealed: LanSocket
}

class Lan {
  readonly discovered: Event<[announcement: Announcement]>
  readonly #context: Context<LanNeeds>
  readonly #options: LanOptions
  #opened: Opened | null = null
  /** Counts starts and stops, so that what is under way can see that it is late. */
  #run = 0
  #isOn = false
  #cancel = (): void => undefined
  #second = 0
  #inSecond = 0
  readonly #counts = { sent: 0, heard: 0, ignored: 0 }

  constructor(context: Context<LanNeeds>, options: LanOptions) {
    this.#context = context
    this.#options = options
    this.discovered = event((error) =>
      context.log.error('a listener threw', { error: String(error) }),
    )
    context.hooks.status.add((status) => ({
      ...status,
      lan: { on: this.#isOn, ...this.#counts },
    }))
  }

  handlers(): Handlers<LanRpc> {
    return {
      lan: {
        start: () => this.start(),
        stop: () => this.stop(),
        discoveredPeers: (call) => this.#discoveredPeers(call),
      },
    }
  }

  start(): void {
    void this.open()
  }

  /** Resolves when the sockets are open, or could not be opened for now. */
  async open(): Promise<void> {
    if (this.#isOn) return
    this.#isOn = true
    this.#run += 1
    await this.#open(this.#run)
  }

  stop(): void {
    this.#isOn = false
    this.#run += 1
    this.#close()
  }

  #close(): void {
    this.#cancel()
    this.#opened?.plain?.close()
    this.#opened?.sealed.close()
    this.#opened = null
  }

  async #open(run: number): Promise<void> {
    const { sockets, networkKey, legacy = true } = this.#options
    const { plainPort = PLAIN_PORT, sealedPort = SEALED_PORT } = this.#options
    const error = (fault: Error): void => this.#failed(run, fault)
    try {
      await ready
      const plain = legacy
        ? await sockets.open(plainPort, {
            packet: (bytes, from) => this.#heard(from, () => parsePlain(bytes)),
            error,
          })
        : null
      let sealed: LanSocket
      try {
        sealed = await sockets.open(sealedPort, {
          packet: (bytes, from) => this.#heard(from, () => parseSealed(bytes, networkKey)),
          error,
        })
      } catch (fault) {
        plain?.close()
        throw fault
      }
      this.#opened = { plain, sealed }
      if (run !== this.#run) this.#close()
      else this.#announce()
    } catch (fault) {
      this.#failed(run, fault)
    }
  }

  /** The network may have changed under us: open everything again in a while. */
  #failed(run: number, fault: unknown): void {
    if (run !== this.#run) return
    this.#run += 1
    this.#close()
    const again = this.#run
    const text = fault instanceof Error ? fault.message : String(fault)
    this.#context.log.warn('announcements in the local network are interrupted', { error: text })
    this.#cancel = this.#context.clock.setTimeout(() => void this.#open(again), REOPEN_MS)
  }

  #announce(): void {
    const { clock } = this.#context
    const { sockets, everyMs = EVERY_MS } = this.#options
    // interfaces come and go, so they are asked for each time
    try {
      for (const route of routesOf(sockets.interfaces())) this.#announceOn(route)
    } catch (fault) {
      // some systems forbid to list the interfaces
      this.#failed(this.#run, fault)
      return
    }
    this.#cancel = clock.setTimeout(() => this.#announce(), Math.max(EVERY_MS_MIN, everyMs))
  }

  /** COMPAT: one address in each packet, that of the interface: go-ssb takes no other, and no longer one. */
  #announceOn({ own, targets }: LanRoute): void {
    const { needs, sign } = this.#context
    const { networkKey, plainPort = PLAIN_PORT, sealedPort = SEALED_PORT } = this.#options
    const address = needs.net
      .addresses('local')
      .find((text) => text.startsWith('net:') && parseNetAddress(text)?.host === own)
    const opened = this.#opened
    if (address === undefined || opened === null) return
    const plain = formatPlain(address)
    const sealed = formatSealed(address, networkKey, (bytes) => sign(bytes))
    for (const target of targets) {
      opened.plain?.send(plain, target, plainPort, own)
      opened.sealed.send(sealed, target, sealedPort, own)
      this.#counts.sent += 1
    }
  }

  /** Anybody in the local network can send anything: whatever it makes throw, throws no further. */
  #heard(from: Sender, parse: () => Announcement | null): void {
    if (this.#isTooMuch()) return
    try {
      const found = plausible(parse(), from)
      if (found !== null) this.#accept(found)
      else this.#counts.ignored += 1
    } catch {
      // such as an address longer than the peer book takes
      this.#counts.ignored += 1
    }
  }

  #accept(found: Announcement): void {
    const { address, verified, id } = found
    if (id === this.#context.id) return
    this.#context.needs.gossip?.stage(address, { type: 'lan', key: id, verified })
    this.#counts.heard += 1
    this.discovered.emit(found)
  }

  #isTooMuch(): boolean {
    const second = Math.floor(this.#context.clock.now() / 1000)
    if (second !== this.#second) {
      this.#second = second
      this.#inSecond = 0
    }
    this.#inSecond += 1
    if (this.#inSecond <= PACKETS_PER_SECOND) return false
    this.#counts.ignored += 1
    return true
  }

  async *#discoveredPeers(call: Call): AsyncGenerator<DiscoveredPeer> {
    const source = pushSource<DiscoveredPeer>({
      itemsMax: WAITING_MAX,
      signal: call.signal,
      onEnd: () => stop(),
    })
    const stop = this.discovered.on(({ address, verified }) => {
      source.push({ address, verified })
    })
    try {
      yield* source
    } finally {
      stop()
    }
  }
}

/** An unsigned packet that leads away from the local network is somebody's mischief: what does so is left out. */
function plausible(found: Announcement | null, from: Sender): Announcement | null {
  if (found === null || found.verified) return found
  const near = found.address.split(';').filter((one) => {
    const host = parseNetAddress(one)?.host
    return host !== undefined && (host === from.address || isNearby(host))
  })
  return near.length === 0 ? null : { ...found, address: near.join(';') }
}
