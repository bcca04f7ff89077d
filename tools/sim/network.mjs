// Connections in memory, with delays; each direction keeps its order, different connections do not.
import { entryFile, load } from '../lib/packages.mjs'

entryFile('ssb-plugin/testing')
const { connectHosts } = await load('ssb-plugin/testing')

export class Network {
  /** Chunks that have crossed. */
  crossed = 0
  #world
  #random
  #links = new Map()
  #islands = new Map()

  constructor(world, random) {
    this.#world = world
    this.#random = random
  }

  /** Whether two nodes could be connected now. */
  reachable(a, b) {
    return a.alive && b.alive && (this.#islands.get(a) ?? 0) === (this.#islands.get(b) ?? 0)
  }

  linked(a, b) {
    return this.#links.has(keyOf(a, b))
  }

  links() {
    return [...this.#links.values()]
  }

  /** `a` dials `b`. */
  connect(a, b) {
    if (!this.reachable(a, b) || this.linked(a, b)) return
    if (!a.accepts(b.id) || !b.accepts(a.id)) return
    const random = this.#random
    const slowest = random.pick([5, 50, 500, 3000])
    const due = { [a.id]: 0, [b.id]: 0 }
    const link = { a, b, cut: false, connection: null }
    link.connection = connectHosts(a.host, b.host, {
      now: () => this.#world.now,
      wire: (deliver, from) => {
        const at = Math.max(due[from], this.#world.now + 1 + random.below(slowest))
        due[from] = at
        this.#world.later(() => {
          if (link.cut) return
          this.crossed++
          deliver()
        }, at - this.#world.now)
      },
    })
    this.#links.set(keyOf(a, b), link)
    // Either side may end it.
    for (const { signal } of [link.connection.outgoing, link.connection.incoming])
      signal.addEventListener('abort', () => {
        if (this.#links.get(keyOf(a, b)) === link) this.#links.delete(keyOf(a, b))
      })
  }

  cut(link) {
    link.cut = true
    this.#links.delete(keyOf(link.a, link.b))
    link.connection.cut()
  }

  /** All connections of a node are gone. */
  isolate(node) {
    for (const link of this.links()) if (link.a === node || link.b === node) this.cut(link)
  }

  /** Only nodes on the same island can talk. */
  partition(islands) {
    this.#islands = islands
    for (const link of this.links()) if (!this.reachable(link.a, link.b)) this.cut(link)
  }
}

const keyOf = (a, b) => (a.id < b.id ? `${a.id} ${b.id}` : `${b.id} ${a.id}`)
