/**
 * Both backends of Node side by side, for tests and comparisons.
 *
 * @packageDocumentation
 */
import { type Crypto, createCrypto } from './crypto.ts'
import { loadNative, loadWasm } from './platform-node.ts'

export type { Backend } from './backend.ts'
export type { Crypto } from './crypto.ts'
export { createCrypto } from './crypto.ts'

/** The primitives on sodium-native; null where it has no binary. */
export function nativeCrypto(): Crypto | null {
  try {
    return createCrypto(loadNative())
  } catch {
    return null
  }
}

/** The primitives on libsodium's WebAssembly, ready to be called. */
export async function wasmCrypto(): Promise<Crypto> {
  const crypto = createCrypto(loadWasm())
  await crypto.ready
  return crypto
}
