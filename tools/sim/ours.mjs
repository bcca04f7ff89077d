// A node of our own: the real plugins on a disk in memory.
import { load } from '../lib/packages.mjs'
import { Disk, database } from './disk.mjs'

const { sign, signKeyPair, verify } = await load('ssb-crypto')
const { toBase64 } = await load('ssb-encode')
const { feedIdFromKey } = await load('ssb-ref')
const { createHost } = await load('ssb-plugin')
const { feedStore } = await load('ssb-feed-store')
const { friends } = await load('ssb-friends')
const { replicate, REPLICATION_REASONS } = await load('ssb-replicate')
const { ebt } = await load('ssb-ebt')

/** A peer of another implementation is told everything again after so long: days, were it not for the simulation. */
export const FULL_MS = 20_000

/** Every node checks every message: what one has found out holds for all. */
const checked = new Map()
const verifier = {
  verify: (jobs) =>
    jobs.map(({ publicKey, signature, message }) => {
      const key = [publicKey, signature, message]
        .map((bytes) =>
          Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1'),
        )
        .join('')
      if (!checked.has(key)) checked.set(key, verify(signature, message, publicKey))
      return checked.get(key)
    }),
}

/** Forget what was found out: for the next world. */
export const forgetChecked = () => checked.clear()

export function keysOf(random) {
  const pair = signKeyPair(random.bytes(32))
  return {
    id: feedIdFromKey(toBase64(pair.publicKey)),
    sign: (bytes) => sign(bytes, pair.secretKey),
  }
}

export class Ours {
  kind = 'ours'
  host = null
  #world
  #random
  #keys
  #disk = new Disk()
  #clocks = new Map()
  #life = { alive: false }
  #fail
  /** Keys of the messages that this node has, for telling what it takes twice. */
  #accepted = new Set()

  constructor({ world, random, name, fail }) {
    this.#world = world
    this.#random = random
    this.#keys = keysOf(random)
    this.#fail = fail
    this.name = name
    this.id = this.#keys.id
  }

  get alive() {
    return this.#life.alive
  }

  async start() {
    const life = { alive: true }
    this.#life = life
    const world = this.#world
    const clock = {
      now: () => world.now,
      setTimeout: (run, ms) => world.later(() => life.alive && run(), ms),
    }
    const clocks = {
      load: async (peer) => this.#clocks.get(peer) ?? { clock: new Map(), session: null },
      save: async (peer, { clock, session }) => {
        if (life.alive) this.#clocks.set(peer, { clock: new Map(clock), session })
      },
    }
    const problem = (text, facts) =>
      this.#fail(`${this.name} logged: ${text} ${JSON.stringify(facts)}`)
    const quiet = () => undefined
    this.host = createHost({
      keys: this.#keys,
      clock,
      random: (n) => this.#random.bytes(n),
      log: () => ({
        debug: quiet,
        info: quiet,
        warn: quiet,
        error: (text, facts) => life.alive && problem(text, facts),
      }),
      plugins: [
        feedStore({ database: database(this.#disk, () => life.alive), pool: verifier }),
        friends({ hops: 2 }),
        replicate(),
        ebt({ clocks, fullMs: FULL_MS }),
      ],
    })
    await this.host.start()
    const { store } = this.host.plugins
    this.#accepted = new Set()
    for await (const batch of store.log()) for (const { key } of batch) this.#accepted.add(key)
    store.appended.on((batch) => {
      for (const { key, author, feedSequence } of batch) {
        if (this.#accepted.has(key)) this.#fail(`${this.name} took ${author}:${feedSequence} twice`)
        this.#accepted.add(key)
      }
    })
  }

  /** Die at once, as when the power fails. What had not been synced may be gone. */
  crash() {
    this.#life.alive = false
    this.#disk.losePower(this.#random.below(this.#disk.pending.length + 1))
    // As the clock files do: without an end there is no knowing what was lost.
    this.#clocks.clear()
  }

  async stop() {
    await this.host.stop()
    this.#life.alive = false
  }

  snapshot() {
    this.saved = { disk: this.#disk.copy(), clocks: new Map(this.#clocks) }
  }

  /** Be what the last snapshot says. Only while not running. */
  restore() {
    this.#disk = this.saved.disk.copy()
    this.#clocks = new Map(this.saved.clocks)
  }

  /** Publish; `null` when the store refuses, because it knows that its feed has gone further elsewhere. */
  async publish(content) {
    try {
      return await this.host.plugins.store.publish(content)
    } catch (error) {
      if (error?.code === 'SSB_STORE_PUBLISH_LOCKED' || !this.alive) return null
      throw error
    }
  }

  wants(feed) {
    return this.host.plugins.replicate.wanted.has(feed)
  }

  knows(peer) {
    return this.wants(peer)
  }

  serves(peer, feed) {
    return this.host.policy.ask('serve', peer, feed).allow
  }

  accepts(peer) {
    return this.host.policy.ask('connect', this.id, peer).allow
  }

  /** What it has of a feed: the ids in order. */
  async feed(id) {
    const ids = []
    for await (const batch of this.host.plugins.store.feed(id))
      for (const { key } of batch) ids.push(key)
    return ids
  }

  /** Ask why a feed does not arrive, and check that the answer is one of those there are. */
  explain(feed, peer) {
    const answer = this.host.plugins.replicate.explain(feed, peer)
    if (!REPLICATION_REASONS.includes(answer.reason) || !answer.text)
      this.#fail(`${this.name} explained ${feed} with ${JSON.stringify(answer)}`)
    return answer
  }

  describe(feed) {
    return JSON.stringify(this.host.plugins.ebt.peerStatus(feed))
  }
}
