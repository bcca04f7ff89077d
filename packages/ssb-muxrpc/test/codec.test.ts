import { readFileSync } from 'node:fs'
import { JsonBytes } from '@scuttlebot/ssb-muxrpc'
import {
  decodeBody,
  encodePacket,
  encodeValue,
  goodbye,
  type Packet,
  type PacketFault,
  PacketParser,
} from '@scuttlebot/ssb-muxrpc/codec'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bytes, hex } from './helper.ts'

const vector = (name: string): URL => new URL(`../../../vectors/${name}`, import.meta.url)
const readJson = (url: URL): unknown => JSON.parse(readFileSync(url, 'utf8'))

interface Parsed {
  readonly packets: Packet[]
  readonly goodbyes: number
  readonly fault: PacketFault | null
  readonly idle: boolean
}

function parse(chunks: Iterable<Uint8Array>, max = 2 ** 21): Parsed {
  const packets: Packet[] = []
  let goodbyes = 0
  let fault: PacketFault | null = null
  const parser = new PacketParser(
    {
      packet: (flags, request, body) => {
        const decoded = decodeBody(flags, body)
        if (!decoded.ok) throw new Error('body does not decode')
        const { value } = decoded
        packets.push({ request, stream: (flags & 8) !== 0, end: (flags & 4) !== 0, value })
      },
      goodbye: () => {
        goodbyes++
      },
    },
    max,
  )
  for (const chunk of chunks) fault ??= parser.push(chunk)
  return { packets, goodbyes, fault, idle: parser.idle }
}

interface Frame {
  readonly packet: 'GOODBYE' | (Packet & { readonly req: number })
  readonly header_hex: string
  readonly body_hex: string | null
}

const plain = (value: unknown): unknown => {
  const { $hex, $zeros } = (value ?? {}) as { $hex?: string; $zeros?: number }
  if ($hex !== undefined) return bytes($hex)
  return $zeros === undefined ? value : new Uint8Array($zeros)
}

describe('the vectors of packet-stream-codec and go-muxrpc', () => {
  const frames = readJson(vector('packet-stream-codec/frames.json')) as Frame[]

  test.each(frames.map((frame) => [frame.header_hex, frame] as const))('%s', (_, frame) => {
    if (frame.packet === 'GOODBYE') {
      expect(hex(goodbye())).toBe(frame.header_hex)
      expect(parse([goodbye()]).goodbyes).toBe(1)
      return
    }
    const { req, stream, end } = frame.packet
    const packet = { request: req, stream, end, value: plain(frame.packet.value) }
    const encoded = encodePacket(packet)
    expect(hex(encoded.subarray(0, 9))).toBe(frame.header_hex)
    if (frame.body_hex !== null) expect(hex(encoded.subarray(9))).toBe(frame.body_hex)
    same(parse([encoded]).packets, packet)
  })

  test('a stream of them, in pieces of each size', () => {
    const stream = new Uint8Array(
      readFileSync(vector('packet-stream-codec/stream-without-large.bin')),
    )
    const expected = frames.flatMap(({ packet, body_hex }) =>
      packet === 'GOODBYE' || body_hex === null
        ? []
        : {
            request: packet.req,
            stream: packet.stream,
            end: packet.end,
            value: plain(packet.value),
          },
    )
    for (let size = 1; size <= stream.length; size++) {
      const parsed = parse(cut(stream, [size]))
      expect(parsed).toEqual({ packets: expected, goodbyes: 1, fault: null, idle: true })
    }
  })
})

test('the vectors of pyssb', () => {
  const cases = readJson(vector('pyssb/packets.json')) as {
    header_hex: string
    body: string
    req: number
    stream: boolean
    end: boolean
    body_length_matches: boolean
  }[]
  expect(cases.length).toBe(5)
  for (const { header_hex, body, req, stream, end, body_length_matches } of cases) {
    expect(body_length_matches).toBe(true)
    const value: unknown = JSON.parse(body)
    const wire = new Uint8Array([...bytes(header_hex), ...new TextEncoder().encode(body)])
    expect(parse([wire]).packets).toEqual([{ request: req, stream, end, value }])
    const encoded = encodePacket({
      request: req,
      stream,
      end,
      value: new JsonBytes(wire.subarray(9)),
    })
    expect(hex(encoded)).toBe(hex(wire))
  }
})

/** One packet; large bodies are compared by hand, since `toEqual` looks at them byte by byte. */
function same(packets: readonly Packet[], { value, ...rest }: Packet): void {
  expect(packets.length).toBe(1)
  const { value: got, ...others } = packets[0] as Packet
  expect(others).toEqual(rest)
  if (value instanceof Uint8Array) expect(Buffer.compare(got as Uint8Array, value)).toBe(0)
  else expect(got).toEqual(value)
}

/** Cut into pieces whose sizes repeat. */
function* cut(stream: Uint8Array, sizes: readonly number[]): Iterable<Uint8Array> {
  for (let at = 0, turn = 0; at < stream.length; turn++) {
    const size = Math.max(1, sizes[turn % sizes.length] ?? 1)
    yield stream.subarray(at, at + size)
    at += size
  }
}

const packet: fc.Arbitrary<Packet> = fc.record({
  request: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  stream: fc.boolean(),
  end: fc.boolean(),
  value: fc.oneof(
    fc.string({ minLength: 1, unit: 'grapheme' }),
    fc.uint8Array({ minLength: 1, maxLength: 300 }),
    fc.jsonValue(),
  ),
})

