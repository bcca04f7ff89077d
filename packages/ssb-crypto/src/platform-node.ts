import { createHash, hash } from 'node:crypto'
import { createRequire } from 'node:module'
import type { Backend } from './backend.ts'
import { nativeBackend, type Sha256, type SodiumNative } from './native.ts'
import { type SodiumWasm, wasmBackend } from './wasm.ts'

const require = createRequire(import.meta.url)

const view = (buffer: Uint8Array): Uint8Array =>
  new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength)

/** SHA-256 of Node: with the processor's instructions it is up to five times libsodium's. */
const nodeSha256: Sha256 = {
  sha256: (bytes) => view(hash('sha256', bytes, 'buffer')),
  sha256Base64: (bytes) => hash('sha256', bytes, 'base64'),
  sha256Stream() {
    const state = createHash('sha256')
    return { update: (bytes) => void state.update(bytes), digest: () => view(state.digest()) }
  },
}

/** sodium-native. Throws where there is no binary for the platform. */
export function loadNative(): Backend {
  return nativeBackend(require('sodium-native') as SodiumNative, nodeSha256)
}

/** libsodium as WebAssembly, with Node's SHA-256. To be awaited: see `ready`. */
export function loadWasm(): Backend {
  const found = require('libsodium-wrappers-sumo') as SodiumWasm | { default: SodiumWasm }
  // Where Node runs with the condition `import`, this is the ES module.
  return { ...wasmBackend('default' in found ? found.default : found), ...nodeSha256 }
}

/**
 * The native backend, or the WebAssembly one where it does not load (Alpine, 32-bit ARM, an old
 * libc).
 */
export function chooseBackend(native: () => Backend, wasm: () => Backend): Backend {
  try {
    return native()
  } catch {
    return wasm()
  }
}

/**
 * The backend of this process. `SSB_CRYPTO_BACKEND=wasm` in the environment asks for WebAssembly
 * where the native one would load too.
 */
export const backend: Backend =
  process.env['SSB_CRYPTO_BACKEND'] === 'wasm' ? loadWasm() : chooseBackend(loadNative, loadWasm)
