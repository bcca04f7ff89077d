import { readFileSync } from 'node:fs'
import { sign, signKeyPair } from '@scuttlebot/ssb-crypto'
import { fromBase64, fromHex, toBase64, toHex, utf8 } from '@scuttlebot/ssb-encode'
import { feedIdFromKey } from '@scuttlebot/ssb-ref'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatPlain, formatSealed, parsePlain, parseSealed } from '../src/index.ts'

const networkKey = fromBase64('1KHLiKZvAvjbY1ziZEHMXawbCEIM6qwjCDm3VYRan/s=') as Uint8Array
const keys = signKeyPair(new Uint8Array(32).fill(1))
const key = toBase64(keys.publicKey)
const id = feedIdFromKey(key)
const address = `net:192.168.1.2:8008~shs:${key}`
const signer = (bytes: Uint8Array): Uint8Array => sign(bytes, keys.secretKey)
const SEALED =
  '08f83af0506f84599ea45c8148995d8dcf3135a37ef849e15892c7d88e47f673afe1b1738e4fb7fa9248937fd9a77a57d36a3d5dc837c8992f287aa1093016568b325dcc45e36fd958c094644d58e942fcfddde926b3cf32bd9ee53e18a54cd5c1e2487443948d9b509e77ac40663cfd07af7384bcc0c8fd5676cc47fa1cd36c52104ceb58a965c614a1ab56dd6dd6367b57702239f9822f86ca1bce457dc85849e40b'

test('the sealed packet of the reference, byte for byte, both ways', () => {
  expect(toHex(formatSealed(address, networkKey, signer))).toBe(SEALED)
  const bytes = fromHex(SEALED) as Uint8Array
  expect(bytes).toHaveLength(163)
  expect(parseSealed(bytes, networkKey)).toEqual({ address, id, verified: true })
})

test('the plain packet of go-ssb', () => {
  const room = JSON.parse(
    readFileSync(new URL('../../../vectors/go-ssb-room/room.json', import.meta.url), 'utf8'),
  ) as { lan_broadcast: { ip: string; port: number; seed_utf8: string; address: string }[] }
  expect(room.lan_broadcast.length).toBeGreaterThan(0)
  for (const { ip, port, seed_utf8, address: text } of room.lan_broadcast) {
    const own = toBase64(signKeyPair(utf8(seed_utf8)).publicKey)
    expect(`net:${ip}:${port}~shs:${own}`).toBe(text)
    const packet = formatPlain(text)
    // more is cut off there
    expect(packet.length).toBeLessThanOrEqual(128)
    expect(parsePlain(packet)).toEqual({ address: text, id: feedIdFromKey(own), verified: false })
  }
})

const other = toBase64(signKeyPair(new Uint8Array(32).fill(2)).publicKey)

test.each([
  ['one address', address, address],
  ['a legacy address', `192.168.1.2:8008:${id}`, address],
  ['IPv6', `net:fe80::1:8008~shs:${key}`, `net:fe80::1:8008~shs:${key}`],
  ['IPv6 in brackets', `net:[fe80::1]:8008~shs:${key}`, `net:fe80::1:8008~shs:${key}`],
  [
    'alternatives',
    `${address};ws://192.168.1.2:8989~shs:${key}`,
    `${address};ws://192.168.1.2:8989~shs:${key}`,
  ],
  ['alternatives of two keys: only the first', `${address};net:a.b:1~shs:${other}`, address],
  ['with a line end', `${address}\n`, address],
])('reads %s', (_name, text, expected) => {
  expect(parsePlain(utf8(text))).toEqual({ address: expected, id, verified: false })
})

test.each([
  ['nothing', ''],
  ['noise', 'hello'],
  ['an address without a key', 'net:192.168.1.2:8008'],
  ['an invite: its seed is a secret', `${address}:${key}`],
  ['a cut address', address.slice(0, -1)],
  ['too long a text', `${`${address};`.repeat(40)}${address}`],
])('ignores %s', (_name, text) => {
  expect(parsePlain(utf8(text))).toBeNull()
})

test('a packet of another network is ignored, one with a wrong signature is not verified', () => {
  const packet = formatSealed(address, networkKey, signer)
  expect(parseSealed(packet, new Uint8Array(32))).toBeNull()
  const forged = packet.slice()
  forged[forged.length - 1] = (forged.at(-1) ?? 0) ^ 1
  expect(parseSealed(forged, networkKey)).toEqual({ address, id, verified: false })
  const unsigned = formatSealed(address, networkKey, () => new Uint8Array(64))
  expect(parseSealed(unsigned, networkKey)?.verified).toBe(false)
})

test('any change of the box is noticed', () => {
  const packet = formatSealed(address, networkKey, signer)
  for (let at = 0; at < packet.length - 64; at += 1) {
    const changed = packet.slice()
    changed[at] = (changed[at] ?? 0) ^ 1
    expect(parseSealed(changed, networkKey)).toBeNull()
  }
})

test('reading is total', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      parsePlain(bytes)
      parseSealed(bytes, networkKey)
    }),
  )
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void parsePlain(utf8(text))))
})

test('what is written is read', () => {
  const host = fc.oneof(fc.ipV4(), fc.domain())
  fc.assert(
    fc.property(host, fc.integer({ min: 1, max: 65_535 }), (name, port) => {
      const text = `net:${name}:${port}~shs:${key}`
      expect(parsePlain(formatPlain(text))?.address).toBe(text)
      expect(parseSealed(formatSealed(text, networkKey, signer), networkKey)).toEqual({
        address: text,
        id,
        verified: true,
      })
    }),
    { numRuns: 50 },
  )
})
