import { auth, exchangeKeyPair, secretBox, sha256, signKeyPair } from '@scuttlebot/ssb-crypto'
import { describe, expect, test } from 'vitest'
import { createClient, createServer, EARLY_BYTES_MAX, type ShsStep } from '../src/index.ts'
import {
  clientKeys,
  fixedPair,
  lowOrderPoints,
  networkKey,
  seed,
  sent,
  serverKeys,
  wholeHandshake,
} from './helpers.ts'

const challenge = (point: Uint8Array): Uint8Array =>
  new Uint8Array([...auth(point, networkKey), ...point])

function expectFailed(step: ShsStep, code: string): void {
  expect(step).toMatchObject({ state: 'failed', code })
  expect(step).not.toHaveProperty('send')
}

test('the seven points of low order are fourteen with the top bit', () => {
  expect(lowOrderPoints.length).toBe(14)
})

describe('points of low order', () => {
  for (const [index, point] of lowOrderPoints.entries()) {
    test(`point ${index} as the client's ephemeral key`, () => {
      const { server } = fixedPair()
      expectFailed(server.receive(challenge(point)), 'SSB_SHS_KEY_WEAK')
    })

    test(`point ${index} as the server's ephemeral key`, () => {
      const { client } = fixedPair()
      client.start()
      expectFailed(client.receive(challenge(point)), 'SSB_SHS_KEY_WEAK')
    })

    test(`point ${index} as the server's long-term key`, () => {
      const client = createClient({ networkKey, keys: clientKeys, serverKey: point })
      const first = client.start()
      // most are not even points of the signature curve; what matters is that no hello is made
      if (first === null) return expectFailed(client.receive(new Uint8Array(0)), 'SSB_SHS_KEY_WEAK')
      const step = client.receive(challenge(exchangeKeyPair(seed(4)).publicKey))
      expect(step.state).toBe('failed')
    })

    test(`point ${index} as the client's long-term key`, () => {
      expect(helloWith(point).state).toBe('failed')
    })
  }
})

/** A hello that opens, but whose key or signature is forged; without knowing a secret of the server's. */
function helloWith(publicKey: Uint8Array, signature = new Uint8Array(64)): ShsStep {
  const { server } = fixedPair()
  const client = fixedPair().client
  server.receive(client.start() as Uint8Array)
  // ab and aB of the printed vector, which the client can compute
  const ab = Buffer.from('9af92298e14ddd3bd4d2db6d704503c621aa3f37a80f44a057fa0ac73110a00c', 'hex')
  const aB = Buffer.from('4d5f27f64f1c94fcca0e645500ec6a382b2ff9b83db4d341a4a0d3abf5461277', 'hex')
  const key = sha256(new Uint8Array([...networkKey, ...ab, ...aB]))
  const hello = new Uint8Array([...signature, ...publicKey])
  return server.receive(secretBox(hello, new Uint8Array(24), key))
}

test('a hello with a wrong signature fails', () => {
  expectFailed(helloWith(clientKeys.publicKey), 'SSB_SHS_HELLO_SIGNATURE')
})

test('a small-order signature point in a hello fails', () => {
  for (const point of lowOrderPoints) {
    const signature = new Uint8Array([...point, ...new Uint8Array(32)])
    expect(helloWith(clientKeys.publicKey, signature).state).toBe('failed')
  }
})

test('another network key is refused by the server, which sends nothing', () => {
  const client = createClient({
    networkKey: seed(9),
    keys: clientKeys,
    serverKey: serverKeys.publicKey,
  })
  expectFailed(
    fixedPair().server.receive(client.start() as Uint8Array),
    'SSB_SHS_CHALLENGE_INVALID',
  )
})

test('a wrong server key is refused at the hello', () => {
  const { server } = fixedPair()
  const other = signKeyPair(seed(7)).publicKey
  const client = createClient({ networkKey, keys: clientKeys, serverKey: other })
  const challenged = sent(server.receive(client.start() as Uint8Array))
  expectFailed(server.receive(sent(client.receive(challenged))), 'SSB_SHS_HELLO_INVALID')
})

test('a guest with a seed is an ordinary client', () => {
  const guest = signKeyPair(seed(42))
  const client = createClient({ networkKey, keys: guest, serverKey: serverKeys.publicKey })
  const run = wholeHandshake(client, createServer({ networkKey, keys: serverKeys }))
  expect(run.authorize).toEqual({ state: 'authorize', remote: guest.publicKey })
  expect(run.server.remote).toEqual(guest.publicKey)
  expect(run.client.encryptKey).toEqual(run.server.decryptKey)
})

