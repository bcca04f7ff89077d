// The secret handshake by hand, so that each message can be a wrong one.
import { load } from '../lib/packages.mjs'

const crypto = await load('ssb-crypto')
const { concat } = await load('ssb-encode')
const { auth, randomBytes, scalarMult, secretBox, secretUnbox, sha256, sign } = crypto
const { exchangeKeyPair, signPublicToExchange, signSecretToExchange } = crypto

const ZERO_NONCE = new Uint8Array(24)
/** The order of the base point, little-endian. */
const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n

const fromHex = (text) => new Uint8Array(Buffer.from(text, 'hex'))
const topBit = (bytes) => bytes.map((byte, at) => (at === 31 ? byte | 0x80 : byte))

const LOW_ORDER = [
  '00'.repeat(32),
  `01${'00'.repeat(31)}`,
  'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
  '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
  `ec${'ff'.repeat(30)}7f`,
  `ed${'ff'.repeat(30)}7f`,
  `ee${'ff'.repeat(30)}7f`,
].map(fromHex)

/** Curve25519 keys whose shared secrets are all zero, with and without the bit that is masked. */
export const lowOrderExchangeKeys = [...LOW_ORDER, ...LOW_ORDER.map(topBit)]

/** Ed25519 points of small order, and the other encodings of them that a careless reader accepts. */
export const lowOrderSignKeys = [
  `01${'00'.repeat(31)}`,
  `ec${'ff'.repeat(30)}7f`,
  '00'.repeat(32),
  `${'00'.repeat(31)}80`,
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
  `01${'00'.repeat(30)}80`,
  `ee${'ff'.repeat(30)}7f`,
  `ee${'ff'.repeat(30)}ff`,
  `ed${'ff'.repeat(30)}7f`,
  `ed${'ff'.repeat(30)}ff`,
  `ec${'ff'.repeat(30)}ff`,
].map(fromHex)

/** A signature whose R is of small order and whose S is zero: valid for a key of small order where nobody checks. */
export const nullSignature = concat([lowOrderSignKeys[0], new Uint8Array(32)])

/** The second signature that a valid one has where S is not checked: S + L. */
export function malleable(signature) {
  let s = 0n
  for (let at = 63; at >= 32; at -= 1) s = (s << 8n) | BigInt(signature[at])
  s += ORDER
  return signature.map((byte, at) => (at < 32 ? byte : Number((s >> BigInt((at - 32) * 8)) & 255n)))
}

/** Message 1 or 2 for any ephemeral key, with a correct MAC. */
export const challenge = (networkKey, publicKey) => concat([auth(publicKey, networkKey), publicKey])

/**
 * A client's half up to message 3.
 *
 * @param {{ networkKey: Uint8Array, serverKey: Uint8Array, keys: { publicKey: Uint8Array, secretKey: Uint8Array } }} options
 */
export function clientShake({ networkKey, serverKey, keys }) {
  const ephemeral = exchangeKeyPair(randomBytes(32))
  return {
    first: challenge(networkKey, ephemeral.publicKey),
    /** @param {{ publicKey?: Uint8Array, signature?: (real: Uint8Array) => Uint8Array }} [wrong] */
    third(serverChallenge, { publicKey = keys.publicKey, signature = (real) => real } = {}) {
      const b = serverChallenge.subarray(32, 64)
      const ab = scalarMult(ephemeral.secretKey, b)
      const aB = scalarMult(ephemeral.secretKey, signPublicToExchange(serverKey))
      const real = sign(concat([networkKey, serverKey, sha256(ab)]), keys.secretKey)
      const key = sha256(concat([networkKey, ab, aB]))
      return secretBox(concat([signature(real), publicKey]), ZERO_NONCE, key)
    },
  }
}

/**
 * A server's half with a message 4 that can be wrong.
 *
 * @param {{ networkKey: Uint8Array, keys: { publicKey: Uint8Array, secretKey: Uint8Array } }} options
 */
export function serverShake({ networkKey, keys }) {
  const ephemeral = exchangeKeyPair(randomBytes(32))
  return {
    second: challenge(networkKey, ephemeral.publicKey),
    /** @param {(real: Uint8Array) => Uint8Array} signature */
    fourth(clientChallenge, third, signature) {
      const a = clientChallenge.subarray(32, 64)
      const ab = scalarMult(ephemeral.secretKey, a)
      const aB = scalarMult(signSecretToExchange(keys.secretKey), a)
      const hello = secretUnbox(third, ZERO_NONCE, sha256(concat([networkKey, ab, aB])))
      if (hello === null) throw new Error('the third message cannot be opened')
      const Ab = scalarMult(ephemeral.secretKey, signPublicToExchange(hello.subarray(64)))
      const real = sign(concat([networkKey, hello, sha256(ab)]), keys.secretKey)
      return secretBox(signature(real), ZERO_NONCE, sha256(concat([networkKey, ab, aB, Ab])))
    },
  }
}
