import { readFileSync } from 'node:fs'
import { Unboxer } from '@scuttlebot/ssb-box-stream'
import { exchangeKeyPair } from '@scuttlebot/ssb-crypto'
import { describe, expect, test } from 'vitest'
import { createClient, createServer, type Handshake, type ShsStep } from '../src/index.ts'
import { base64, clientKeys, fixedPair, hex, sent, toHex, wholeHandshake } from './helpers.ts'

test('the printed vector, byte for byte', () => {
  const { client, server } = fixedPair()
  const run = wholeHandshake(client, server)
  expect(toHex(run.m1)).toBe(
    '28c218018fb494285b3c31cee451d460d8d73f843a99baceb564dd5f46f3278e75e270df2952c57ba8367ba8618c178f9fe50db2799d304e74e918d985686146',
  )
  expect(toHex(run.m2)).toBe(
    'c1bea72b1b06c117aba5ab1ab0cf41f6af08b4426fe0c1ae9db73f39d8f28855edd03cade80d29de6ea313a74ab369f4732ecb36649066b78b5b2dd664cb0417',
  )
  expect(toHex(run.m3)).toBe(
    '12e62a78b59fa4dec4cbd8d0935ac65bce246bc3078792d9aac6c60aa233d2b46a0d432173da44343196baa17541ed5d55d67ef3c10addc8a30c9760b5f95fabf92ee384747c8bbd00e89d6c5304d23fb295dc136df45559c88964f0b987ff05b04b73820145fb31d2c957c3c35d6e4e',
  )
  expect(toHex(run.m4)).toBe(
    '23857ffb1ffe8b56bb10f971a0876327a11b93f913d8010f43fe8929f9965502c9ca7ba1b7c798b1f7527016d1a3c4c16c91068595a49743db7a20e6f1f2b36b30e213db669c77b48438c6b66ba17f5d',
  )
  expect(run.authorize).toEqual({ state: 'authorize', remote: clientKeys.publicKey })
  const toServer = '1b09decc219671538c81bddc7761450c6f75a083ba2a9febb65212c2068c7f83'
  const toClient = '6bc54c9e93faee942fc509d606506bcda45c1d7984a6e8890e19b68bcd9cbd40'
  const serverNonce = 'c1bea72b1b06c117aba5ab1ab0cf41f6af08b4426fe0c1ae'
  const clientNonce = '28c218018fb494285b3c31cee451d460d8d73f843a99bace'
  expect(toHex(run.client.encryptKey)).toBe(toServer)
  expect(toHex(run.client.encryptNonce)).toBe(serverNonce)
  expect(toHex(run.client.decryptKey)).toBe(toClient)
  expect(toHex(run.client.decryptNonce)).toBe(clientNonce)
  expect(toHex(run.server.encryptKey)).toBe(toClient)
  expect(toHex(run.server.encryptNonce)).toBe(clientNonce)
  expect(toHex(run.server.decryptKey)).toBe(toServer)
  expect(toHex(run.server.decryptNonce)).toBe(serverNonce)
})

interface RecordedEnd {
  readonly networkKey: string
  readonly publicKey: string
  readonly secretKey: string
  readonly ephemeralPublic: string
  readonly ephemeralSecret: string
  readonly serverKey?: string
}
interface RecordedCalls {
  readonly client: RecordedEnd
  readonly server: RecordedEnd
  readonly m1: string
  readonly m1In?: string
  readonly m1Ok?: boolean
  readonly m2?: string
  readonly m2In?: string
  readonly m2Ok?: boolean
  readonly m3?: string
  readonly m3Ok?: boolean
  readonly m4?: string
  readonly clientKeys?: { readonly encryptKey: string; readonly decryptKey: string }
  readonly serverKeys?: { readonly encryptKey: string; readonly decryptKey: string }
}

