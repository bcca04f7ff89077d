// Two connections in memory, and one connection with a hand-written peer.
import {
  createFace,
  createMux,
  type Face,
  type Mux,
  type MuxLimits,
  type Role,
} from '@scuttlebot/ssb-muxrpc'
import { decodeBody, encodePacket, PacketParser } from '@scuttlebot/ssb-muxrpc/codec'

export const faceOf = (
  manifest: object,
  handlers: object,
  roles: readonly Role[] = ['owner'],
): Face => createFace({ manifest, handlers, peer: '@them', roles })

export const NOTHING: Face = faceOf({}, {})

/** Let everything happen that needs no timer. */
export const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

export interface Pair {
  readonly client: Mux
  readonly server: Mux
}

/** A client with nothing to call, and a server with `face`; bytes arrive a microtask later. */
export function pair(face: Face, limits: Partial<MuxLimits> = {}): Pair {
  const wire = (to: () => Mux) => (chunks: readonly Uint8Array[]) => {
    queueMicrotask(() => {
      for (const chunk of chunks) to().receive(chunk)
    })
    return true
  }
  const client: Mux = createMux({
    face: NOTHING,
    peer: '@server',
    write: wire(() => server),
    onClose: (error) => queueMicrotask(() => server.end(error ?? undefined)),
    limits,
  })
  const server: Mux = createMux({
    face,
    peer: '@client',
    write: wire(() => client),
    onClose: (error) => queueMicrotask(() => client.end(error ?? undefined)),
    limits,
  })
  return { client, server }
}

/** A packet in short: number, `end` or not, value. `.` marks a stream, `GOODBYE` stands alone. */
type Short = string

export interface Tap {
  readonly mux: Mux
  /** What the mux has written and nobody has looked at yet, in short. */
  readonly sent: () => Promise<Short[]>
  /** Bytes of each write. */
  readonly writes: number[]
  /** What `write` answers. */
  full: boolean
  /** Times `pause` was called, in order. */
  readonly pauses: boolean[]
  readonly closes: (Error | null)[]
  call(request: number, body: unknown): void
  stream(request: number, value: unknown): void
  end(request: number, value: unknown): void
  raw(hex: string): void
}

const short = (flags: number, request: number, body: Uint8Array): Short => {
  const decoded = decodeBody(flags, body)
  const value = decoded.ok ? JSON.stringify(decoded.value) : '<bad>'
  const kind = ['bytes ', 'text ', ''][flags & 3] ?? '?'
  return `${flags & 8 ? '.' : ''}${request}${flags & 4 ? ' end' : ''} ${kind}${value}`
}

/** One mux, and a hand on its wire. */
export function tap(face: Face, limits: Partial<MuxLimits> = {}, write?: () => void): Tap {
  const out: Short[] = []
  const parser = new PacketParser(
    {
      packet: (flags, request, body) => out.push(short(flags, request, body)),
      goodbye: () => out.push('GOODBYE'),
    },
    2 ** 30,
  )
  const send = (request: number, stream: boolean, end: boolean, value: unknown): void =>
    mux.receive(encodePacket({ request, stream, end, value }))
  const made: Tap = {
    get mux() {
      return mux
    },
    sent: async () => {
      await settle()
      return out.splice(0)
    },
    writes: [],
    full: false,
    pauses: [],
    closes: [],
    call: (request, body) => send(request, false, false, body),
    stream: (request, value) => send(request, true, false, value),
    end: (request, value) => send(request, true, true, value),
    raw: (hex) => mux.receive(bytes(hex)),
  }
  const mux: Mux = createMux({
    face,
    peer: '@them',
    limits,
    write: (chunks) => {
      made.writes.push(chunks.reduce((sum, chunk) => sum + chunk.length, 0))
      for (const chunk of chunks) parser.push(chunk)
      write?.()
      return !made.full
    },
    pause: (on) => made.pauses.push(on),
    onClose: (error) => made.closes.push(error),
  })
  return made
}

export const bytes = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'))
export const hex = (from: Uint8Array): string => Buffer.from(from).toString('hex')

/** An input that is fed by hand. */
export interface Feed<T> extends AsyncIterable<T> {
  push(item: T): void
  end(error?: Error): void
  /** How often it was asked, and whether it was told to stop. */
  readonly pulls: number
  readonly returned: boolean
}

export function feed<T>(): Feed<T> {
  const items: T[] = []
  let wake: () => void = () => undefined
  let over: { error?: Error } | null = null
  let pulls = 0
  let returned = false
  const next = async (): Promise<IteratorResult<T>> => {
    pulls++
    for (;;) {
      if (items.length > 0) return { done: false, value: items.shift() as T }
      if (over?.error) throw over.error
      if (over) return { done: true, value: undefined }
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
  }
  return {
    push(item) {
      items.push(item)
      wake()
    },
    end(error) {
      over = error ? { error } : {}
      wake()
    },
    get pulls() {
      return pulls
    },
    get returned() {
      return returned
    },
    [Symbol.asyncIterator]: () => ({
      next,
      return: () => {
        returned = true
        return Promise.resolve({ done: true, value: undefined })
      },
    }),
  }
}

export const collect = async <T>(from: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = []
  for await (const item of from) all.push(item)
  return all
}

/** What went wrong, by code and message; a promise that resolves is a failure of the test. */
export const failure = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    (value) => `resolved with ${JSON.stringify(value)}`,
    (error: { code?: string; message: string }) => `${error.code}: ${error.message}`,
  )
