/**
 * What the network asks of a transport, as a suite that any implementation can run:
 * `transportConformance({ describe, test }, () => ({ listen, dial }))`.
 *
 * @packageDocumentation
 */
import { signKeyPair } from '@scuttlebot/ssb-crypto'
import {
  connect as shakeAsClient,
  accept as shakeAsServer,
  type Wire,
} from '@scuttlebot/ssb-shs/stream'
import type { Arrival, Listener, ListenHandlers } from './transport.ts'

/** The functions of a test runner that the suite uses: those of vitest, jest and node:test fit. */
export interface Runner {
  describe(name: string, body: () => void): void
  test(name: string, body: () => Promise<void>): void
}

/** A transport for one test. */
export interface FreshTransport {
  listen(handlers: ListenHandlers): Promise<Listener>
  /** Connect to what `listen` gave. */
  dial(listener: Listener, signal?: AbortSignal): Promise<Arrival>
  /** Take away what the test left. */
  remove?(): Promise<void> | void
}

/** How long anything here may take, in milliseconds. */
const PATIENCE_MS = 4_000
/** More than any transport keeps for one who does not read. */
const FLOOD_BYTES = 64 << 20
const CHUNK_BYTES = 1 << 16

function must(holds: boolean, what: string): void {
  if (!holds) throw new Error(`it does not hold that ${what}`)
}

/** Wait for a condition, in turns of the event loop. */
async function until(what: string, holds: () => boolean): Promise<void> {
  const end = performance.now() + PATIENCE_MS
  while (!holds()) {
    if (performance.now() > end) throw new Error(`waited in vain until ${what}`)
    await new Promise<void>((resolve) => setTimeout(resolve, 1))
  }
}

const bytesOf = (length: number, seed: number): Uint8Array =>
  Uint8Array.from({ length }, (_, at) => (at * 31 + (at >>> 8) * 7 + seed) & 0xff)

/** One end of a connection, with everything that happened to it. */
class End {
  readonly wire: Wire
  readonly events: string[] = []
  readonly #chunks: Uint8Array[] = []
  length = 0

  constructor({ wire }: Arrival) {
    this.wire = wire
    wire.onData = (chunk) => {
      this.#chunks.push(chunk)
      this.length += chunk.length
    }
    wire.onEnd = () => void this.events.push('end')
    wire.onDrain = () => void this.events.push('drain')
    wire.onError = () => void this.events.push('error')
    wire.onClose = () => void this.events.push('close')
  }

  get isClosed(): boolean {
    return this.events.includes('close')
  }

  count(event: string): number {
    return this.events.filter((one) => one === event).length
  }

  /** Whether exactly these bytes have come. */
  has(wanted: readonly Uint8Array[]): boolean {
    const all = new Uint8Array(this.length)
    let at = 0
    for (const chunk of this.#chunks) {
      all.set(chunk, at)
      at += chunk.length
    }
    at = 0
    for (const chunk of wanted)
      for (const byte of chunk) {
        if (all[at] !== byte) return false
        at += 1
      }
    return at === this.length
  }
}

interface Pair {
  readonly client: End
  readonly server: End
}

/** What a test works with. */
class Stage {
  readonly transport: FreshTransport
  readonly arrived: End[] = []
  readonly faults: Error[] = []
  listener: Listener | null = null

  constructor(transport: FreshTransport) {
    this.transport = transport
  }

  async listen(onArrival: (end: End) => void = () => undefined): Promise<Listener> {
    this.listener = await this.transport.listen({
      onArrival: (arrival) => {
        const end = new End(arrival)
        this.arrived.push(end)
        onArrival(end)
      },
      onError: (error) => void this.faults.push(error),
    })
    return this.listener
  }

  async pair(): Promise<Pair> {
    const listener = this.listener ?? (await this.listen())
    const before = this.arrived.length
    const client = new End(await this.transport.dial(listener))
    await until('the connection arrives', () => this.arrived.length > before)
    return { client, server: this.arrived[before] as End }
  }

  async end(): Promise<void> {
    await this.listener?.close()
    await this.transport.remove?.()
  }
}

