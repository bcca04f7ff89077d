/**
 * The backends of Node by name: side by side for tests and comparisons, and bare for threads.
 *
 * @packageDocumentation
 */
import type { Backend } from './backend.ts'
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

/**
 * Signature checks of a backend without the guards, for a thread whose caller has looked at lengths, scalars and points
 * already. Throws where `sodium-native` has no binary.
 */
export async function unguardedVerify(name: Backend['name']): Promise<Backend['verify']> {
  const backend = name === 'libsodium-wasm' ? loadWasm() : loadNative()
  await backend.ready
  return backend.verify
}
