import sodium from 'libsodium-wrappers-sumo'
import type { Backend } from './backend.ts'
import { wasmBackend } from './wasm.ts'

/** The backend of browsers and of every other place that is not Node. */
export const backend: Backend = wasmBackend(sodium)
