// A connection to a server that keeps every byte that came out of the box stream, and calls whatever it is told to.
import type { KeyPair } from '@scuttlebot/ssb-crypto'
import { createFace, createMux, type Mux } from '@scuttlebot/ssb-muxrpc'
import { dial } from '@scuttlebot/ssb-net/tcp'
import { dial as dialWs } from '@scuttlebot/ssb-net/ws'
import { connect } from '@scuttlebot/ssb-shs/stream'

/** How long a stream that does not end is read, ms. What comes later is heard, too, while the connection lasts. */
const STREAM_MS = 20

const ANSWER_MS = 1000

export interface TapOptions {
  /** A port for TCP, or the URL of a WebSocket. */
  readonly place: number | string
  readonly networkKey: Uint8Array
  readonly serverKey: Uint8Array
  readonly keys: KeyPair
}

/** One method, as the manifest names it. */
export interface MethodName {
  readonly path: readonly string[]
  readonly kind: string
}

export class Tap {
  readonly mux: Mux
  readonly #chunks: Uint8Array[] = []

  private constructor(make: (received: Uint8Array[]) => Mux) {
    this.mux = make(this.#chunks)
  }

  static async open({ place, ...options }: TapOptions): Promise<Tap> {
    const { wire } =
      typeof place === 'string'
        ? await dialWs(place)
        : await dial({ host: '127.0.0.1', port: place })
    const channel = await connect({ wire, ...options })
    const face = createFace({ manifest: {}, handlers: {}, peer: null, roles: [] })
    return new Tap((received) => {
      const mux = createMux({
        face,
        peer: null,
        write: (chunks) => channel.write(chunks),
        onClose: () => channel.end(),
      })
      channel.onData = (chunk) => {
        received.push(new Uint8Array(chunk))
        mux.receive(chunk)
      }
      channel.onDrain = () => mux.drain()
      channel.onEnd = (error) => mux.end(error ?? undefined)
      channel.resume()
      return mux
    })
  }

  /** All that the server has said, as one text of bytes. */
  heard(): string {
    return Buffer.concat(this.#chunks).toString('latin1')
  }

  /** Call a method and take what comes. `false`: it was refused. */
  async take({ path, kind }: MethodName, args: readonly unknown[]): Promise<boolean> {
    try {
      if (kind === 'sync' || kind === 'async') await soon(this.mux.call(path, args))
      else if (kind === 'sink') await soon(this.mux.sink(path, args, inputOf(args)))
      else {
        const stream =
          kind === 'source'
            ? this.mux.source(path, args, { raw: true })
            : this.mux.duplex(path, args, inputOf(args), { raw: true })
        await drain(stream)
      }
      return true
    } catch (error) {
      return !/in list of (?:dis)?allowed methods|^no /.test((error as Error).message)
    }
  }

  /** Call and keep the stream open. */
  listen({ path, kind }: MethodName, args: readonly unknown[]): void {
    if (kind !== 'source' && kind !== 'duplex') return
    const stream =
      kind === 'source'
        ? this.mux.source(path, args, { raw: true })
        : this.mux.duplex(path, args, endless(args), { raw: true })
    void (async () => {
      for await (const body of stream) void body
    })().catch(() => undefined)
  }

  close(): Promise<void> {
    return this.mux.close()
  }
}

/** Wait for an answer, but not for one that does not come: a blob that nobody has, say. */
async function soon(answer: Promise<unknown>): Promise<void> {
  const late = new Promise((resolve) => setTimeout(resolve, ANSWER_MS))
  await Promise.race([answer, late])
}

/** What is sent into a sink or duplex: a clock that asks for every feed from its beginning. */
async function* inputOf(args: readonly unknown[]): AsyncGenerator<unknown> {
  const [first] = args
  const clock = (first as { readonly clock?: object } | undefined)?.clock
  yield clock ?? {}
}

async function* endless(args: readonly unknown[]): AsyncGenerator<unknown> {
  yield* inputOf(args)
  await new Promise(() => undefined)
}

async function drain(stream: AsyncIterable<unknown>): Promise<void> {
  const iterator = stream[Symbol.asyncIterator]()
  const late = new Promise<'late'>((resolve) => setTimeout(resolve, STREAM_MS, 'late'))
  for (;;) {
    const next = await Promise.race([iterator.next(), late])
    if (next === 'late') {
      void iterator.return?.().catch(() => undefined)
      return
    }
    if (next.done === true) return
  }
}
