import { type Crypto, nativeCrypto, wasmCrypto } from '../src/backends.ts'

const native = nativeCrypto()
if (native === null) throw new Error('the tests compare with sodium-native, which does not load')

/** Every backend that must give the same answers. */
export const BOTH: readonly (readonly [name: string, crypto: Crypto])[] = [
  ['sodium-native', native],
  ['libsodium-wasm', await wasmCrypto()],
]

export const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'))
export const toHex = (bytes: Uint8Array | null): string | null =>
  bytes && Buffer.from(bytes).toString('hex')
export const filled = (byte: number, length = 32): Uint8Array => new Uint8Array(length).fill(byte)

/** The seven points of low order on Curve25519, little-endian. */
export const LOW_ORDER: readonly string[] = [
  '00'.repeat(32),
  `01${'00'.repeat(31)}`,
  'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
  '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
  `ec${'ff'.repeat(30)}7f`,
  `ed${'ff'.repeat(30)}7f`,
  `ee${'ff'.repeat(30)}7f`,
]

/** The same bytes with the top bit set. */
export function withTopBit(bytes: Uint8Array): Uint8Array {
  const copy = bytes.slice()
  copy[31] = (copy[31] as number) | 0x80
  return copy
}
