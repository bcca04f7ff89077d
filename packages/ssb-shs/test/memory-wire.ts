import type { Timers, Wire } from '../src/stream.ts'

/** One end of an in-memory wire that keeps what is written, and delivers asynchronously in order. */
export class MemoryWire implements Wire {
  onData: Wire['onData'] = null
  onEnd: Wire['onEnd'] = null
  onDrain: Wire['onDrain'] = null
  onError: Wire['onError'] = null
  onClose: Wire['onClose'] = null
  readonly written: Uint8Array[] = []
  destroyed = false
  ended = false
  /** what `write` answers */
  takes = true
  other: MemoryWire | null = null
  readonly #queue: (Uint8Array | 'end' | 'close')[] = []
  #flowing = false
  #scheduled = false

  write(bytes: Uint8Array): boolean {
    this.written.push(bytes)
    this.other?.deliver(bytes)
    return this.takes
  }

  /** As if the other side had sent this. */
  deliver(item: Uint8Array | 'end' | 'close'): void {
    this.#queue.push(item)
    this.#schedule()
  }

  pause(): void {
    this.#flowing = false
  }

  resume(): void {
    this.#flowing = true
    this.#schedule()
  }

  end(): void {
    if (this.ended) return
    this.ended = true
    this.other?.deliver('end')
  }

  destroy(): void {
    if (this.destroyed) return
    this.destroyed = true
    this.end()
    this.#queue.length = 0
    queueMicrotask(() => this.onClose?.())
  }

  #schedule(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    queueMicrotask(() => {
      this.#scheduled = false
      if (!this.#flowing || this.destroyed) return
      const item = this.#queue.shift()
      if (item === undefined) return
      if (item === 'end') this.onEnd?.()
      else if (item === 'close') this.onClose?.()
      else this.onData?.(item)
      this.#schedule()
    })
  }
}

/** Two ends of one wire. */
export function wirePair(): [MemoryWire, MemoryWire] {
  const one = new MemoryWire()
  const two = new MemoryWire()
  one.other = two
  two.other = one
  return [one, two]
}

/** Time that moves when it is told to. */
export class FakeTimers implements Timers {
  #now = 0
  readonly #pending = new Set<{ at: number; run: () => void }>()

  get pending(): number {
    return this.#pending.size
  }

  setTimeout(run: () => void, ms: number): () => void {
    const timer = { at: this.#now + ms, run }
    this.#pending.add(timer)
    return () => void this.#pending.delete(timer)
  }

  advance(ms: number): void {
    this.#now += ms
    for (const timer of [...this.#pending]) {
      if (timer.at > this.#now) continue
      this.#pending.delete(timer)
      timer.run()
    }
  }
}

/** Let everything that is already under way happen. */
export async function settle(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
}
