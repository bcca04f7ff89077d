import type { Incoming } from '@scuttlebot/ssb-muxrpc'
import { encodePacket } from '@scuttlebot/ssb-muxrpc/codec'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { faceOf, feed, hex, settle, type Tap, tap } from './helper.ts'

const manifest = {
  echo: { kind: 'async' },
  src: { kind: 'source' },
  snk: { kind: 'sink' },
  dup: { kind: 'duplex' },
}
const handlers = {
  echo: async (_call: unknown, ...args: unknown[]) => args,
  src: () => feed(),
  snk: async (_call: unknown, input: Incoming<unknown>) => {
    for await (const _ of input);
  },
  async *dup(_call: unknown, input: Incoming<unknown>) {
    for await (const item of input) yield item
  },
}
const fresh = (): Tap => tap(faceOf(manifest, handlers), { bodyBytesMax: 1 << 20 })

/** The connection still answers an honest call. */
async function alive(peer: Tap): Promise<void> {
  await peer.sent()
  peer.call(999, { name: ['echo'], args: ['still there'] })
  expect(await peer.sent()).toEqual(['-999 ["still there"]'])
}

const error = (message: string): string =>
  `end {"message":${JSON.stringify(message)},"name":"Error"}`
const wasNot = (json: string): string => `invalid request, args should be array, was: ${json}`

