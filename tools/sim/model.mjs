// A node that behaves as servers with ssb-ebt 5 do, written from how they behave: it wants a fixed set of feeds, knows no
// strangers and no marks, never says −1 on an unfollow, and keeps what peers told it in notes and messages only.
import { load } from '../lib/packages.mjs'
import { keysOf } from './ours.mjs'

const { createHost, pushSource } = await load('ssb-plugin')
const { createMessage, createValidator } = await load('ssb-validate')

const TIMEOUT = 3000
const encode = (sequence, receive) => (sequence === -1 ? -1 : sequence * 2 + (receive ? 0 : 1))
const receives = (note) => note % 2 === 0
const sequenceOf = (note) => (Number.isInteger(note) ? note >> 1 : -1)
const utf8 = new TextEncoder()

export class Model {
  kind = 'ssb-ebt 5'
  host = null
  follows = new Set()
  #world
  #keys
  #logs = new Map()
  #heads = new Map()
  #stored = new Map()
  #peers = new Map()
  #life = { alive: false }
  #blocks = new Set()
  #validator = createValidator({ state: (feed) => this.#heads.get(feed) ?? null })

  constructor({ world, random, name }) {
    this.#world = world
    this.#keys = keysOf(random)
    this.name = name
    this.id = this.#keys.id
    this.follows.add(this.id)
  }

  get alive() {
    return this.#life.alive
  }

  async start() {
    const life = { alive: true }
    this.#life = life
    this.#peers = new Map()
    this.#blocks = new Set()
    this.host = createHost({
      keys: this.#keys,
      clock: { now: () => this.#world.now, setTimeout: (run, ms) => this.#world.later(run, ms) },
      plugins: [
        {
          name: 'ebt',
          needs: {},
          manifest: { ebt: { replicate: { kind: 'duplex', allow: ['anonymous'] } } },
          setup: ({ hooks }) => {
            hooks.peerConnected.on((peer) => {
              if (!peer.outgoing) return
              const { input, output } = this.#session(peer.id, false)
              const args = [{ version: 3 }]
              const incoming = peer.mux.duplex(['ebt', 'replicate'], args, output, {
                signal: peer.signal,
              })
              void input(incoming)
            })
            return {
              api: {},
              handlers: {
                ebt: {
                  replicate: (call, incoming, options) => {
                    if (options?.version !== 3 && options?.version !== 2)
                      throw new Error('expected ebt.replicate({version: 3 or 2})')
                    const { input, output } = this.#session(call.peer, true)
                    void input(incoming)
                    return output
                  },
                },
              },
            }
          },
        },
      ],
    })
    await this.host.start()
    const tick = () => {
      if (!life.alive) return
      this.#tick()
      this.#world.later(tick, TIMEOUT)
    }
    this.#world.later(tick, TIMEOUT)
  }

  crash() {
    this.#life.alive = false
    for (const [id, peer] of this.#peers) this.#gone(id, peer)
  }

  async stop() {
    this.crash()
  }

  async publish(content) {
    const state = this.#heads.get(this.id) ?? null
    const { sign } = this.#keys
    const made = createMessage({
      state,
      author: this.id,
      sign,
      content,
      timestamp: this.#world.now,
    })
    this.#append(made.message)
  }

  wants(feed) {
    return this.follows.has(feed)
  }

  knows() {
    return true
  }

  serves() {
    return true
  }

  accepts() {
    return true
  }

  async feed(id) {
    return (this.#logs.get(id) ?? []).map(({ key }) => key)
  }

  describe(feed) {
    return JSON.stringify(
      [...this.#peers].map(([id, peer]) => [id, peer.clock[feed], peer.replicating[feed]]),
    )
  }

  #session(id, callee) {
    this.#peers.get(id)?.end()
    const out = pushSource({ itemsMax: 1e6 })
    const peer = {
      clock: {},
      notes: null,
      msgs: [],
      replicating: {},
      ts: this.#world.now,
      waiting: !callee,
      stored: this.#stored.get(id) ?? {},
      out,
      end: () => this.#gone(id, peer),
    }
    peer.clock = { ...peer.stored }
    this.#peers.set(id, peer)
    if (callee) this.#first(id, peer)
    this.#flush()
    const input = async (incoming) => {
      try {
        for await (const item of incoming) {
          if (this.#peers.get(id) !== peer) return
          this.#receive(id, peer, item)
          this.#flush()
        }
      } catch {
        // The connection was cut.
      }
      this.#gone(id, peer)
    }
    return { input, output: out }
  }

  #gone(id, peer) {
    peer.out.end()
    if (this.#peers.get(id) !== peer) return
    this.#peers.delete(id)
    this.#stored.set(id, { ...peer.clock })
  }

  #own(feed) {
    return this.#logs.get(feed)?.length ?? 0
  }

  #setNotes(peer, feed, sequence, receive) {
    peer.notes ??= {}
    peer.notes[feed] = encode(sequence, receive)
    const exchange = peer.replicating[feed]
    if (!exchange) return
    exchange.rx = receive
    exchange.requested = sequence
  }

  #others(feed, except) {
    for (const [id, peer] of this.#peers) if (id !== except && peer.replicating[feed]?.rx) return id
    return null
  }

  #first(id, peer) {
    peer.notes ??= {}
    for (const feed of this.follows) {
      if (peer.stored[feed] === -1) continue
      const own = this.#logs.get(feed)?.length
      // What was never told counts as 0, which differs from not knowing the feed.
      if ((peer.stored[feed] ?? 0) === own) continue
      const rx = this.#others(feed, id) === null
      peer.replicating[feed] = { tx: false, rx, sent: null, requested: own ?? 0 }
      this.#setNotes(peer, feed, own ?? 0, rx)
    }
  }

  #receive(id, peer, item) {
    if (peer.waiting) {
      peer.waiting = false
      this.#first(id, peer)
    }
    if (typeof item?.author === 'string') this.#message(id, peer, item)
    else
      for (const [feed, note] of Object.entries(item.clock ?? item))
        this.#note(id, peer, feed, note)
  }

