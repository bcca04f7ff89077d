import { JsonBytes } from '@scuttlebot/ssb-muxrpc'
import { FEEDS_MAX, MESSAGE_BYTES_MAX } from './limits.ts'
import type { ClockStore, EbtFormat, EbtReplicate, EbtStore } from './needs.ts'
import { type Item, peekMessage, readItem } from './note.ts'

const decoder = new TextDecoder('utf-8', { fatal: true })
const JSON_BODY = 2

/** The format of classic feeds: JSON values, ids that begin with `@`. */
export function classicFormat(
  store: EbtStore,
  replicate: EbtReplicate,
  clocks: ClockStore,
): EbtFormat {
  return {
    name: 'classic',
    store,
    wanted: replicate.wanted,
    wantedChanged: replicate.wantedChanged,
    ...(replicate.withheld === undefined ? {} : { withheld: replicate.withheld }),
    ingest: (peer, batch) => replicate.ingest(peer, batch),
    encode: ({ bytes }) => new JsonBytes(bytes),
    clocks,
    read({ type, bytes }) {
      if (type !== JSON_BODY) return { kind: 'other' }
      const peeked = peekMessage(bytes)
      const item: Item = peeked ? { kind: 'message', ...peeked } : parse(bytes)
      return item.kind === 'message' && bytes.length > MESSAGE_BYTES_MAX ? { kind: 'other' } : item
    },
  }
}

/** An item that does not look like a message. What is no JSON is no item. */
function parse(bytes: Uint8Array): Item {
  try {
    return readItem(JSON.parse(decoder.decode(bytes)), FEEDS_MAX)
  } catch {
    return { kind: 'other' }
  }
}
