import type { Client } from '@scuttlebot/ssb-client'
import { Batch, createFace, createMux, type Mux, type PlainManifest } from '@scuttlebot/ssb-muxrpc'
import { EXIT, type Io, type MainOptions, main } from '../src/index.ts'

/** A standard input made of chunks. */
export function stdinOf(...chunks: readonly (string | Uint8Array)[]): Io['stdin'] {
  const encoder = new TextEncoder()
  return {
    isTTY: false,
    async *[Symbol.asyncIterator]() {
      for (const chunk of chunks) yield typeof chunk === 'string' ? encoder.encode(chunk) : chunk
    },
  }
}

const terminal: Io['stdin'] = Object.assign(stdinOf(), { isTTY: true })

/** What a server of this test serves. */
export interface Served {
  readonly manifest: object
  readonly handlers: object
}

/** Two muxes joined in this process; the client's end. */
function join(served: Served): { client: Mux; server: Mux } {
  const face = createFace({ ...served, peer: '@owner', roles: ['owner'] })
  const nothing = createFace({ manifest: {}, handlers: {}, peer: null, roles: [] })
  const carry = (to: () => Mux) => (chunks: readonly Uint8Array[]) => {
    for (const chunk of chunks) to().receive(Uint8Array.from(chunk))
    return true
  }
  const client: Mux = createMux({
    face: nothing,
    peer: null,
    write: carry(() => server),
    onClose: () => server.end(),
  })
  const server: Mux = createMux({
    face,
    peer: '@owner',
    write: carry(() => client),
    onClose: () => client.end(),
  })
  return { client, server }
}

const plain = (tree: object): PlainManifest =>
  Object.fromEntries(
    Object.entries(tree).map(([name, spec]) => [
      name,
      typeof spec.kind === 'string' ? spec.kind : plain(spec),
    ]),
  )

function clientOf(served: Served): Client<unknown> {
  const { client } = join(served)
  const manifest = plain(served.manifest)
  return {
    id: '@server=.ed25519',
    address: 'memory:',
    manifest,
    remote: client.remote(manifest),
    mux: client,
    closed: client.closed,
    close: () => client.close(),
  }
}

export interface Ran {
  readonly code: number
  readonly out: string
  readonly bytes: Uint8Array
  readonly err: string
}

export interface RunOptions extends Partial<Omit<MainOptions, 'io' | 'argv'>> {
  readonly served?: Served
  readonly stdin?: Io['stdin']
  readonly outIsTTY?: boolean
  readonly errIsTTY?: boolean
  readonly signal?: AbortSignal
  readonly secret?: NonNullable<Io['secret']>
}

/** The time of these tests. */
export const NOW: number = Date.UTC(2026, 0, 31, 12)

/** Run a command line to its end. Without `served` there is no server. */
export async function run(argv: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const { served, stdin, outIsTTY, errIsTTY, signal, secret, ...rest } = options
  const out: Uint8Array[] = []
  const err: string[] = []
  const encoder = new TextEncoder()
  const io: Io = {
    stdin: stdin ?? terminal,
    out: async (chunk) => {
      out.push(typeof chunk === 'string' ? encoder.encode(chunk) : Uint8Array.from(chunk))
    },
    err: (text) => err.push(text),
    outIsTTY: outIsTTY ?? false,
    isColourful: false,
    now: () => NOW,
    errIsTTY: errIsTTY ?? false,
    signal: signal ?? new AbortController().signal,
    ...(secret === undefined ? {} : { secret }),
  }
  const code = await main({
    argv,
    io,
    environment: {},
    home: '/nowhere',
    version: '1.2.3',
    connect: async () => {
      if (served !== undefined) return clientOf(served)
      throw Object.assign(new Error('refused'), { code: 'SSB_CLIENT_UNREACHABLE' })
    },
    ...rest,
  })
  const bytes = Buffer.concat(out)
  return { code, out: bytes.toString('utf8'), bytes, err: err.join('') }
}

/** A small server: enough kinds of methods to call each way. */
export const small: Served = {
  manifest: {
    whoami: { kind: 'sync' },
    help: { kind: 'sync' },
    echo: { kind: 'async' },
    nothing: { kind: 'async' },
    fail: { kind: 'async' },
    createLogStream: { kind: 'source' },
    bytes: { kind: 'source' },
    keep: { kind: 'sink' },
    double: { kind: 'duplex' },
    addBatch: { kind: 'async' },
    blobs: { get: { kind: 'source' }, has: { kind: 'async' }, add: { kind: 'sink' } },
  },
  handlers: {
    whoami: () => ({ id: '@a' }),
    help: () => ({
      'blobs.has': {
        description: 'Whether a blob is here.',
        args: { id: { type: 'blob id', description: 'Which one.' } },
        example: 'blobs.has &…',
      },
    }),
    echo: (_: unknown, ...args: unknown[]) => args,
    nothing: () => undefined,
    fail: () => {
      throw new TypeError('Param 0 is required\nsecond line')
    },
    async *createLogStream(_: unknown, options: { limit?: number } = {}) {
      yield new Batch([{ n: 1 }, { n: 2 }, { n: 3 }].slice(0, options.limit ?? 3))
    },
    async *bytes() {
      yield new Uint8Array([1, 2])
      yield new Uint8Array([255])
    },
    keep: async (_: unknown, input: AsyncIterable<unknown>) => {
      let count = 0
      for await (const item of input) count += item instanceof Uint8Array ? item.length : 1
      if (count !== 5) throw new Error(`got ${count}`)
    },
    async *double(_: unknown, input: AsyncIterable<number>) {
      for await (const item of input) yield item * 2
    },
    addBatch: (_: unknown, values: readonly { n?: number }[]) =>
      values.map(({ n = 0 }) =>
        n % 3 === 0
          ? { ok: false, code: 'SSB_VALIDATE_X', reason: 'divides by three' }
          : n % 3 === 1
            ? { ok: true, key: `%${n}` }
            : { ok: false, code: 'SSB_STORE_KNOWN', reason: 'known' },
      ),
    blobs: {
      get: async function* () {},
      has: () => true,
      add: async (_: unknown, input: AsyncIterable<Uint8Array>) => {
        for await (const chunk of input) if (chunk.includes(0)) throw new Error('no zeros, please')
      },
    },
  },
}

export { EXIT }
