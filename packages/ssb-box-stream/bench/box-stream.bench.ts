// vitest bench --run --project ssb-box-stream
import { bench, describe } from 'vitest'
import { Boxer, Unboxer } from '../src/index.ts'

const key = new Uint8Array(32).fill(1)
const nonce = new Uint8Array(24)
const MIB = 1024 * 1024

for (const [name, size] of [
  ['one chunk of 1 MiB', MIB],
  ['chunks of 500 bytes', 500],
] as const) {
  const chunks = Array.from({ length: Math.ceil(MIB / size) }, () => new Uint8Array(size))
  const stream = new Boxer(key, nonce).box(chunks)
  describe(`1 MiB, ${name}`, () => {
    bench('box', () => {
      new Boxer(key, nonce).box(chunks)
    })
    bench('unbox in chunks of 64 KiB', () => {
      const reader = new Unboxer(key, nonce)
      for (let at = 0; at < stream.length; at += 65536) reader.push(stream.subarray(at, at + 65536))
    })
  })
}