const resume = ({ client, server }: Pair): void => {
  client.wire.resume()
  server.wire.resume()
}

/** Run the suite; `fresh` is called for every test. */
export function transportConformance(
  { describe, test }: Runner,
  fresh: () => FreshTransport | Promise<FreshTransport>,
): void {
  const staged = (name: string, body: (stage: Stage) => Promise<void>): void =>
    test(name, async () => {
      const stage = new Stage(await fresh())
      try {
        await body(stage)
      } finally {
        await stage.end()
      }
    })
  describe('bytes', () => bytesSuite(staged))
  describe('ends', () => endsSuite(staged))
  describe('faults', () => faultsSuite(staged))
}

type Staged = (name: string, body: (stage: Stage) => Promise<void>) => void

function bytesSuite(staged: Staged): void {
  staged('go both ways, whole and in order', async (stage) => {
    const pair = await stage.pair()
    resume(pair)
    const sizes = [1, 2, 3, 1000, 65_535, 65_536, 65_537, 300_000]
    const chunks = sizes.map(bytesOf)
    for (const chunk of chunks) {
      pair.client.wire.write(chunk)
      pair.server.wire.write(chunk)
    }
    const total = sizes.reduce((sum, size) => sum + size, 0)
    await until('all has come', () => pair.client.length + pair.server.length === 2 * total)
    must(pair.client.has(chunks) && pair.server.has(chunks), 'what came is what was sent')
  })

  staged('wait until somebody reads', async (stage) => {
    const pair = await stage.pair()
    pair.client.wire.write(bytesOf(10, 1))
    pair.client.wire.resume()
    pair.server.wire.write(bytesOf(10, 2))
    await until('the one who reads has them', () => pair.client.length === 10)
    must(pair.server.length === 0, 'nothing is delivered before resume')
    pair.server.wire.resume()
    await until('they come after resume', () => pair.server.length === 10)
  })

  staged('are held back from one who pauses, and go on later', async (stage) => {
    const pair = await stage.pair()
    const chunk = bytesOf(CHUNK_BYTES, 3)
    let sent = 0
    while (pair.client.wire.write(chunk)) {
      sent += CHUNK_BYTES
      must(sent < FLOOD_BYTES, 'a writer is asked to wait')
      // sockets take what fits into the buffers of the system, in later turns
      await new Promise<void>((resolve) => setImmediate(resolve))
    }
    sent += CHUNK_BYTES
    must(pair.server.length === 0, 'the one who pauses gets nothing')
    pair.server.wire.resume()
    await until('the writer may go on', () => pair.client.events.includes('drain'))
    await until('nothing was lost', () => pair.server.length === sent)
    pair.server.wire.pause()
    const before = pair.server.length
    pair.client.wire.write(chunk)
    pair.client.wire.write(chunk)
    pair.server.wire.resume()
    await until('it goes on after another pause', () => pair.server.length > before + CHUNK_BYTES)
  })

  staged('of many connections do not mix', async (stage) => {
    await stage.listen((end) => {
      end.wire.onData = (chunk) => void end.wire.write(chunk)
      end.wire.resume()
    })
    const clients: End[] = []
    for (let n = 0; n < 30; n += 1) {
      const client = new End(await stage.transport.dial(stage.listener as Listener))
      clients.push(client)
      client.wire.resume()
      client.wire.write(bytesOf(5_000, n))
    }
    await until('all echoes are there', () => clients.every(({ length }) => length === 5_000))
    must(
      clients.every((client, n) => client.has([bytesOf(5_000, n)])),
      'everybody has its own',
    )
  })

  staged('make a handshake', async (stage) => {
    const { client, server } = await stage.pair()
    const networkKey = new Uint8Array(32).fill(9)
    const [ours, theirs] = [1, 2].map((n) => signKeyPair(new Uint8Array(32).fill(n)))
    if (ours === undefined || theirs === undefined) return
    const [one, two] = await Promise.all([
      shakeAsClient({ wire: client.wire, keys: ours, networkKey, serverKey: theirs.publicKey }),
      shakeAsServer({ wire: server.wire, keys: theirs, networkKey, authorize: () => true }),
    ])
    const heard: Uint8Array[] = []
    two.onData = (chunk) => void heard.push(chunk)
    two.resume()
    one.write([bytesOf(10_000, 4)])
    await until('it comes through', () => heard.reduce((n, { length }) => n + length, 0) === 10_000)
  })
}

