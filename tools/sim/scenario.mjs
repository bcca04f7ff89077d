// One seed: nodes, a follow graph, and misfortune; then peace, and a look at whether all is where it belongs.
import { createRandom } from '../lib/random.mjs'
import { Model } from './model.mjs'
import { Network } from './network.mjs'
import { FULL_MS, forgetChecked, Ours } from './ours.mjs'
import { World } from './world.mjs'

const STEPS = 40
/** Silence on all connections that counts as peace, and how long it may take. Virtual milliseconds. */
const QUIET_MS = 25_000
const PEACE_MS = 600_000

export class Scenario {
  #random
  #world = new World()
  #network
  #nodes = []
  #problems = []
  #published = 0
  #compared = 0
  /** Feeds whose author has lost data, and may have published twice with the same number. */
  #forked = new Set()
  #trace

  constructor(seed, { trace = null } = {}) {
    this.#random = createRandom(`sim ${seed}`)
    this.#network = new Network(this.#world, this.#random)
    this.#trace = trace
  }

  /** @returns {Promise<{problems: string[], nodes: number, messages: number, events: number}>} */
  async run() {
    const random = this.#random
    const count = 3 + random.below(10)
    const models = random.below(3) === 0 ? 1 + random.below(2) : 0
    for (let n = 0; n < count; n++) {
      const Kind = n < models ? Model : Ours
      const node = new Kind({
        world: this.#world,
        random: createRandom(`node ${n} ${random.below(2 ** 31)}`),
        name: `${n < models ? 'model' : 'node'}${n}`,
        fail: (problem) => this.#problem(problem),
      })
      this.#nodes.push(node)
      await node.start()
    }
    await this.#befriend()
    for (let step = 0; step < STEPS; step++) {
      await this.#misfortune()
      await this.#world.pass(random.pick([1, 20, 300, 1500, 6000]))
    }
    await this.#peace()
    await this.#check()
    for (const node of this.#nodes) await node.stop()
    forgetChecked()
    return {
      problems: this.#problems,
      nodes: count,
      messages: this.#published,
      events: this.#world.events,
      compared: this.#compared,
    }
  }

  #problem(text) {
    if (this.#problems.length < 20) this.#problems.push(text)
  }

  #tell(text) {
    this.#trace?.(`${this.#world.now % 10_000_000} ${text}`)
  }

