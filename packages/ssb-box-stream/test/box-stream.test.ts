import { ready, secretBoxDetached } from '@scuttlebot/ssb-crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { BODY_BYTES_MAX, Boxer, HEADER_BYTES, Unboxer, type UnboxResult } from '../src/index.ts'

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'))
const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const join = (chunks: readonly Uint8Array[]): Uint8Array =>
  Uint8Array.from(chunks.flatMap((chunk) => [...chunk]))

await ready

const KEY = hex('1b09decc219671538c81bddc7761450c6f75a083ba2a9febb65212c2068c7f83')
const NONCE = hex('c1bea72b1b06c117aba5ab1ab0cf41f6af08b4426fe0c1ae')
const HELLO = new TextEncoder().encode('hello')

const boxer = (): Boxer => new Boxer(KEY, NONCE)
const unboxer = (): Unboxer => new Unboxer(KEY, NONCE)

/** A packet as a peer without our limits would write it. */
function rawPacket(body: Uint8Array, nonce: Uint8Array = NONCE): Uint8Array {
  const next = nonce.slice()
  next[23] = (next[23] as number) + 1
  const out = new Uint8Array(HEADER_BYTES + body.length)
  const header = new Uint8Array(18)
  secretBoxDetached(out.subarray(34), header.subarray(2), body, next, KEY)
  header[0] = body.length >> 8
  header[1] = body.length & 0xff
  secretBoxDetached(out.subarray(16, 34), out.subarray(0, 16), header, nonce, KEY)
  return out
}

function pushAll(reader: Unboxer, chunks: readonly Uint8Array[]): UnboxResult {
  const plain: Uint8Array[] = []
  let result: UnboxResult = { ok: true, plain, goodbye: false }
  for (const chunk of chunks) {
    result = reader.push(chunk)
    plain.push(...result.plain)
    if (!result.ok) break
  }
  return { ...result, plain: [join(plain)] }
}

describe('the vector of the protocol notes', () => {
  const sender = boxer()
  const hello = sender.box([HELLO])
  const sevens = sender.box([new Uint8Array(4100).fill(7)])
  const goodbye = sender.goodbye()

  test('gives its bytes', () => {
    expect(toHex(hello.subarray(0, 34))).toBe(
      'e091ad18fbe44bc361076f22820864d037e8351ae456806d656aa25ab39f8e19b05c',
    )
    expect(toHex(hello.subarray(34))).toBe('6dcca4d399')
    expect(sevens.length).toBe(34 + 4096 + 34 + 4)
    expect(toHex(goodbye)).toBe(
      '3bf93e4f9b487fd92f5c2a9a1ef2745fe76cd114ab2cd660dfba1b6c845248111599',
    )
    expect(toHex(boxer().goodbye())).toBe(
      '1e174b01dd477f49a7cd9f72339d425537ed7c6ac017047503f04d67077bf664d16a',
    )
  })

  test('is read back', () => {
    const reader = unboxer()
    expect(reader.push(hello)).toEqual({ ok: true, plain: [HELLO], goodbye: false })
    expect(pushAll(reader, [sevens]).plain).toEqual([new Uint8Array(4100).fill(7)])
    expect(reader.finished).toBe(false)
    expect(reader.push(goodbye)).toEqual({ ok: true, plain: [], goodbye: true })
    expect(reader.finished).toBe(true)
    expect(reader.end()).toBeNull()
  })
})

