// In a browser there is one backend: tests that ask for both get it twice, and the rows called native are not run.
import { createCrypto } from '../../../packages/ssb-crypto/src/crypto.ts'
import { backend } from '../../../packages/ssb-crypto/src/platform-web.ts'

const crypto = createCrypto(backend)
await crypto.ready

export const nativeCrypto = () => crypto
export const wasmCrypto = async () => crypto