test('ephemeral keys are fresh for each handshake', () => {
  const first = createServer({ networkKey, keys: serverKeys })
  const second = createServer({ networkKey, keys: serverKeys })
  const m1 = fixedPair().client.start() as Uint8Array
  expect(sent(first.receive(m1))).not.toEqual(sent(second.receive(m1)))
})

test('bytes that follow the last message are handed on', () => {
  const { client, server } = fixedPair()
  const m2 = sent(server.receive(client.start() as Uint8Array))
  const m3 = sent(client.receive(m2))
  expect(server.receive(new Uint8Array([...m3, 1, 2])).state).toBe('authorize')
  expect(server.receive(new Uint8Array([3])).state).toBe('wait')
  const accepted = server.accept()
  expect(accepted).toMatchObject({ state: 'done', rest: new Uint8Array([1, 2, 3]) })
  const done = client.receive(new Uint8Array([...sent(accepted), 9]))
  expect(done).toMatchObject({ state: 'done', rest: new Uint8Array([9]) })
})

describe('bytes kept during the authorisation are bounded', () => {
  for (const [extra, state] of [
    [EARLY_BYTES_MAX - 1, 'authorize'],
    [EARLY_BYTES_MAX, 'authorize'],
    [EARLY_BYTES_MAX + 1, 'failed'],
  ] as const) {
    test(`${extra} bytes with the hello`, () => {
      const { client, server } = fixedPair()
      const m3 = sent(client.receive(sent(server.receive(client.start() as Uint8Array))))
      const chunk = new Uint8Array(m3.length + extra)
      chunk.set(m3)
      expect(server.receive(chunk).state).toBe(state)
    })
  }

  test('after the hello', () => {
    const { client, server } = fixedPair()
    server.receive(sent(client.receive(sent(server.receive(client.start() as Uint8Array)))))
    expect(server.receive(new Uint8Array(EARLY_BYTES_MAX)).state).toBe('wait')
    expectFailed(server.receive(new Uint8Array(1)), 'SSB_SHS_TOO_MANY_BYTES')
    expectFailed(server.accept(), 'SSB_SHS_TOO_MANY_BYTES')
  })
})

test('bytes out of turn end the handshake', () => {
  const { client, server } = fixedPair()
  const m1 = client.start() as Uint8Array
  expectFailed(server.receive(new Uint8Array([...m1, 0])), 'SSB_SHS_UNEXPECTED_BYTES')
  const m2 = sent(fixedPair().server.receive(m1))
  expectFailed(client.receive(new Uint8Array([...m2, 0])), 'SSB_SHS_UNEXPECTED_BYTES')
})

test('calls out of turn end the handshake, and an ended one stays ended', () => {
  const { client, server } = fixedPair()
  expectFailed(server.accept(), 'SSB_SHS_STATE')
  expectFailed(server.receive(new Uint8Array(64)), 'SSB_SHS_STATE')
  expectFailed(client.receive(new Uint8Array(0)), 'SSB_SHS_STATE')
  expect(client.start()).toBe(null)
  expectFailed(fixedPair().client.accept(), 'SSB_SHS_STATE')
  const wiped = fixedPair().server
  wiped.wipe()
  wiped.wipe()
  expectFailed(wiped.receive(new Uint8Array(64)), 'SSB_SHS_STATE')
})

test('the ephemeral pair that is passed in is not wiped: it belongs to the caller', () => {
  const ephemeral = exchangeKeyPair(seed(3))
  const before = ephemeral.secretKey.slice()
  const client = createClient({
    networkKey,
    keys: clientKeys,
    serverKey: serverKeys.publicKey,
    ephemeral,
  })
  client.wipe()
  expect(ephemeral.secretKey).toEqual(before)
})

test('keys of a wrong length are the programmer’s mistake', () => {
  const keys = clientKeys
  const serverKey = serverKeys.publicKey
  const short = new Uint8Array(31)
  expect(() => createClient({ networkKey: short, keys, serverKey })).toThrow(RangeError)
  expect(() => createClient({ networkKey, keys, serverKey: short })).toThrow(RangeError)
  expect(() => createServer({ networkKey, keys: { ...keys, secretKey: short } })).toThrow(
    RangeError,
  )
  expect(() => createServer({ networkKey, keys: { ...keys, publicKey: short } })).toThrow(
    RangeError,
  )
  const ephemeral = { publicKey: short, secretKey: short }
  expect(() => createServer({ networkKey, keys, ephemeral })).toThrow(RangeError)
})