describe('the sender', () => {
  test.each([
    [0, 0],
    [1, 1],
    [4095, 1],
    [4096, 1],
    [4097, 2],
    [8192, 2],
    [8193, 3],
  ])('makes of %i bytes %i packets', (length, packets) => {
    expect(boxer().box([new Uint8Array(length)]).length).toBe(length + packets * HEADER_BYTES)
  })

  test('fills packets from many chunks, and gives the same bytes for any cut', () => {
    const whole = Uint8Array.from({ length: 9000 }, (_, i) => i)
    const pieces = [
      whole.subarray(0, 1),
      new Uint8Array(0),
      whole.subarray(1, 5000),
      whole.subarray(5000),
    ]
    expect(boxer().box(pieces)).toEqual(boxer().box([whole]))
  })

  test('makes nothing of nothing, and does not spend a nonce on it', () => {
    const sender = boxer()
    expect(sender.box([])).toEqual(new Uint8Array(0))
    expect(sender.box([new Uint8Array(0)])).toEqual(new Uint8Array(0))
    expect(sender.box([HELLO])).toEqual(boxer().box([HELLO]))
  })

  test('copies key and nonce', () => {
    const key = KEY.slice()
    const nonce = NONCE.slice()
    const sender = new Boxer(key, nonce)
    sender.box([HELLO])
    expect(nonce).toEqual(NONCE)
    key.fill(0)
    nonce.fill(0)
    const other = boxer()
    other.box([HELLO])
    expect(sender.box([HELLO])).toEqual(other.box([HELLO]))
  })

  test('refuses to go on after the goodbye or a wipe', () => {
    const sender = boxer()
    sender.goodbye()
    expect(() => sender.box([HELLO])).toThrow(TypeError)
    expect(() => sender.goodbye()).toThrow(TypeError)
    const wiped = boxer()
    wiped.wipe()
    expect(() => wiped.box([HELLO])).toThrow(TypeError)
  })

  test.each([
    [31, 24],
    [33, 24],
    [32, 23],
    [32, 25],
  ])('refuses a key of %i bytes with a nonce of %i', (key, nonce) => {
    expect(() => new Boxer(new Uint8Array(key), new Uint8Array(nonce))).toThrow(RangeError)
    expect(() => new Unboxer(new Uint8Array(key), new Uint8Array(nonce))).toThrow(RangeError)
  })
})

describe('the nonce', () => {
  test.each([
    'ffffffffffffffffffffffffffffffffffffffffffffffff',
    `${'00'.repeat(22)}ffff`,
    `${'00'.repeat(22)}fffe`,
  ])('carries from %s', (start) => {
    const nonce = hex(start)
    const count = (n: bigint): Uint8Array =>
      hex(((BigInt(`0x${start}`) + n) % 2n ** 192n).toString(16).padStart(48, '0'))
    const sender = new Boxer(KEY, nonce)
    sender.box([HELLO])
    const second = sender.box([HELLO])
    expect(second).toEqual(new Boxer(KEY, count(2n)).box([HELLO]))
    const body = new Uint8Array(5)
    secretBoxDetached(body, new Uint8Array(16), HELLO, count(3n), KEY)
    expect(second.subarray(34)).toEqual(body)
  })
})

describe('the receiver', () => {
  test('takes 4096 bytes and no more', () => {
    const full = new Uint8Array(BODY_BYTES_MAX).fill(1)
    expect(unboxer().push(rawPacket(full))).toEqual({ ok: true, plain: [full], goodbye: false })
    for (const length of [4097, 5000, 65535])
      expect(unboxer().push(rawPacket(new Uint8Array(length)))).toMatchObject({
        ok: false,
        code: 'SSB_BOX_STREAM_TOO_LONG',
      })
  })

  test('passes over empty packets, but not over false ones', () => {
    const empty = rawPacket(new Uint8Array(0))
    const reader = unboxer()
    expect(reader.push(empty)).toEqual({ ok: true, plain: [], goodbye: false })
    expect(reader.idle).toBe(true)
    const header = new Uint8Array(18)
    header[17] = 1
    const forged = new Uint8Array(34)
    secretBoxDetached(forged.subarray(16), forged.subarray(0, 16), header, NONCE, KEY)
    expect(unboxer().push(forged)).toMatchObject({ ok: false, code: 'SSB_BOX_STREAM_BAD_BODY' })
  })

  test('ignores what follows a goodbye, in the same chunk or a later one', () => {
    const sender = boxer()
    const stream = join([sender.box([HELLO]), sender.goodbye(), new Uint8Array(100)])
    const reader = unboxer()
    expect(reader.push(stream)).toEqual({ ok: true, plain: [HELLO], goodbye: true })
    expect(reader.push(new Uint8Array(9999))).toEqual({ ok: true, plain: [], goodbye: true })
    expect(reader.idle).toBe(true)
  })

  test('gives what came before a fault, and nothing after it', () => {
    const sender = boxer()
    const good = sender.box([HELLO])
    const bad = sender.box([HELLO])
    bad[36] = (bad[36] as number) ^ 1
    const reader = unboxer()
    const fault = { ok: false, code: 'SSB_BOX_STREAM_BAD_BODY' }
    expect(reader.push(join([good, bad]))).toMatchObject({ ...fault, plain: [HELLO] })
    expect(reader.push(sender.goodbye())).toMatchObject({ ...fault, plain: [] })
    expect(reader.end()).toMatchObject(fault)
  })

  test('tells an end at a border from one within a packet, both errors without a goodbye', () => {
    const packet = boxer().box([HELLO])
    for (const cut of [0, 1, 33, 34, 38, 39]) {
      const reader = unboxer()
      reader.push(packet.subarray(0, cut))
      expect(reader.idle).toBe(cut === 0 || cut === 39)
      expect(reader.end()).toMatchObject({ code: 'SSB_BOX_STREAM_NO_GOODBYE' })
    }
  })

  test('reads nothing after a wipe', () => {
    const reader = unboxer()
    reader.wipe()
    expect(reader.push(boxer().box([HELLO]))).toMatchObject({ ok: false, plain: [] })
  })

  test('hands out memory of its own', () => {
    const packet = boxer().box([HELLO])
    const kept = packet.slice()
    const result = unboxer().push(Buffer.from(packet.buffer))
    packet.fill(0)
    expect(result.plain).toEqual([HELLO])
    expect(result.plain[0]).not.toBeInstanceOf(Buffer)
    expect(unboxer().push(kept).plain).toEqual([HELLO])
  })
})

