import type { LanInterface } from './interfaces.ts'

/** Who has sent a packet. */
export interface Sender {
  readonly address: string
  readonly port: number
}

/** A UDP port that is listened on. */
export interface LanSocket {
  /** Send from the own address `via`. Errors are dropped: announcements are repeated. */
  send(bytes: Uint8Array, target: string, port: number, via: string): void
  close(): void
}

/** UDP, as far as it is needed. `@scuttlebot/ssb-lan/udp` has it for Node. */
export interface LanSockets {
  /** Addresses of this machine now. */
  interfaces(): readonly LanInterface[]
  /** Listen on a port of all IPv4 interfaces, beside other programs that do so too. */
  open(
    port: number,
    on: { packet(bytes: Uint8Array, from: Sender): void; error(error: Error): void },
  ): Promise<LanSocket>
}

/** What is needed of the network. */
export interface LanNet {
  /** Multiserver addresses that can be reached from the local network. */
  addresses(scope: 'local'): readonly string[]
}

/** What is used of the peer book. */
export interface LanGossip {
  /** Offer an address to be dialled, and forget it when it is not offered again. */
  stage(address: string, data: { readonly [name: string]: unknown }): boolean
}