function endsSuite(staged: Staged): void {
  staged('one who ends has said all, and is heard to the end', async (stage) => {
    const pair = await stage.pair()
    const words = [bytesOf(200_000, 5), bytesOf(3, 6)]
    for (const word of words) pair.client.wire.write(word)
    pair.client.wire.end()
    resume(pair)
    await until('the end is told', () => pair.server.events.includes('end'))
    must(pair.server.has(words), 'all came before the end')
    // whether the other direction is still good for something differs: TCP and WebSockets end both
    pair.server.wire.end()
    await until('both are closed', () => pair.server.isClosed && pair.client.isClosed)
    for (const end of [pair.server, pair.client]) {
      must(end.events.at(-1) === 'close' && end.count('close') === 1, 'close is the last, once')
      must(end.count('end') <= 1, 'the end is told once')
    }
  })

  staged('one who drops the wire closes both ends, at once', async (stage) => {
    const pair = await stage.pair()
    resume(pair)
    pair.client.wire.destroy()
    await until('both are closed', () => pair.server.isClosed && pair.client.isClosed)
    must(pair.client.count('close') === 1 && pair.server.count('close') === 1, 'close comes once')
  })

  staged('a closed wire takes everything and does nothing', async (stage) => {
    const pair = await stage.pair()
    resume(pair)
    pair.server.wire.destroy()
    await until('both are closed', () => pair.server.isClosed && pair.client.isClosed)
    for (const { wire } of [pair.client, pair.server]) {
      must(wire.write(bytesOf(9, 8)), 'a write after the end does not ask to wait')
      wire.pause()
      wire.resume()
      wire.end()
      wire.destroy()
    }
    must(pair.client.count('close') === 1 && pair.server.count('close') === 1, 'nothing happens')
  })

  staged('a listener that closes drops whom it has let in, and lets in nobody', async (stage) => {
    const pair = await stage.pair()
    resume(pair)
    const listener = stage.listener as Listener
    await listener.close()
    await until('both are closed', () => pair.server.isClosed && pair.client.isClosed)
    stage.listener = null
    must(
      (await codeOf(stage.transport.dial(listener))) === 'SSB_NET_UNREACHABLE',
      'nobody is there',
    )
  })
}

function faultsSuite(staged: Staged): void {
  staged('dialling is given up when told so', async (stage) => {
    const listener = await stage.listen()
    const failed = codeOf(stage.transport.dial(listener, AbortSignal.abort()))
    must((await failed) === 'SSB_NET_UNREACHABLE', 'an aborted dial fails with its code')
    await stage.pair()
  })

  staged('a handler that throws ends its own wire and nothing else', async (stage) => {
    const pair = await stage.pair()
    pair.server.wire.onData = () => {
      throw new Error('thrown on purpose')
    }
    resume(pair)
    pair.client.wire.write(bytesOf(5, 9))
    await until('both are closed', () => pair.server.isClosed && pair.client.isClosed)
    const next = await stage.pair()
    resume(next)
    next.client.wire.write(bytesOf(5, 10))
    await until('the next is served', () => next.server.length === 5)
  })

  staged('one whose arrival is not wanted is dropped, and the fault is told', async (stage) => {
    let isFirst = true
    await stage.listen(() => {
      if (!isFirst) return
      isFirst = false
      throw new Error('thrown on purpose')
    })
    const client = new End(await stage.transport.dial(stage.listener as Listener))
    client.wire.resume()
    await until('it is closed', () => client.isClosed)
    must(stage.faults.length === 1, 'the fault is told')
    const next = await stage.pair()
    resume(next)
    next.server.wire.write(bytesOf(5, 11))
    await until('the next is served', () => next.client.length === 5)
  })
}

const codeOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'it worked',
    (error: { readonly code?: unknown }) => error.code,
  )
