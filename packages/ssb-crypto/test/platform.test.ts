import { expect, test } from 'vitest'
import { createCrypto, ready, backend as used } from '../src/index.ts'
import { chooseBackend, loadNative, loadWasm } from '../src/platform-node.ts'
import { backend as web } from '../src/platform-web.ts'

test('Node has the native backend, ready at once', async () => {
  expect(used()).toBe('sodium-native')
  await ready
})

test('where the native one does not load, WebAssembly takes over by itself', async () => {
  const fails = (): never => {
    throw new Error('no binary for this platform')
  }
  const crypto = createCrypto(chooseBackend(fails, loadWasm))
  expect(crypto.backend()).toBe('libsodium-wasm')
  await crypto.ready
  expect(crypto.signKeyPair(new Uint8Array(32))).toEqual(
    createCrypto(loadNative()).signKeyPair(new Uint8Array(32)),
  )
  expect(chooseBackend(loadNative, fails).name).toBe('sodium-native')
})

test('browsers have the WebAssembly backend', async () => {
  const crypto = createCrypto(web)
  expect(crypto.backend()).toBe('libsodium-wasm')
  await crypto.ready
  const pair = crypto.signKeyPair()
  expect(
    crypto.verify(crypto.sign(pair.publicKey, pair.secretKey), pair.publicKey, pair.publicKey),
  ).toBe(true)
  const digest = crypto.sha256Stream()
  digest.update(Uint8Array.of(1, 2))
  digest.update(Uint8Array.of(3))
  expect(digest.digest()).toEqual(crypto.sha256(Uint8Array.of(1, 2, 3)))
})

test('a library that is still loading says so', async () => {
  let finish = (): void => undefined
  const loading = new Promise<void>((resolve) => {
    finish = resolve
  })
  const { wasmBackend } = await import('../src/wasm.ts')
  const library = { ready: loading, crypto_hash_sha256: () => new Uint8Array(32) }
  const crypto = createCrypto(wasmBackend(library as unknown as Parameters<typeof wasmBackend>[0]))
  expect(() => crypto.sha256(new Uint8Array(1))).toThrow('await `ready`')
  finish()
  await crypto.ready
  expect(crypto.sha256(new Uint8Array(1))).toEqual(new Uint8Array(32))
})
