import { expect, test } from 'vitest'
import { unguardedVerify } from '../src/backends.ts'
import { createCrypto, ready, backend as used } from '../src/index.ts'
import { chooseBackend, loadNative, loadWasm } from '../src/platform-node.ts'
import { backend as web } from '../src/platform-web.ts'
import { BOTH, filled, hex } from './both.ts'

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

test.each(['sodium-native', 'libsodium-wasm'] as const)(
  'the bare check of %s, for threads, tells good signatures from bad ones',
  async (name) => {
    const check = await unguardedVerify(name)
    const [, crypto] = BOTH.find(([other]) => other === name) as (typeof BOTH)[number]
    const { publicKey, secretKey } = crypto.signKeyPair(filled(7))
    const message = hex('010203')
    const signature = crypto.sign(message, secretKey)
    expect(check(signature, message, publicKey)).toBe(true)
    expect(check(signature, hex('010204'), publicKey)).toBe(false)
    expect(check(filled(1, 64), message, publicKey)).toBe(false)
  },
)
