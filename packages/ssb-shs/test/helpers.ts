import { exchangeKeyPair, type KeyPair, signKeyPair } from '@scuttlebot/ssb-crypto'
import {
  createClient,
  createServer,
  type Handshake,
  type Session,
  type ShsStep,
} from '../src/index.ts'

export const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'))
export const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
export const base64 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'))

export const networkKey: Uint8Array = hex(
  'd4a1cb88a66f02f8db635ce26441cc5dac1b08420ceaac230839b755845a9ffb',
)
export const seed = (byte: number): Uint8Array => new Uint8Array(32).fill(byte)
export const clientKeys: KeyPair = signKeyPair(seed(1))
export const serverKeys: KeyPair = signKeyPair(seed(2))

/** The pair of the printed vector. */
export function fixedPair(): { client: Handshake; server: Handshake } {
  return {
    client: createClient({
      networkKey,
      keys: clientKeys,
      serverKey: serverKeys.publicKey,
      ephemeral: exchangeKeyPair(seed(3)),
    }),
    server: createServer({ networkKey, keys: serverKeys, ephemeral: exchangeKeyPair(seed(4)) }),
  }
}

/** The step's bytes, when it is of that state. */
export function sent(step: ShsStep): Uint8Array {
  if (step.state === 'failed') throw new Error(`failed: ${step.code}`)
  if (!('send' in step) || step.send === undefined) throw new Error(`nothing sent: ${step.state}`)
  return step.send
}

function sessionOf(step: ShsStep): Session {
  if (step.state !== 'done') throw new Error(`not done: ${JSON.stringify(step)}`)
  return step.session
}

export interface WholeHandshake {
  readonly m1: Uint8Array
  readonly m2: Uint8Array
  readonly m3: Uint8Array
  readonly m4: Uint8Array
  readonly authorize: ShsStep
  readonly server: Session
  readonly client: Session
}

/** All four messages of a handshake that succeeds. */
export function wholeHandshake(client: Handshake, server: Handshake): WholeHandshake {
  const m1 = client.start() as Uint8Array
  const m2 = sent(server.receive(m1))
  const m3 = sent(client.receive(m2))
  const authorize = server.receive(m3)
  const accepted = server.accept()
  const m4 = sent(accepted)
  const done = client.receive(m4)
  return { m1, m2, m3, m4, authorize, server: sessionOf(accepted), client: sessionOf(done) }
}

/** The seven points of low order, and each with the top bit set, which X25519 ignores. */
export const lowOrderPoints: readonly Uint8Array[] = [
  '00'.repeat(32),
  `01${'00'.repeat(31)}`,
  'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
  '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
  `ec${'ff'.repeat(30)}7f`,
  `ed${'ff'.repeat(30)}7f`,
  `ee${'ff'.repeat(30)}7f`,
].flatMap((text) => {
  const point = hex(text)
  const topBit = point.slice()
  topBit[31] = (topBit[31] as number) | 0x80
  return [point, topBit]
})
