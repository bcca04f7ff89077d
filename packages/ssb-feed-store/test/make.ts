// Feeds with real signatures for the tests.
import { sign, signKeyPair } from '@scuttlebot/ssb-crypto'
import { toBase64 } from '@scuttlebot/ssb-encode'
import { type FeedId, feedIdFromKey } from '@scuttlebot/ssb-ref'
import {
  type Content,
  createMessage,
  type FeedState,
  type Verified,
} from '@scuttlebot/ssb-validate'
import { MemoryLevel } from 'memory-level'
import type { Database } from '../src/database.ts'
import { createStore, type Store, type StoreOptions } from '../src/store.ts'

/** A writer of one feed. */
export interface Writer {
  readonly id: FeedId
  sign(bytes: Uint8Array): Uint8Array
  state: FeedState | null
  next(content?: Content, timestamp?: number): Verified
}

export function writer(seed: number): Writer {
  const pair = signKeyPair(new Uint8Array(32).fill(seed))
  const id = feedIdFromKey(toBase64(pair.publicKey))
  return {
    id,
    state: null,
    sign: (bytes) => sign(bytes, pair.secretKey),
    next(content, timestamp) {
      const made = createMessage({
        state: this.state,
        author: id,
        sign: (bytes) => sign(bytes, pair.secretKey),
        content: content ?? { type: 'post', text: `message ${(this.state?.sequence ?? 0) + 1}` },
        timestamp: timestamp ?? 1_700_000_000_000 + (this.state?.sequence ?? 0) * 1000,
      })
      if (!made.ok) throw new Error(made.reason)
      const { key, value } = made.message
      this.state = { id: key, sequence: value.sequence, timestamp: value.timestamp }
      return made.message
    },
  }
}

/** Several messages in a row. */
export function run(from: Writer, count: number): Verified[] {
  return Array.from({ length: count }, () => from.next())
}

export function memory(): Database {
  return new MemoryLevel<Uint8Array, Uint8Array>({ keyEncoding: 'view', valueEncoding: 'view' })
}

/** A clock that goes on by a quarter of a millisecond each time it is read. */
export function ticking(from = 1_700_000_000_000): () => number {
  let now = from
  return () => {
    now += 0.25
    return now
  }
}

export function makeStore(
  database: Database = memory(),
  me: Writer = writer(1),
  more: Partial<StoreOptions> = {},
): Store {
  return createStore({ database, id: me.id, sign: me.sign, now: ticking(), ...more })
}

export async function all<T>(source: AsyncIterable<readonly T[]>): Promise<T[]> {
  const list: T[] = []
  for await (const batch of source) list.push(...batch)
  return list
}
