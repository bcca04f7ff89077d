// Virtual time: events run in order of their time, and time moves only when nothing else is left to do.

/** Resolves when everything is done that does not wait for time: promises, ticks, and one turn of the event loop. */
const idle = () => new Promise((resolve) => setImmediate(resolve))

/** A binary heap of [time, number, run], smallest first. */
class Heap {
  #items = []

  get size() {
    return this.#items.length
  }

  get first() {
    return this.#items[0]
  }

  push(item) {
    const items = this.#items
    let at = items.push(item) - 1
    while (at > 0) {
      const above = (at - 1) >> 1
      if (!before(item, items[above])) break
      items[at] = items[above]
      at = above
    }
    items[at] = item
  }

  pop() {
    const items = this.#items
    const first = items[0]
    const last = items.pop()
    if (items.length === 0) return first
    let at = 0
    for (;;) {
      let below = 2 * at + 1
      if (below >= items.length) break
      if (below + 1 < items.length && before(items[below + 1], items[below])) below++
      if (!before(items[below], last)) break
      items[at] = items[below]
      at = below
    }
    items[at] = last
    return first
  }
}

const before = (a, b) => a.at < b.at || (a.at === b.at && a.number < b.number)

/** The one clock of a simulation. */
export class World {
  now = 1_600_000_000_000
  events = 0
  #heap = new Heap()
  #number = 0

  /** Run `run` in `ms` milliseconds; the answer cancels it. */
  later(run, ms) {
    const item = { at: this.now + Math.max(0, ms), number: this.#number++, run }
    this.#heap.push(item)
    return () => {
      item.run = null
    }
  }

  /** Let `ms` milliseconds pass, with all that falls due. */
  async pass(ms) {
    const end = this.now + ms
    await idle()
    while (this.#heap.size > 0 && this.#heap.first.at <= end) {
      const { at, run } = this.#heap.pop()
      if (run === null) continue
      this.now = Math.max(this.now, at)
      this.events++
      run()
      await idle()
    }
    this.now = end
  }
}
