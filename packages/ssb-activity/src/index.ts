/** How busy each day was. @packageDocumentation */
import type { Async } from '@scuttlebot/ssb-muxrpc'
import type { Plugin } from '@scuttlebot/ssb-plugin'

/** One day (`2026-01-31`, UTC) by the time at which its messages came in; private ones are no posts. */
export type Day = { day: string; messages: number; posts: number; people: number }
/** What is read of a message. */
export interface ActivityMessage {
  readonly author: string
  readonly timestamp: number
  readonly value: { readonly content: unknown }
}
/** What is needed of the store, in our own words: all messages in batches, the newest first. */
export interface ActivityStore {
  log(range: { readonly reverse: true }): AsyncIterable<readonly ActivityMessage[]>
}
/** What other plugins get: the last days that have messages, up to `count` (default 7), the newest first. */
export type ActivityApi = { days(count?: number): Promise<readonly Day[]> }
/** The method over the wire; only the owner may call it, as nothing else is said. */
export type ActivityRpc = { activity: { days: Async<[count?: number], readonly Day[]> } }

/** The plugin by its name, what it offers here, what it needs, and its methods over the wire. */
export type ActivityPlugin = Plugin<'activity', ActivityApi, { store: ActivityStore }, ActivityRpc>

async function daysOf(store: ActivityStore, count: unknown = 7): Promise<Day[]> {
  if (!Number.isSafeInteger(count) || Number(count) < 1)
    throw new TypeError('count must be a whole number of at least 1')
  const days: Day[] = []
  let authors = new Set<string>()
  for await (const batch of store.log({ reverse: true }))
    for (const { author, timestamp, value } of batch) {
      const day = new Date(timestamp).toISOString().slice(0, 10)
      const isPost = (value.content as { readonly type?: unknown } | null)?.type === 'post'
      if (days.at(-1)?.day !== day) {
        if (days.length === count) return days
        days.push({ day, messages: 0, posts: 0, people: 0 })
        authors = new Set()
      }
      const { messages = 0, posts = 0 } = days.pop() ?? {}
      const people = authors.add(author).size
      days.push({ day, messages: messages + 1, posts: posts + Number(isPost), people })
    }
  return days
}

const help = {
  description: 'How many messages, posts and people the last days with messages had.',
  args: { count: { type: 'number', description: 'days', optional: true, default: 7 } },
  example: 'sbot activity.days 30',
}
/** Days of activity, as a plugin. A count that is no whole number of at least 1 is a TypeError. */
export const activity = (): ActivityPlugin => ({
  name: 'activity',
  needs: { store: 'required' },
  manifest: { activity: { days: { kind: 'async', help } } },
  setup({ needs: { store } }) {
    const days = (count?: number) => daysOf(store, count)
    return { api: { days }, handlers: { activity: { days: (_, count) => days(count) } } }
  },
})
