// node:crypto for tests and vector cases: SHA-2 and HMAC by another hand than the one under test. Slow and plain.
import { Buffer } from './buffer.mjs'

const PRIMES = []
for (let n = 2n; PRIMES.length < 80; n++) if (PRIMES.every((p) => n % p !== 0n)) PRIMES.push(n)

/** The first bits behind the binary point of the k-th root of n. */
function fraction(n, k, bits) {
  const power = n << (BigInt(k) * bits)
  let root = 0n
  for (let bit = 1n << (bits + 8n); bit > 0n; bit >>= 1n)
    if ((root + bit) ** BigInt(k) <= power) root += bit
  return root & ((1n << bits) - 1n)
}

const ALGORITHMS = Object.fromEntries(
  [
    ['sha256', 32n, 64, [2, 13, 22], [6, 11, 25], [7, 18, 3], [17, 19, 10]],
    ['sha512', 64n, 80, [28, 34, 39], [14, 18, 41], [1, 8, 7], [19, 61, 6]],
  ].map(([name, bits, rounds, ...shifts]) => [
    name,
    {
      bits,
      rounds,
      shifts: shifts.map((list) => list.map(BigInt)),
      start: PRIMES.slice(0, 8).map((p) => fraction(p, 2, bits)),
      constants: PRIMES.slice(0, rounds).map((p) => fraction(p, 3, bits)),
    },
  ]),
)

/** @returns {Buffer} */
function digest(name, bytes) {
  const { bits, rounds, shifts, start, constants } = ALGORITHMS[name]
  const [big0, big1, small0, small1] = shifts
  const mask = (1n << bits) - 1n
  const size = Number(bits) * 2
  const word = size / 16
  const turn = (x, n) => ((x >> n) | (x << (bits - n))) & mask
  const big = (x, [a, b, c]) => turn(x, a) ^ turn(x, b) ^ turn(x, c)
  const small = (x, [a, b, c]) => turn(x, a) ^ turn(x, b) ^ (x >> c)
  const padded = new Uint8Array(Math.ceil((bytes.length + 1 + 2 * word) / size) * size)
  padded.set(bytes)
  padded[bytes.length] = 0x80
  new DataView(padded.buffer).setBigUint64(padded.length - 8, BigInt(bytes.length) * 8n)
  const read = (at) =>
    padded.subarray(at, at + word).reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n)
  let state = start
  for (let at = 0; at < padded.length; at += size) {
    const w = Array.from({ length: 16 }, (_, n) => read(at + n * word))
    for (let n = 16; n < rounds; n++)
      w[n] = (w[n - 16] + small(w[n - 15], small0) + w[n - 7] + small(w[n - 2], small1)) & mask
    let [a, b, c, d, e, f, g, h] = state
    for (let n = 0; n < rounds; n++) {
      const first = h + big(e, big1) + ((e & f) ^ (~e & g)) + constants[n] + w[n]
      const second = big(a, big0) + ((a & b) ^ (a & c) ^ (b & c))
      ;[a, b, c, d, e, f, g, h] = [(first + second) & mask, a, b, c, (d + first) & mask, e, f, g]
    }
    state = [a, b, c, d, e, f, g, h].map((value, n) => (value + state[n]) & mask)
  }
  return Buffer.from(
    state.map((value) => value.toString(16).padStart(word * 2, '0')).join(''),
    'hex',
  )
}

const bytesOf = (data) => (typeof data === 'string' ? new TextEncoder().encode(data) : data)

export function createHash(name) {
  const parts = []
  const made = {
    update(data) {
      parts.push(bytesOf(data))
      return made
    },
    digest(encoding) {
      const hash = digest(name, Buffer.concat(parts))
      return encoding ? hash.toString(encoding) : hash
    },
  }
  return made
}

export function createHmac(name, key) {
  const size = Number(ALGORITHMS[name].bits) * 2
  const block = new Uint8Array(size)
  block.set(key.length > size ? digest(name, key) : key)
  const pad = (byte) => block.map((value) => value ^ byte)
  const inner = createHash(name).update(pad(0x36))
  const made = {
    update(data) {
      inner.update(data)
      return made
    },
    digest(encoding) {
      return createHash(name).update(pad(0x5c)).update(inner.digest()).digest(encoding)
    },
  }
  return made
}