describe('laws', () => {
  /** Cut positions as fractions of the whole. */
  const cutAt = (bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] => {
    const borders = [0, ...cuts.map((cut) => Math.floor(cut * bytes.length)), bytes.length].sort(
      (a, b) => a - b,
    )
    return borders.slice(1).map((border, i) => bytes.subarray(borders[i], border))
  }
  const fractions = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 40 })
  const writes = fc.array(
    fc.array(
      fc.oneof(
        fc.uint8Array({ maxLength: 60 }),
        fc.uint8Array({ minLength: 4090, maxLength: 9000 }),
      ),
      {
        maxLength: 3,
      },
    ),
    { maxLength: 4 },
  )

  test('any chunking of the stream gives the same plaintext', () => {
    fc.assert(
      fc.property(writes, fractions, (groups, cuts) => {
        const sender = boxer()
        const stream = join([...groups.map((group) => sender.box(group)), sender.goodbye()])
        const result = pushAll(unboxer(), cutAt(stream, cuts))
        expect(result).toMatchObject({ ok: true, goodbye: true })
        expect(Buffer.from(join(result.plain)).equals(join(groups.flat()))).toBe(true)
      }),
      { numRuns: 150 },
    )
  })

  test('byte by byte gives the same plaintext', () => {
    const sender = boxer()
    const plain = Uint8Array.from({ length: 5000 }, (_, i) => i)
    const stream = join([
      sender.box([plain]),
      rawPacket(new Uint8Array(0), bump(NONCE, 4)),
      goodbyeAt(6),
    ])
    const result = pushAll(
      unboxer(),
      [...stream].map((byte) => Uint8Array.of(byte)),
    )
    expect(result).toEqual({ ok: true, plain: [plain], goodbye: true })
  })

  test('one changed bit is a failure, the same one however the stream is cut', () => {
    const sender = boxer()
    const good = [sender.box([HELLO]), sender.box([new Uint8Array(50).fill(9)]), sender.goodbye()]
    const stream = join(good)
    fc.assert(
      fc.property(fc.nat(stream.length * 8 - 1), fractions, (bit, cuts) => {
        const broken = stream.slice()
        broken[bit >> 3] = (broken[bit >> 3] as number) ^ (1 << (bit & 7))
        const whole = pushAll(unboxer(), [broken])
        expect(whole.ok).toBe(false)
        expect(pushAll(unboxer(), cutAt(broken, cuts))).toEqual(whole)
      }),
    )
  })

  test('random bytes never authenticate and never throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 34, maxLength: 9000 }), (bytes) => {
        expect(unboxer().push(bytes)).toMatchObject({ code: 'SSB_BOX_STREAM_BAD_HEADER' })
      }),
    )
  })
})

function bump(nonce: Uint8Array, by: number): Uint8Array {
  const next = nonce.slice()
  next[23] = (next[23] as number) + by
  return next
}

function goodbyeAt(by: number): Uint8Array {
  return new Boxer(KEY, bump(NONCE, by)).goodbye()
}