describe('odd call bodies are refused and harm nothing', () => {
  test.each([
    ['null', wasNot('null'), 'unsupported stream type: undefined'],
    ['5', wasNot('5'), 'unsupported stream type: undefined'],
    ['"text"', wasNot('"text"'), 'unsupported stream type: undefined'],
    ['true', wasNot('true'), 'unsupported stream type: undefined'],
    ['[]', wasNot('[]'), 'unsupported stream type: undefined'],
    ['{}', wasNot('{}'), 'unsupported stream type: undefined'],
    ['{"args":[]}', 'no async:', 'unsupported stream type: undefined'],
    ['{"name":["echo"]}', wasNot('{"name":["echo"]}'), 'unsupported stream type: undefined'],
    ['{"name":["src"],"type":"async","args":[]}', 'no async:src', 'unsupported stream type: async'],
    ['{"name":["src"],"type":null,"args":[]}', 'no async:src', 'unsupported stream type: null'],
    [
      '{"name":"src","type":{"toString":1},"args":[]}',
      'no async:src',
      'unsupported stream type: object',
    ],
    ['{"name":null,"type":"source","args":[]}', 'no async:', 'no source:'],
    ['{"name":7,"type":"source","args":[]}', 'no async:', 'no source:'],
    ['{"name":{},"type":"source","args":[]}', 'no async:', 'no source:'],
    ['{"name":[],"type":"source","args":[]}', 'no async:', 'no source:'],
    ['{"name":[["src"]],"type":"source","args":[]}', 'no async:', 'no source:'],
    ['{"name":["__proto__"],"type":"sink","args":[]}', 'no async:__proto__', 'no sink:__proto__'],
    [
      '{"name":"constructor","type":"sink","args":[]}',
      'no async:constructor',
      'no sink:constructor',
    ],
    [
      '{"__proto__":{"args":[]},"name":["echo"]}',
      wasNot('{"__proto__":{"args":[]},"name":["echo"]}'),
      'unsupported stream type: undefined',
    ],
    [
      '{"name":["src"],"type":"source","args":{"length":1}}',
      wasNot('{"name":["src"],"type":"source","args":{"length":1}}'),
      wasNot('{"name":["src"],"type":"source","args":{"length":1}}'),
    ],
    [
      `{"name":["src"],"type":"source","args":[${'1,'.repeat(64)}1]}`,
      'invalid request, too many args',
      'invalid request, too many args',
    ],
  ])('%s', async (json, asCall, asStream) => {
    const peer = fresh()
    const body = new TextEncoder().encode(json)
    const packet = (flags: number): Uint8Array =>
      new Uint8Array([flags, 0, 0, body.length >> 8, body.length & 255, 0, 0, 0, 1, ...body])
    peer.mux.receive(packet(2))
    expect(await peer.sent()).toEqual([`-1 ${error(asCall)}`])
    peer.mux.receive(packet(10))
    expect(await peer.sent()).toEqual([`.-1 ${error(asStream)}`])
    await alive(peer)
  })

  test('bytes and text as a call', async () => {
    const peer = fresh()
    peer.call(1, 'text')
    peer.call(2, new Uint8Array([1]))
    peer.stream(3, 'text')
    peer.stream(4, new Uint8Array([1]))
    expect(await peer.sent()).toEqual([
      `-1 ${error(wasNot('"text"'))}`,
      `-2 ${error(wasNot('<bytes>'))}`,
      `.-3 ${error('unsupported stream type: undefined')}`,
      `.-4 ${error('unsupported stream type: undefined')}`,
    ])
    await alive(peer)
  })

  test('ten thousand segments, ten thousand levels, a hundred thousand arguments', async () => {
    const peer = fresh()
    const nested = `${'['.repeat(10_000)}${']'.repeat(10_000)}`
    const raw = (json: string, flags: number): void => {
      const body = new TextEncoder().encode(json)
      const header = new DataView(new ArrayBuffer(9))
      header.setUint8(0, flags)
      header.setUint32(1, body.length)
      header.setInt32(5, 1)
      peer.mux.receive(new Uint8Array([...new Uint8Array(header.buffer), ...body]))
    }
    for (const flags of [2, 10])
      for (const json of [
        nested,
        `{"name":${nested},"args":[],"type":"sink"}`,
        `{"name":["echo"],"args":{"x":${nested}},"type":"sink"}`,
        `{"name":[${'"a",'.repeat(9999)}"a"],"args":[],"type":"sink"}`,
        `{"name":["${'a'.repeat(10_000)}"],"args":[],"type":"sink"}`,
        `{"name":["echo"],"args":[${'1,'.repeat(99_999)}1],"type":"sink"}`,
      ]) {
        raw(json, flags)
        const [answer, ...rest] = await peer.sent()
        expect(answer).toMatch(
          /^\.?-1 end \{"message":"(no |invalid request|unsupported|the call is too long)/,
        )
        expect(answer?.length).toBeLessThan(700)
        expect(rest).toEqual([])
        if (flags === 10) peer.end(1, true)
      }
    // Given back as it came, or refused because it cannot be written again; not more.
    raw(`{"name":["echo"],"args":[${nested}]}`, 2)
    expect((await peer.sent()).length).toBe(1)
    await alive(peer)
  })
})

describe('packets out of place', () => {
  test.each([
    ['a reply to nothing', 0x02, -7, []],
    ['an error reply to nothing', 0x06, -7, []],
    ['a reply to call 2^31', 0x02, -(2 ** 31), []],
    ['an item for a stream that is not ours', 0x0a, -7, []],
    ['an end for a stream that is not ours', 0x0e, -7, []],
    ['an item for stream 2^31', 0x0a, -(2 ** 31), []],
    ['a message without a number', 0x02, 0, []],
    ['a stream packet without a number', 0x0a, 0, []],
    ['an end of stream 0', 0x0e, 0, []],
    ['an end of a stream that never was', 0x0e, 7, ['.-7 end true']],
    ['an error end of a stream that never was', 0x0e, 2 ** 31 - 1, ['.-2147483647 end true']],
  ])('%s', async (_, flags, request, expected) => {
    const peer = fresh()
    const wire = encodePacket({ request, stream: false, end: false, value: { message: 'm' } })
    wire[0] = flags
    peer.mux.receive(wire)
    expect(await peer.sent()).toEqual(expected)
    await alive(peer)
  })

  test('items after the end, ends after the end, a number used twice', async () => {
    const peer = fresh()
    const dup = { name: ['dup'], args: [], type: 'duplex' }
    peer.stream(1, dup)
    peer.stream(1, dup)
    peer.end(1, true)
    peer.stream(1, 'after')
    peer.end(1, { message: 'again' })
    expect(await peer.sent()).toEqual([`.-1 ${JSON.stringify(dup)}`, '.-1 end true'])
    peer.stream(1, dup)
    peer.stream(1, 'new life')
    expect(await peer.sent()).toEqual(['.-1 text "new life"'])
    await alive(peer)
  })
})

describe('what ends the connection, with a goodbye, and nothing else', () => {
  test.each([
    ['body type 3', '0300000001000000 0131', 'SSB_MUXRPC_BAD_FRAME'],
    ['malformed JSON as a call', '0200000001000000 017b', 'SSB_MUXRPC_BAD_FRAME'],
    ['malformed JSON as a stream', '0a00000001000000 017b', 'SSB_MUXRPC_BAD_FRAME'],
    ['4 GiB announced', '02ffffffff000000 01', 'SSB_MUXRPC_FRAME_TOO_LARGE'],
    ['no body', '0a00000000000000 01', null],
    ['goodbyes by the dozen', '00'.repeat(9 * 12), null],
  ])('%s', async (_, bytes, code) => {
    const peer = fresh()
    peer.raw(bytes.replaceAll(' ', ''))
    expect(await peer.sent()).toEqual(['GOODBYE'])
    expect(peer.closes).toMatchObject([code === null ? null : { code }])
    peer.call(1, { name: 'echo', args: [] })
    expect(await peer.sent()).toEqual([])
  })

  test.each(['item', 'end', 'reply'])('malformed JSON as %s', async (what) => {
    const peer = fresh()
    const waiting = peer.mux.call(['x'], []).catch((e: Error) => e.message)
    peer.stream(1, { name: ['dup'], args: [], type: 'duplex' })
    await peer.sent()
    peer.raw(
      { item: '0a00000001000000017b', end: '0e00000001000000017b', reply: '0200000001ffffffff7b' }[
        what
      ] ?? '',
    )
    expect(await peer.sent()).toEqual(['GOODBYE'])
    expect(await waiting).toBe('unexpected end of parent stream')
    expect(peer.closes).toMatchObject([{ code: 'SSB_MUXRPC_BAD_FRAME' }])
  })
})

const name = fc.oneof(
  fc.constantFrom('echo', 'src', 'snk', 'dup', '__proto__', 'none'),
  fc.array(fc.constantFrom('echo', 'src', 'snk', 'dup', 'constructor'), { maxLength: 3 }),
  fc.jsonValue(),
)
const body = fc.oneof(
  fc.record({
    name,
    args: fc.oneof(fc.array(fc.jsonValue(), { maxLength: 3 }), fc.jsonValue()),
    type: fc.constantFrom('async', 'source', 'sink', 'duplex', 'sync', null),
  }),
  fc.jsonValue(),
  fc.string({ minLength: 1 }),
  fc.uint8Array({ minLength: 1, maxLength: 20 }),
)
const packet = fc.record({
  request: fc.oneof(fc.integer({ min: -4, max: 4 }), fc.constantFrom(-(2 ** 31), 2 ** 31 - 1)),
  stream: fc.boolean(),
  end: fc.boolean(),
  value: body,
})

describe('laws', () => {
  test('any bytes: no throw, at most one close, nothing left open', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 10 }),
        async (chunks) => {
          const peer = fresh()
          const open = peer.mux.call(['x'], []).catch(() => 'failed')
          for (const chunk of chunks) peer.mux.receive(chunk)
          await settle()
          peer.mux.end()
          await settle()
          expect(peer.closes.length).toBe(1)
          expect(peer.mux.stats).toMatchObject({ streamsOpen: 0, callsOpen: 0, queuedOut: 0 })
          expect(await open).toBeDefined()
        },
      ),
    )
  })

  test('any packets in any order: no throw, each is answered within the rules, no stack', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(packet, { maxLength: 30 }), async (packets) => {
        const peer = fresh()
        for (const one of packets) peer.mux.receive(encodePacket(one))
        const sent = await peer.sent()
        expect(peer.closes).toEqual([])
        for (const line of sent) {
          expect(line).toMatch(/^\.?-\d+ /)
          if (/^\.?-\d+ end \{"message"/.test(line)) expect(line).not.toContain('"stack":"Error')
        }
        await alive(peer)
        await peer.mux.close()
        await settle()
        expect(peer.mux.stats).toMatchObject({ streamsOpen: 0, callsOpen: 0, queuedIn: 0 })
      }),
    )
  })

  test('a session reads alike however it is cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(packet, { maxLength: 10 }),
        fc.integer({ min: 1, max: 50 }),
        async (packets, size) => {
          const wire = packets.map((one) => hex(encodePacket(one))).join('')
          const whole = fresh()
          whole.raw(wire)
          const cut = fresh()
          for (let at = 0; at < wire.length; at += size * 2) cut.raw(wire.slice(at, at + size * 2))
          expect((await cut.sent()).sort()).toEqual((await whole.sent()).sort())
        },
      ),
    )
  })
})

test('a transport that calls back from inside a write is taken', async () => {
  const peer = tap(faceOf(manifest, handlers), {}, () => {
    if (peer.writes.length < 50)
      peer.call(peer.writes.length, { name: 'echo', args: [peer.writes.length] })
  })
  peer.call(1000, { name: 'echo', args: [] })
  for (let turn = 0; turn < 60; turn++) await settle()
  expect((await peer.sent()).length).toBe(50)
})
