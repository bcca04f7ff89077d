import { readFileSync } from 'node:fs'
import { createMux } from '@scuttlebot/ssb-muxrpc'
import { decodeBody, encodePacket, PacketParser } from '@scuttlebot/ssb-muxrpc/codec'
import { describe, expect, test } from 'vitest'
import { bytes, faceOf, hex, NOTHING, settle } from './helper.ts'

interface Side {
  readonly packets: {
    readonly request: number
    readonly stream: boolean
    readonly end: boolean
    readonly body: unknown
  }[]
  readonly hex: string
}
interface Session {
  readonly name: string
  readonly client: Side
  readonly server: Side
}

const sessions = JSON.parse(
  readFileSync(new URL('fixtures/sessions.json', import.meta.url), 'utf8'),
) as Session[]
const session = (name: string): Session => sessions.find((s) => s.name.startsWith(name)) as Session

/** Bodies of text come as strings, of JSON as values; bytes do not occur in these. */
const reread = (wire: Uint8Array): Side['packets'] => {
  const packets: Side['packets'] = []
  const parser = new PacketParser(
    {
      packet: (flags, request, body) => {
        const decoded = decodeBody(flags, body)
        if (!decoded.ok) throw new Error('does not decode')
        const { value } = decoded
        packets.push({ request, stream: (flags & 8) > 0, end: (flags & 4) > 0, body: value })
      },
      goodbye: () => undefined,
    },
    1 << 20,
  )
  expect(parser.push(wire)).toBeNull()
  expect(parser.idle).toBe(true)
  return packets
}

describe.each(sessions)('$name', ({ client, server }) => {
  test.each([
    ['client', client],
    ['server', server],
  ])('what the %s sent is read and written byte for byte', (_, side) => {
    const packets = reread(bytes(side.hex))
    expect(packets).toEqual(side.packets)
    const written = packets.map(({ body, ...rest }) => hex(encodePacket({ ...rest, value: body })))
    expect(written.join('')).toBe(side.hex)
  })
})

test('ssb-client is served the very bytes that it had from ssb-server', async () => {
  const { client, server } = session('ssb-client')
  const reply = (request: number): unknown =>
    server.packets.find((p) => p.request === request)?.body
  const manifest = {
    manifest: { kind: 'sync' },
    whoami: { kind: 'sync' },
    version: { kind: 'sync' },
    publish: { kind: 'async' },
  }
  const asked: unknown[] = []
  let posts = 0
  const handlers = {
    manifest: () => reply(-1),
    whoami: () => reply(-2),
    version: () => reply(-3),
    publish: async (_call: unknown, content: unknown) => {
      asked.push(content)
      if (posts++ > 0) throw new Error('content has no type')
      return reply(-4)
    },
  }
  const out: Uint8Array[] = []
  const mux = createMux({
    face: faceOf(manifest, handlers),
    peer: null,
    write: (chunks) => out.push(...chunks) > 0,
  })
  mux.receive(bytes(client.hex))
  await settle()
  const sent = hex(new Uint8Array(out.flatMap((chunk) => [...chunk])))
  expect(sent.startsWith(server.hex)).toBe(true)
  expect(reread(bytes(sent)).at(-1)).toEqual({
    request: -5,
    stream: false,
    end: true,
    body: { message: 'content has no type', name: 'Error' },
  })
  expect(asked).toEqual([{ type: 'post', text: 'via rpc' }, { text: 'no type' }])
})

test('a peer without ebt that asks and is asked as in the recording', async () => {
  const { client, server } = session('ssb-server')
  const seen: unknown[] = []
  const out: Uint8Array[] = []
  const mux = createMux({
    face: NOTHING,
    peer: null,
    write: (chunks) => out.push(...chunks) > 0,
  })
  const never = {
    [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => undefined) }),
  }
  const once = async function* (): AsyncGenerator<number> {
    yield 1795323719586
    await new Promise(() => undefined)
  }
  const read = async (name: string, from: AsyncIterable<unknown>): Promise<void> => {
    for await (const item of from) seen.push([name, item])
  }
  const reading = [
    read('ping', mux.duplex(['gossip', 'ping'], [{ timeout: 300000 }], once())),
    read('wants', mux.source(['blobs', 'createWants'], [])),
    read('ebt', mux.duplex(['ebt', 'replicate'], [{ version: 3 }], never)).catch((e) =>
      seen.push(e.message),
    ),
    read('ooo', mux.duplex(['ooo', 'stream'], [], never)),
  ]
  await settle()
  const sorted = (side: Side['packets']): unknown =>
    side.filter((p) => p.request > 0).sort((a, b) => a.request - b.request)
  expect(sorted(reread(new Uint8Array(out.flatMap((chunk) => [...chunk]))))).toEqual(
    sorted(client.packets),
  )

  mux.receive(bytes(server.hex))
  mux.receive(
    encodePacket({
      request: -3,
      stream: true,
      end: true,
      value: { message: 'method:ebt,replicate is not in list of allowed methods', name: 'Error' },
    }),
  )
  await settle()
  expect(seen).toEqual([
    ['ping', 1795323719636],
    ['wants', {}],
    'method:ebt,replicate is not in list of allowed methods',
  ])
  void mux.close()
  expect((await Promise.allSettled(reading)).map((r) => r.status)).toEqual([
    'rejected',
    'rejected',
    'fulfilled',
    'rejected',
  ])
})