  get #ours() {
    return this.#nodes.filter((node) => node instanceof Ours && node.alive)
  }

  async #befriend() {
    const random = this.#random
    for (const a of this.#nodes)
      for (const b of this.#nodes)
        if (a !== b && random.below(3) > 0) await this.#contact(a, b, { following: true })
    for (let n = 0; n < 3 * this.#nodes.length; n++) await this.#post(random.pick(this.#nodes))
    for (let n = 0; n < 2 * this.#nodes.length; n++) this.#dial()
  }

  async #contact(a, b, content) {
    this.#tell(`${a.name} ${JSON.stringify(content)} ${b.name}`)
    // The feeds that a model wants are not read from its messages.
    if (a instanceof Model) {
      if (content.following) a.follows.add(b.id)
      return
    }
    this.#published++
    await a.publish({ type: 'contact', contact: b.id, ...content })
  }

  async #post(node) {
    if (!node.alive) return
    this.#tell(`${node.name} posts`)
    await node.publish({ type: 'post', text: `${this.#published++}` })
  }

  #dial() {
    const [a, b] = [this.#random.pick(this.#nodes), this.#random.pick(this.#nodes)]
    if (a === b) return
    this.#tell(`${a.name} dials ${b.name}`)
    this.#network.connect(a, b)
  }

  async #misfortune() {
    const random = this.#random
    const node = random.pick(this.#nodes)
    const other = random.pick(this.#nodes)
    const what = random.below(100)
    if (what < 40) {
      for (let n = random.below(6); n >= 0; n--) await this.#post(node)
    } else if (what < 60) this.#dial()
    else if (what < 68) {
      const links = this.#network.links()
      if (links.length === 0) return
      const link = random.pick(links)
      const freeze = random.below(3) === 0
      this.#tell(`${freeze ? 'freeze' : 'cut'} ${link.a.name}–${link.b.name}`)
      // On a frozen connection nothing arrives any more, and nobody is told.
      if (freeze) link.cut = true
      else this.#network.cut(link)
    } else if (what < 71) this.#partition()
    else if (what < 74) {
      this.#tell('the partition ends')
      this.#network.partition(new Map())
    } else if (what < 85) {
      if (!node.alive || node === other) return
      const content = random.pick([
        { following: true },
        { following: false },
        { blocking: true },
        { blocking: false },
      ])
      await this.#contact(node, other, content)
    } else if (what < 90) await this.#crash(node)
    else if (what < 93) {
      if (!(node instanceof Ours)) return
      this.#tell(`snapshot of ${node.name}`)
      node.snapshot()
    } else if (what < 96) await this.#restore(node)
    else await this.#explain()
  }

  #partition() {
    const islands = new Map(this.#nodes.map((node) => [node, this.#random.below(2)]))
    this.#tell(
      `partition ${[...islands].map(([{ name }, island]) => `${name}:${island}`).join(' ')}`,
    )
    this.#network.partition(islands)
  }

  async #crash(node) {
    this.#tell(`crash of ${node.name}`)
    node.crash()
    this.#network.isolate(node)
    await this.#world.pass(this.#random.pick([1, 2000]))
    await node.start()
    this.#tell(`${node.name} is back`)
  }

  /** Set a node back; sometimes it publishes before it has heard of its own later messages. */
  async #restore(node) {
    if (!node.saved) return
    this.#tell(`${node.name} is set back to its snapshot`)
    node.crash()
    this.#network.isolate(node)
    node.restore()
    this.#forked.add(node.id)
    await node.start()
    if (this.#random.below(2) === 0) await this.#post(node)
  }

  async #explain() {
    const node = this.#random.pick(this.#ours)
    for (const { id } of this.#nodes) {
      node.explain(id)
      node.explain(id, this.#random.pick(this.#nodes).id)
    }
  }

  /** The faults stop: everybody is connected in some way, and time passes until nobody says anything any more. */
  async #peace() {
    const random = this.#random
    this.#network.partition(new Map())
    await this.#world.pass(FULL_MS)
    for (const link of this.#network.links()) this.#network.cut(link)
    const pairs = this.#nodes.flatMap((a, at) => this.#nodes.slice(at + 1).map((b) => [a, b]))
    const chosen = pairs.filter(() => random.below(2) === 0)
    this.#tell('peace')
    let last = 0
    for (let passed = 0; passed < PEACE_MS; passed += QUIET_MS) {
      // Blocks that arrive only now end connections, and unblocks allow them.
      for (const [a, b] of chosen) this.#network.connect(...(random.below(2) ? [a, b] : [b, a]))
      await this.#world.pass(QUIET_MS)
      if (this.#network.crossed === last) return
      last = this.#network.crossed
    }
    this.#problem('there is no peace: the connections never fall silent')
  }

  async #check() {
    for (const { a, b } of this.#network.links()) {
      if (a instanceof Model && b instanceof Model) continue
      // A model relies on our memory of it, which strangers that dial us have no place in.
      if (a instanceof Model && !b.knows(a.id)) continue
      for (const { id: feed, name } of this.#nodes) {
        if (!a.wants(feed) || !b.wants(feed)) continue
        if (!a.serves(b.id, feed) || !b.serves(a.id, feed)) continue
        this.#compared++
        const [one, two] = [await a.feed(feed), await b.feed(feed)]
        const same = one.length === two.length && one.at(-1) === two.at(-1)
        if (same || (this.#forked.has(feed) && isFork(one, two))) continue
        this.#problem(
          `${a.name} has ${one.length} of ${name}, ${b.name} ${two.length}:\n    ${a.describe(feed)}\n    ${b.describe(feed)}`,
        )
      }
    }
    for (const node of this.#ours)
      for (const { id, name } of this.#nodes) {
        const { reason } = node.explain(id)
        if (
          !this.#forked.has(id) &&
          ['verifying', 'delivering', 'stalled', 'not-asked-yet'].includes(reason)
        )
          this.#problem(`in peace ${node.name} explains ${name} with ${reason}`)
      }
  }
}

/** Both have something that the other cannot take. */
function isFork(one, two) {
  const length = Math.min(one.length, two.length)
  return length > 0 && one[length - 1] !== two[length - 1]
}
