// Repeatable randomness: the same seed gives the same numbers on every machine.
import { createHash } from 'node:crypto'

/**
 * @typedef {object} Random
 * @property {() => number} float in [0, 1), 32 bits
 * @property {(n: number) => number} below an integer in [0, n)
 * @property {<T>(from: readonly T[]) => T} pick
 * @property {(n: number) => Uint8Array} bytes
 */

/**
 * A seeded generator (sfc32, seeded through SHA-256).
 *
 * @param {string} seed
 * @returns {Random}
 */
export function createRandom(seed) {
  const start = createHash('sha256').update(seed).digest()
  let a = start.readUInt32LE(0)
  let b = start.readUInt32LE(4)
  let c = start.readUInt32LE(8)
  let counter = 1
  const next = () => {
    const t = (a + b + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + t
    return t >>> 0
  }
  for (let i = 0; i < 12; i++) next()
  const float = () => next() / 4_294_967_296
  const below = (n) => Math.floor(float() * n)
  return {
    float,
    below,
    pick: (from) => from[below(from.length)],
    bytes: (n) => Uint8Array.from({ length: n }, () => next() & 0xff),
  }
}
