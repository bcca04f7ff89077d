// Feeds for tests: real keys, real signatures, from a seed.
import { sign } from '@scuttlebot/ssb-crypto'
import { generate, type Keys, keyPairOf, signObj } from '@scuttlebot/ssb-keys'
import {
  type Content,
  createMessage,
  type FeedState,
  type MessageValue,
  type Verified,
} from '../src/index.ts'

export const keysOf = (seed: string): Keys => generate('ed25519', seed)

/** The state after a message. */
export const after = ({ key, value }: Pick<Verified, 'key' | 'value'>): FeedState => ({
  id: key,
  sequence: value.sequence,
  timestamp: value.timestamp,
})

/** A feed of posts. */
export function feedOf(seed: string, count: number, hmacKey?: Uint8Array): Verified[] {
  const keys = keysOf(seed)
  const { secretKey } = keyPairOf(keys)
  const messages: Verified[] = []
  for (let i = 0; i < count; i++) {
    const content: Content = {
      type: 'post',
      text: `${seed} ${i} é ☃`,
      mentions: [{ link: keys.id }],
    }
    const last = messages.at(-1)
    const made = createMessage({
      state: last === undefined ? null : after(last),
      author: keys.id,
      sign: (bytes) => sign(bytes, secretKey),
      hmacKey,
      content,
      timestamp: 1_500_000_000_000 + i,
    })
    if (!made.ok) throw new Error(made.reason)
    messages.push(made.message)
  }
  return messages
}

/** Sign whatever is given, in whatever order of keys: how messages with one defect are made. */
export function signAny(keys: Keys, unsigned: object, hmacKey?: Uint8Array): MessageValue {
  return signObj(keys, hmacKey, unsigned) as unknown as MessageValue
}
