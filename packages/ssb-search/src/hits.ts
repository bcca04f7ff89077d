// What a question finds: all messages that have its words, those first that others of them link to.
import { isMsgId, type MsgId } from '@scuttlebot/ssb-ref'
import { type Engine, wordsOf } from './engine.ts'
import type { SearchMessage, SearchStore } from './needs.ts'

/** The newest messages that are looked at; links and times can only rank what was read. Our choice. */
export const HITS_MAX = 2_000
const LINKS_MAX = 100

/** A message that was found. */
export interface Hit {
  readonly key: MsgId
  readonly value: SearchMessage['value']
  /** How many links lead to it from others that were found; absent: none. */
  readonly rank?: number
}

/** Message ids that properties of the content point to, alone or in a list. */
function* links(content: unknown): Generator<MsgId> {
  if (typeof content !== 'object' || content === null) return
  let left = LINKS_MAX
  for (const value of Object.values(content))
    for (const item of Array.isArray(value) ? value : [value]) {
      const link: unknown =
        typeof item === 'object' && item !== null ? (item as { link?: unknown }).link : item
      if (!isMsgId(link)) continue
      yield link
      if (--left <= 0) return
    }
}

/** Find messages. What was deleted since is forgotten on the way. */
export async function find(
  store: SearchStore,
  engines: readonly { readonly engine: Engine; readonly opened: boolean }[],
  question: string,
  limit: number,
): Promise<readonly Hit[]> {
  const words = wordsOf(question)
  if (words.length === 0 || !(limit > 0)) return []
  const found = new Map<MsgId, SearchMessage['value']>()
  for (const { engine, opened } of engines) {
    const positions = engine.find(words, HITS_MAX)
    const messages = await store.read(positions)
    for (const message of messages) {
      const value = opened ? (store.opened?.(message) ?? null) : message.value
      if (value !== null) found.set(message.key, value)
    }
    if (messages.length === positions.length) continue
    const there = new Set(messages.map(({ sequence }) => sequence))
    engine.remove(positions.filter((position) => !there.has(position)))
  }
  return ranked(found).slice(0, limit)
}

function ranked(found: ReadonlyMap<MsgId, SearchMessage['value']>): Hit[] {
  const counts = new Map<MsgId, number>()
  for (const { content } of found.values())
    for (const link of links(content))
      if (found.has(link)) counts.set(link, (counts.get(link) ?? 0) + 1)
  return [...found]
    .sort(
      ([a, one], [b, other]) =>
        (counts.get(b) ?? 0) - (counts.get(a) ?? 0) || other.timestamp - one.timestamp,
    )
    .map(([key, value]) => {
      const rank = counts.get(key)
      return rank === undefined ? { key, value } : { key, value, rank }
    })
}
