/**
 * UDP for Node.
 *
 * @packageDocumentation
 */
import { createSocket, type Socket } from 'node:dgram'
import { networkInterfaces } from 'node:os'
import type { LanSocket, LanSockets } from './needs.ts'

/** Sockets of this machine: IPv4, with broadcast, beside other programs on the same port. */
export function udpSockets(): LanSockets {
  return {
    interfaces: () => Object.values(networkInterfaces()).flatMap((all) => all ?? []),
    async open(port, on) {
      const receiver = createSocket({ type: 'udp4', reuseAddr: true })
      receiver.unref()
      receiver.on('message', (bytes, { address, port: from }) =>
        on.packet(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length), {
          address,
          port: from,
        }),
      )
      await bound(receiver, port, '0.0.0.0')
      receiver.on('error', (error) => on.error(error))
      const senders = new Map<string, Socket>()
      return lanSocket(receiver, senders)
    },
  }
}

function lanSocket(receiver: Socket, senders: Map<string, Socket>): LanSocket {
  let isOpen = true
  /** Bound to the interface, or everything would leave through the default route. */
  const senderOn = (via: string): Socket => {
    const known = senders.get(via)
    if (known !== undefined) return known
    const sender = createSocket({ type: 'udp4' })
    sender.unref()
    senders.set(via, sender)
    const drop = (): void => {
      senders.delete(via)
      try {
        sender.close()
      } catch {
        // it is closed already
      }
    }
    // the interface has gone; the next announcement tries anew
    sender.on('error', drop)
    sender.bind(0, via, () => sender.setBroadcast(true))
    return sender
  }
  return {
    send(bytes, target, port, via) {
      if (!isOpen) return
      const sender = senderOn(via)
      sender.send(bytes, port, target, () => undefined)
    },
    close() {
      if (!isOpen) return
      isOpen = false
      receiver.close()
      for (const sender of senders.values()) sender.close()
      senders.clear()
    },
  }
}

function bound(socket: Socket, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => {
      socket.close()
      reject(error)
    }
    socket.once('error', fail)
    socket.bind(port, host, () => {
      socket.off('error', fail)
      resolve()
    })
  })
}
