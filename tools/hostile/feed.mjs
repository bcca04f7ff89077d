// Messages of a feed of an attacker's own.
import { load } from '../lib/packages.mjs'

const { sign } = await load('ssb-crypto')
const { toBase64 } = await load('ssb-encode')
const { feedIdFromKey } = await load('ssb-ref')
const { create } = await load('ssb-validate')

/** So many valid messages, first to last. */
export function createFeed({ publicKey, secretKey }, count) {
  const author = feedIdFromKey(toBase64(publicKey))
  const values = []
  let state = null
  for (let n = 1; n <= count; n += 1) {
    const made = create({
      state,
      author,
      sign: (bytes) => sign(bytes, secretKey),
      content: { type: 'post', text: `message ${n}` },
      timestamp: 1_700_000_000_000 + n,
    })
    if (!made.ok) throw new Error(made.reason)
    const { key, value } = made.message
    state = { id: key, sequence: value.sequence, timestamp: value.timestamp }
    values.push(value)
  }
  return values
}
