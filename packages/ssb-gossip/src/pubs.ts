import { peerAddress } from './addresses.ts'
import type { GossipMessage, GossipStore } from './needs.ts'

/**
 * Hand on the addresses of all `pub` messages, stored ones first. Anybody can publish anything, so
 * they are no more than hints.
 */
export class PubReader {
  readonly #store: GossipStore
  readonly #found: (address: string) => void
  readonly #index: ReturnType<GossipStore['defineIndex']>
  #position = -1
  #unsubscribe = (): void => undefined
  #isStopped = false

  constructor(store: GossipStore, found: (address: string) => void) {
    this.#store = store
    this.#found = found
    this.#index = store.defineIndex({
      name: 'gossip/pubs',
      version: 1,
      map: ({ value }, emit) => {
        if (pubAddress(value.content) !== null) emit('pub')
      },
    })
  }

  async start(): Promise<void> {
    await this.#store.indexed()
    await this.#read()
    if (this.#isStopped) return
    this.#unsubscribe = this.#store.appended.on((batch) => this.#take(batch))
    // what was appended between the read and the subscription
    await this.#read()
  }

  stop(): void {
    this.#isStopped = true
    this.#unsubscribe()
  }

  async #read(): Promise<void> {
    const reader = this.#index.read('pub', undefined, { gt: this.#position })
    try {
      for (let block = await reader.next(); block !== null; block = await reader.next()) {
        if (this.#isStopped) return
        this.#take(await this.#store.read(block))
      }
    } finally {
      await reader.close()
    }
  }

  #take(batch: readonly GossipMessage[]): void {
    for (const message of batch) {
      if (message.sequence <= this.#position) continue
      this.#position = message.sequence
      const address = pubAddress(message.value.content)
      if (address !== null) this.#found(address)
    }
  }
}

/** The address in the content of a `pub` message: an object or a text. */
export function pubAddress(content: unknown): string | null {
  if (typeof content !== 'object' || content === null) return null
  const { type, address } = content as Readonly<Record<string, unknown>>
  return type === 'pub' ? (peerAddress(address)?.address ?? null) : null
}
