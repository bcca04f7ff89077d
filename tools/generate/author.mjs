// Identities and signatures for generated feeds.
import { createHash } from 'node:crypto'
import { load } from '../lib/packages.mjs'

const crypto = await load('ssb-crypto')
await crypto.ready

const base64 = (bytes) =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64')

/** @typedef {{ key: string, value: any, line: string }} Generated the id, the message value and its compact JSON */

/**
 * A feed under construction.
 *
 * @param {string} seed
 */
export function createAuthor(seed) {
  const pair = crypto.signKeyPair(createHash('sha256').update(seed).digest())
  const publicKey = base64(pair.publicKey)
  const id = `@${publicKey}.ed25519`
  let previous = null
  let sequence = 0
  return {
    id,
    /** As in a key file. */
    keys: {
      curve: 'ed25519',
      public: `${publicKey}.ed25519`,
      private: `${base64(pair.secretKey)}.ed25519`,
      id,
    },
    pair,
    get sequence() {
      return sequence
    },
    /**
     * Sign the next message.
     *
     * @param {object | string} content
     * @param {number} timestamp
     * @returns {Generated}
     */
    append(content, timestamp) {
      sequence++
      const value = { previous, sequence, author: id, timestamp, hash: 'sha256', content }
      const text = JSON.stringify(value, null, 2)
      const signature = `${base64(crypto.sign(Buffer.from(text), pair.secretKey))}.sig.ed25519`
      value.signature = signature
      const signed = `${text.slice(0, -2)},\n  "signature": "${signature}"\n}`
      // The id is the hash of the low byte of each UTF-16 unit.
      const hash = createHash('sha256').update(signed, 'latin1').digest('base64')
      previous = `%${hash}.sha256`
      return { key: previous, value, line: JSON.stringify(value) }
    },
  }
}

/**
 * A private box with seeded nonce, ephemeral key and body key, so that a generated feed is the same each time.
 *
 * @param {object} content
 * @param {readonly Uint8Array[]} recipients Ed25519 public keys, at most 7
 * @param {import('../lib/random.mjs').Random} random
 * @returns {string} content of a message
 */
export function privateBox(content, recipients, random) {
  const nonce = random.bytes(24)
  const ephemeral = crypto.exchangeKeyPair(random.bytes(32))
  const bodyKey = random.bytes(32)
  const slot = Buffer.concat([Uint8Array.of(recipients.length), bodyKey])
  const slots = recipients.map((recipient) =>
    crypto.secretBox(
      slot,
      nonce,
      crypto.scalarMult(ephemeral.secretKey, crypto.signPublicToExchange(recipient)),
    ),
  )
  const body = crypto.secretBox(Buffer.from(JSON.stringify(content)), nonce, bodyKey)
  return `${base64(Buffer.concat([nonce, ephemeral.publicKey, ...slots, body]))}.box`
}
