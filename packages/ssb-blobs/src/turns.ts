/** A place in a queue with so many counters: whoever takes one gives it back. */
export class Turns {
  readonly #max: number
  readonly #open = new Map<string, { active: number; readonly waiting: Set<() => void> }>()

  /** @param max places for each key. */
  constructor(max: number) {
    this.#max = max
  }

  /** How many keys hold or wait for a place. */
  get keys(): number {
    return this.#open.size
  }

  /** Resolves when there is a place, with the way to give it back; when `signal` is aborted, at once. */
  async take(key: string, signal: AbortSignal): Promise<() => void> {
    const entry = this.#open.get(key) ?? { active: 0, waiting: new Set<() => void>() }
    this.#open.set(key, entry)
    if (entry.active >= this.#max && !signal.aborted)
      await new Promise<void>((resolve) => {
        const go = (): void => {
          entry.waiting.delete(go)
          signal.removeEventListener('abort', go)
          resolve()
        }
        entry.waiting.add(go)
        signal.addEventListener('abort', go)
      })
    entry.active++
    let given = false
    return () => {
      if (given) return
      given = true
      entry.active--
      const [next] = entry.waiting
      if (entry.active < this.#max) next?.()
      if (entry.active === 0 && entry.waiting.size === 0 && this.#open.get(key) === entry)
        this.#open.delete(key)
    }
  }
}