  #note(id, peer, feed, note) {
    const sequence = note === -1 ? -1 : sequenceOf(note)
    const wantsTx = note !== -1 && receives(note)
    const own = this.#own(feed)
    peer.clock[feed] = sequence
    let exchange = peer.replicating[feed]
    if (!this.follows.has(feed) || this.#blocks.has(`${feed} ${id}`)) {
      if (!exchange) this.#setNotes(peer, feed, -1)
      peer.replicating[feed] = { tx: false, rx: false, sent: -1, requested: -1 }
      return
    }
    if (!exchange) {
      exchange = { tx: true, rx: true, sent: sequence, requested: own }
      peer.replicating[feed] = exchange
      this.#setNotes(peer, feed, own, own < sequence && this.#others(feed, id) === null)
    } else if (!exchange.rx && sequence > own) {
      const other = this.#others(feed, id)
      if (other === null) {
        this.#setNotes(peer, feed, own, true)
        peer.ts = this.#world.now
      } else if (sequence > (this.#peers.get(other).clock[feed] ?? 0)) {
        this.#setNotes(peer, feed, own, true)
        this.#setNotes(this.#peers.get(other), feed, own, false)
      }
    }
    exchange.tx = wantsTx
    exchange.sent = sequence
    if (own <= sequence) return
    if (wantsTx) this.#retrieve(feed)
    else if (note !== -1) this.#setNotes(peer, feed, own, exchange.rx)
  }

  #message(id, peer, value) {
    const { author: feed, sequence } = value
    const exchange = peer.replicating[feed]
    if (!exchange) return
    peer.clock[feed] = Math.max(peer.clock[feed] ?? 0, sequence)
    exchange.sent = Math.max(exchange.sent ?? 0, sequence)
    if (this.#own(feed) >= sequence) {
      if (exchange.rx) this.#setNotes(peer, feed, this.#own(feed), false)
      return
    }
    peer.ts = this.#world.now
    if (!this.follows.has(feed)) return
    const [verdict] = this.#validator.validateSync([utf8.encode(JSON.stringify(value))])
    if (verdict.ok) this.#append(verdict.message)
    else if (verdict.fatal) {
      // For as long as the process lives.
      this.#blocks.add(`${feed} ${id}`)
      peer.replicating[feed] = { tx: false, rx: false, sent: -1, requested: -1 }
      this.#setNotes(peer, feed, -1)
    }
  }

  #append(message) {
    const { author: feed, sequence, timestamp } = message.value
    if (sequence !== this.#own(feed) + 1) return
    this.#logs.set(feed, [
      ...(this.#logs.get(feed) ?? []),
      { key: message.key, value: message.value },
    ])
    this.#heads.set(feed, { id: message.key, sequence, timestamp })
    for (const peer of this.#peers.values()) {
      if (!this.follows.has(feed) || peer.waiting) continue
      const exchange = peer.replicating[feed]
      if (exchange?.tx && exchange.sent === sequence - 1 && sequence > (peer.clock[feed] ?? 0)) {
        peer.msgs.push(message.value)
        exchange.sent = sequence
      } else if (sequence > (peer.clock[feed] ?? 0) && peer.clock[feed] !== -1)
        if (exchange ? !exchange.tx && exchange.sent !== null : true)
          this.#setNotes(peer, feed, sequence, false)
    }
    this.#flush()
  }

  #retrieve(feed) {
    const log = this.#logs.get(feed) ?? []
    for (const peer of this.#peers.values()) {
      const exchange = peer.replicating[feed]
      if (!exchange?.tx || exchange.sent === null) continue
      while (exchange.sent >= 0 && exchange.sent < log.length)
        peer.msgs.push(log[exchange.sent++].value)
    }
  }

  #tick() {
    for (const [id, peer] of this.#peers) {
      if (peer.waiting || this.#world.now - peer.ts < TIMEOUT) continue
      for (const [feed, exchange] of Object.entries(peer.replicating)) {
        if (!exchange.rx) continue
        const own = this.#own(feed)
        for (const [other, next] of this.#peers) {
          if (other === id || next.waiting || !next.replicating[feed]) continue
          if (!((next.clock[feed] ?? 0) > own)) continue
          this.#setNotes(peer, feed, own, false)
          this.#setNotes(next, feed, own, true)
          next.ts = this.#world.now
          break
        }
      }
    }
    this.#flush()
  }

  #flush() {
    for (const peer of this.#peers.values()) {
      if (peer.waiting) continue
      for (const message of peer.msgs.splice(0)) peer.out.push(message)
      if (peer.notes === null) continue
      peer.out.push(peer.notes)
      peer.notes = null
    }
  }
}
