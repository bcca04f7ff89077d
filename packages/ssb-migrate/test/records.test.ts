import { utf8 } from '@scuttlebot/ssb-encode'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { db2Records, decodeBipf, flumeRecords, memorySource, type OldRecord } from '../src/index.ts'
import { bipf, db2Log, flumeLog } from './old-logs.ts'

const message = (sequence: number, text = 'hi') => ({
  key: `%${sequence}`,
  value: { author: '@a', sequence, content: { type: 'post', text } },
  timestamp: sequence + 0.5,
})

async function all(records: AsyncIterable<OldRecord>): Promise<OldRecord[]> {
  const found: OldRecord[] = []
  for await (const record of records) found.push(record)
  return found
}

const layouts = [
  ['flume', flumeRecords, flumeLog, (value: unknown) => utf8(JSON.stringify(value))],
  ['db2', db2Records, db2Log, bipf],
] as const

describe.each(layouts)('%s', (name, records, write, encode) => {
  test('reads messages in order, also across blocks and windows', async () => {
    const messages = Array.from({ length: 400 }, (_, i) => message(i + 1, 'é'.repeat(i * 10)))
    const found = await all(records(memorySource(write(messages.map(encode)))))
    expect(found.map((one) => ({ ...one, offset: 0 }))).toEqual(
      messages.map(({ key, value, timestamp }) => ({
        kind: 'message',
        offset: 0,
        key,
        value,
        received: timestamp,
      })),
    )
  })

  test('passes over what was deleted', async () => {
    const bytes = write([encode(message(1)), new Uint8Array(50), encode(message(2))])
    const found = await all(records(memorySource(bytes)))
    expect(found.map(({ kind }) => kind)).toEqual(['message', 'deleted', 'message'])
  })

  test('names what is no message, and goes on', async () => {
    const bytes = write([encode({ key: 5 }), encode([]), encode(message(2))])
    const found = await all(records(memorySource(bytes)))
    expect(found.map(({ kind }) => kind)).toEqual(['unreadable', 'unreadable', 'message'])
  })

  test('an empty file has no messages', async () => {
    expect(await all(records(memorySource(new Uint8Array())))).toEqual([])
  })

  test('whatever the bytes, it ends and does not throw', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (noise) => {
        const good = write([encode(message(1)), encode(message(2))])
        const bytes = good.slice()
        bytes.set(noise.subarray(0, bytes.length), Math.min(40, bytes.length - noise.length))
        expect((await all(records(memorySource(bytes)))).length).toBeLessThan(bytes.length)
        await all(records(memorySource(noise)))
      }),
    )
  })

  test('a torn end is told, and nothing before it is lost', async () => {
    const whole = write([encode(message(1)), encode(message(2))])
    const bytes = name === 'flume' ? whole.slice(0, -1) : whole.slice()
    // half of the second body has not reached the disk
    if (name === 'db2') bytes.fill(0, 2 + encode(message(1)).length + 40)
    const found = await all(records(memorySource(bytes)))
    expect(found.map(({ kind }) => kind)).toEqual(['message', 'torn'])
  })
})

test('a flume log whose record points elsewhere ends there', async () => {
  const bytes = flumeLog([utf8(JSON.stringify(message(1))), utf8(JSON.stringify(message(2)))])
  const second = utf8(JSON.stringify(message(1))).length + 12
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1
  expect((await all(flumeRecords(memorySource(bytes)))).at(-1)).toEqual({
    kind: 'torn',
    offset: second,
    bytes: bytes.length - second,
  })
})

describe('BIPF', () => {
  test('decode undoes encode', () => {
    const value = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.string({ unit: 'binary' }),
        fc.integer(),
        fc.double({ noNaN: true }),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie('value')),
        fc.dictionary(fc.string(), tie('value'), { noNullPrototype: true }),
      ),
    })).value
    fc.assert(
      fc.property(value, (given) => {
        expect(decodeBipf(bipf(given))).toEqual({ ok: true, value: given })
      }),
    )
  })

  test('keeps __proto__ as a name like any other', () => {
    const object = JSON.parse('{"b":1,"__proto__":{"a":2}}') as object
    const decoded = decodeBipf(bipf(object))
    expect(decoded.ok && JSON.stringify(decoded.value)).toBe('{"b":1,"__proto__":{"a":2}}')
  })

  test.each([
    ['nothing', []],
    ['an unknown type', [0x07]],
    ['a length beyond the end', [0x10, 0x61]],
    ['an endless length', Array.from({ length: 20 }, () => 0xff)],
    ['half a character', [0x08, 0xc3]],
    ['three bytes of integer', [0x1a, 1, 2, 3]],
    ['a third boolean', [0x0e, 3]],
    ['a name that is no text', [0x1d, 0x0e, 1, 0x06]],
    ['something behind it', [0x06, 0x06]],
  ])('refuses %s', (_, bytes) => {
    expect(decodeBipf(Uint8Array.from(bytes))).toEqual({ ok: false })
  })

  test('arrays within arrays end at a depth, not in an overflow', () => {
    let bytes = bipf(null)
    for (let i = 0; i < 5_000; i++) {
      const size = bytes.length * 8 + 4
      const head: number[] = []
      let rest = size
      while (rest >= 128) {
        head.push((rest % 128) + 128)
        rest = Math.floor(rest / 128)
      }
      bytes = Uint8Array.from([...head, rest, ...bytes])
    }
    expect(decodeBipf(bytes)).toEqual({ ok: false })
  })
})
