/** Lets work on one key happen alone: each piece begins when those before it are done, well or not. */
export class Alone {
  readonly #last = new Map<string, Promise<unknown>>()

  /** How many keys are worked on. */
  get keys(): number {
    return this.#last.size
  }

  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(key)
    const own = before === undefined ? work() : before.then(work, work)
    this.#last.set(key, own)
    try {
      return await own
    } finally {
      if (this.#last.get(key) === own) this.#last.delete(key)
    }
  }
}
