// Private boxes: ssb-private-box.
import { load } from '../../lib/packages.mjs'

const bytes = (hex) => new Uint8Array(Buffer.from(hex, 'hex'))
const equal = (a, b) => a !== null && Buffer.compare(a, b) === 0

/** Which of some calls throws. */
function throws(call) {
  try {
    call()
    return false
  } catch {
    return true
  }
}

/** @type {import('../main.mjs').Asset[]} */
export const assets = [
  {
    file: 'private-box/cases.json',
    packages: 'ssb-private-box',
    async *run(read) {
      const { box, unbox, unboxKey, unboxBody } = await load('ssb-private-box')
      const { exchangeKeyPair } = await load('ssb-crypto')
      const { decrypt, errors } = JSON.parse(read(this.file))
      for (const [n, entry] of decrypt.entries()) {
        const boxed = bytes(entry.ciphertext_hex)
        const plaintext = bytes(entry.plaintext_hex)
        const options = { slotsMax: entry.max ?? 255 }
        for (const [slot, secret] of entry.opens_with_secret_hex.entries()) {
          const key = unboxKey(boxed, bytes(secret), options)
          yield {
            name: `message ${n}, recipient ${slot}`,
            ok:
              equal(unbox(boxed, bytes(secret), options), plaintext) &&
              key !== null &&
              equal(unboxBody(boxed, key), plaintext),
          }
        }
        for (const { secret } of entry.fails_with_secret_hex)
          yield {
            name: `message ${n}, stranger`,
            ok: unbox(boxed, bytes(secret), options) === null,
          }
        const recipients = entry.recipient_curve25519_publics_hex.map(bytes)
        const again = box(plaintext, recipients, { max: entry.max ?? 7 })
        yield {
          name: `message ${n}, boxed by us for the same ${recipients.length}`,
          ok:
            again.length === boxed.length &&
            entry.opens_with_secret_hex.every((secret) =>
              equal(unbox(again, bytes(secret), options), plaintext),
            ),
        }
      }
      for (const { n_recipients, max, throws: text } of errors) {
        const recipients = Array.from({ length: n_recipients }, () => exchangeKeyPair().publicKey)
        yield {
          name: text,
          ok: throws(() => box(new Uint8Array(9), recipients, max === null ? {} : { max })),
        }
      }
    },
  },
  {
    file: 'private-box-rs/simple.json',
    packages: 'ssb-private-box, ssb-crypto',
    async *run(read) {
      const { unbox } = await load('ssb-private-box')
      const { signSecretToExchange } = await load('ssb-crypto')
      const { cypher_text, msg, keys } = JSON.parse(read(this.file))
      for (const { public: name, secret } of keys) {
        const opened = unbox(
          Buffer.from(cypher_text, 'base64'),
          signSecretToExchange(Buffer.from(secret, 'base64')),
        )
        const text = opened && Buffer.from(opened).toString()
        // The message went in as a string, or as JSON of one.
        yield { name, ok: text === msg || text === JSON.stringify(msg), detail: String(text) }
      }
    },
  },
]