describe('laws', () => {
  test('packets survive the wire, cut anywhere', () => {
    fc.assert(
      fc.property(fc.array(packet), fc.array(fc.nat(40), { minLength: 1 }), (packets, sizes) => {
        const parts = packets.map(encodePacket)
        const stream = new Uint8Array(parts.flatMap((part) => [...part]))
        const parsed = parse(cut(stream, sizes))
        // JSON turns -0 to 0; what was written is what JSON says.
        const expected = packets.map((sent) => ({
          ...sent,
          value:
            sent.value instanceof Uint8Array ? sent.value : JSON.parse(JSON.stringify(sent.value)),
        }))
        expect(parsed).toEqual({ packets: expected, goodbyes: 0, fault: null, idle: true })
      }),
    )
  })

  test('any bytes are parsed without a throw, and alike however they are cut', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 200 }),
        fc.array(fc.nat(20), { minLength: 1 }),
        (all, sizes) => {
          const seen = (chunks: Iterable<Uint8Array>): unknown => {
            const events: unknown[] = []
            const parser = new PacketParser(
              {
                packet: (flags, request, body) => events.push([flags, request, hex(body)]),
                goodbye: () => events.push('goodbye'),
              },
              50,
            )
            for (const chunk of chunks)
              events.push(...[parser.push(chunk)].filter((f) => f !== null))
            return [events, parser.idle, parser.stopped]
          }
          expect(seen(cut(all, sizes))).toEqual(seen([all]))
        },
      ),
    )
  })
})

describe('the parser', () => {
  test.each([
    [0, 'goodbye'],
    [1, 'packet'],
    [99, 'packet'],
    [100, 'packet'],
    [101, 'SSB_MUXRPC_FRAME_TOO_LARGE'],
    [2 ** 32 - 1, 'SSB_MUXRPC_FRAME_TOO_LARGE'],
  ])('judges a length of %d by its header: %s', (length, expected) => {
    const header = bytes(`08${length.toString(16).padStart(8, '0')}00000001`)
    const { fault, goodbyes, idle } = parse([header], 100)
    expect(fault?.code ?? (goodbyes ? 'goodbye' : 'packet')).toBe(expected)
    expect(idle).toBe(expected !== 'packet')
  })

  test('collects a body beyond its first memory, byte for byte', () => {
    const value = new Uint8Array(200_000).map((_, at) => at * 31)
    const wire = encodePacket({ request: 1, stream: true, end: false, value })
    for (const size of [1, 8192, 65_535, 65_536, 65_545, 199_999])
      same(parse(cut(wire, [size])).packets, { request: 1, stream: true, end: false, value })
  })

  test('gives views where a body lies in one chunk', () => {
    const wire = encodePacket({ request: 1, stream: true, end: false, value: bytes('010203') })
    const seen: Uint8Array[] = []
    const reader = { packet: (_f: number, _r: number, b: Uint8Array) => seen.push(b), goodbye() {} }
    new PacketParser(reader, 10).push(wire)
    expect(seen[0]?.buffer).toBe(wire.buffer)
  })

  test('refuses body type 3, and reads nothing after a fault or a goodbye', () => {
    const good = encodePacket({ request: 1, stream: false, end: false, value: 1 })
    const after = (prefix: string): Parsed =>
      parse([new Uint8Array([...bytes(prefix), ...good]), good])
    expect(after('030000000100000001').fault?.code).toBe('SSB_MUXRPC_BAD_FRAME')
    expect(after('030000000100000001').packets).toEqual([])
    // Whatever its flags and number: without a body it is a goodbye.
    expect(after('0f00000000fffffffe')).toMatchObject({ goodbyes: 1, packets: [], idle: true })
  })

  test('ignores the upper flags and takes the whole range of numbers', () => {
    expect(parse([bytes('f20000000180000000' + '31')]).packets).toEqual([
      { request: -(2 ** 31), stream: false, end: false, value: 1 },
    ])
  })
})

describe('values', () => {
  test.each([
    ['text', 'x', 1, '78'],
    ['bytes', bytes('00ff'), 0, '00ff'],
    ['null', null, 2, hex(new TextEncoder().encode('null'))],
    ['no value', undefined, 2, hex(new TextEncoder().encode('false'))],
    ['a function', () => 1, 2, hex(new TextEncoder().encode('false'))],
    ['an empty string', '', 2, '2222'],
    ['a lone surrogate', '\ud800', 1, 'efbfbd'],
    ['a byte-order mark', '\ufeffx', 1, 'efbbbf78'],
    ['JSON as it is', new JsonBytes(bytes('5b315d')), 2, '5b315d'],
  ])('%s', (_, value, type, body) => {
    const wire = encodePacket({ request: 1, stream: false, end: false, value })
    expect([wire[0], hex(wire.subarray(9))]).toEqual([type, body])
  })

  test('empty bytes have no form', () => {
    expect(encodeValue(new Uint8Array(0))).toBeNull()
    expect(encodeValue(new JsonBytes(new Uint8Array(0)))).toBeNull()
    expect(
      encodePacket({ request: 1, stream: true, end: false, value: new Uint8Array(0) }),
    ).toEqual(new Uint8Array(0))
  })

  test('bodies that are not what their type says are not ok, or are mended', () => {
    expect(decodeBody(2, bytes('7b'))).toEqual({ ok: false })
    expect(decodeBody(3, bytes('31'))).toEqual({ ok: false })
    expect(decodeBody(1, bytes('ff'))).toEqual({ ok: true, value: '\ufffd' })
    expect(decodeBody(2, new TextEncoder().encode('\ufeff1'))).toEqual({ ok: false })
  })
})