const fixture = <T>(name: string): T =>
  JSON.parse(readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8')) as T

const optionsOf = (end: RecordedEnd) => ({
  networkKey: hex(end.networkKey),
  keys: { publicKey: hex(end.publicKey), secretKey: hex(end.secretKey) },
  ephemeral: { publicKey: hex(end.ephemeralPublic), secretKey: hex(end.ephemeralSecret) },
})

/** Walk one recorded session through both machines, comparing every message. */
function replay(calls: RecordedCalls): void {
  const client = createClient({
    ...optionsOf(calls.client),
    serverKey: hex(calls.client.serverKey as string),
  })
  const server = createServer(optionsOf(calls.server))
  expect(toHex(client.start() as Uint8Array)).toBe(calls.m1)
  if (calls.m1Ok === undefined) return
  const second = server.receive(hex(calls.m1In ?? calls.m1))
  if (!calls.m1Ok) {
    expectFailure(second)
    return
  }
  expect(toHex(sent(second))).toBe(calls.m2)
  const third = client.receive(hex((calls.m2In ?? calls.m2) as string))
  if (!calls.m2Ok) {
    expectFailure(third)
    return
  }
  expect(toHex(sent(third))).toBe(calls.m3)
  const authorize = server.receive(hex(calls.m3 as string))
  if (!calls.m3Ok) {
    expectFailure(authorize)
    return
  }
  expect(authorize).toEqual({ state: 'authorize', remote: hex(calls.client.publicKey) })
  if (calls.m4 === undefined) return
  const accepted = server.accept()
  expect(toHex(sent(accepted))).toBe(calls.m4)
  const done = client.receive(hex(calls.m4))
  expectKeys(accepted, calls.serverKeys)
  expectKeys(done, calls.clientKeys)
}

function expectFailure(step: ShsStep): void {
  expect(step.state).toBe('failed')
}

function expectKeys(step: ShsStep, keys: RecordedCalls['serverKeys']): void {
  if (step.state !== 'done') throw new Error(step.state)
  expect({
    encryptKey: toHex(step.session.encryptKey),
    decryptKey: toHex(step.session.decryptKey),
  }).toEqual(keys)
}

describe('recorded calls of the reference', () => {
  const { sessions } = fixture<{ sessions: readonly RecordedCalls[] }>('recorded-calls.json')
  test('are all here', () => {
    expect(sessions.length).toBe(17)
    expect(sessions.filter((session) => session.m4 !== undefined).length).toBe(6)
  })
  sessions.forEach((session, index) => {
    test(`session ${index}`, () => replay(session))
  })
})

interface RecordedSession {
  readonly name: string
  readonly networkKey: string
  readonly client: { publicKey: string; secretKey: string; ephemeralSeed: string }
  readonly server: { publicKey: string; secretKey: string; ephemeralSeed: string }
  readonly wire: { clientToServer: string; serverToClient: string }
  readonly plain: { clientToServer: string; serverToClient: string }
}

describe('recorded sessions between live peers', () => {
  for (const session of fixture<readonly RecordedSession[]>('recorded-sessions.json')) {
    test(session.name, () => {
      const networkKey = base64(session.networkKey)
      const end = (of: RecordedSession['client']) => ({
        networkKey,
        keys: { publicKey: base64(of.publicKey), secretKey: base64(of.secretKey) },
        ephemeral: exchangeKeyPair(hex(of.ephemeralSeed)),
      })
      const client: Handshake = createClient({
        ...end(session.client),
        serverKey: base64(session.server.publicKey),
      })
      const server: Handshake = createServer(end(session.server))
      const run = wholeHandshake(client, server)
      const toServer = base64(session.wire.clientToServer)
      const toClient = base64(session.wire.serverToClient)
      expect(toServer.slice(0, 176)).toEqual(new Uint8Array([...run.m1, ...run.m3]))
      expect(toClient.slice(0, 144)).toEqual(new Uint8Array([...run.m2, ...run.m4]))
      const atServer = new Unboxer(run.server.decryptKey, run.server.decryptNonce)
      const atClient = new Unboxer(run.client.decryptKey, run.client.decryptNonce)
      expectPlain(atServer, toServer.slice(176), base64(session.plain.clientToServer))
      expectPlain(atClient, toClient.slice(144), base64(session.plain.serverToClient))
    })
  }
})

/** Long recordings are cut: what opens must be how the plaintext begins. */
function expectPlain(unboxer: Unboxer, boxed: Uint8Array, plain: Uint8Array): void {
  const result = unboxer.push(boxed)
  expect(result.ok).toBe(true)
  const opened = Buffer.concat(result.plain)
  expect(opened.length).toBeGreaterThan(60)
  expect(opened).toEqual(Buffer.from(plain.subarray(0, opened.length)))
}
