// about.*: what is said about one feed or message, by everybody.
import { type FeedId, isFeedId, isMsgId } from '@scuttlebot/ssb-ref'
import { isRemoval, own } from './content.ts'
import { AboutError } from './errors.ts'
import type { AboutIndex, AboutNeeds } from './needs.ts'
import { type Statement, statements } from './statements.ts'
import { note, socialValue, type Values } from './values.ts'

/** Author → what they say. */
export type ValuesByAuthor = Readonly<Record<string, unknown>>

/** Answers what is said about an id. */
export interface Abouts {
  /** Who says what about `dest` under `key`, without what was taken back. */
  values(key: unknown, dest: unknown): Promise<Values>
  /** What to show for `dest`: our own word, else that of its author, else what most say; `null`: nothing. */
  social(key: unknown, dest: unknown): Promise<unknown>
  /** What was said last about `dest`, by whomever, and stands; `null`: nothing. */
  latest(key: unknown, dest: unknown): Promise<unknown>
  /** The same for several keys; keys that nobody spoke of are absent. */
  latestAll(keys: readonly unknown[], dest: unknown): Promise<Readonly<Record<string, unknown>>>
  /** Whose word counts after ours: the feed itself, or the message's author. */
  authorOf(dest: unknown): Promise<FeedId | null>
}

/** Make them. */
export function createAbouts(needs: AboutNeeds, index: AboutIndex, us: FeedId): Abouts {
  const values = async (key: unknown, dest: unknown): Promise<Values> => {
    const found = new Map<string, unknown>()
    if (typeof key !== 'string') return found
    for await (const statement of statements(needs, index, dest)) note(found, key, statement)
    return found
  }
  const authorOf = async (dest: unknown): Promise<FeedId | null> => {
    if (isFeedId(dest)) return dest
    if (!isMsgId(dest)) return null
    const message = await needs.store.get(dest)
    if (message !== null) return message.author
    throw new AboutError('SSB_ABOUT_NOT_FOUND', `Key not found in database [${dest}]`)
  }
  const latestAll = async (
    keys: readonly unknown[],
    dest: unknown,
  ): Promise<Readonly<Record<string, unknown>>> => {
    const left = new Set(keys.filter((key) => typeof key === 'string'))
    const takenBack = new Set<string>()
    const found = new Map<string, unknown>()
    if (left.size === 0) return {}
    for await (const { author, content } of statements(needs, index, dest, true)) {
      for (const key of left) {
        if (!Object.hasOwn(content, key) || takenBack.has(`${author} ${key}`)) continue
        const value = own(content, key)
        if (isRemoval(value)) takenBack.add(`${author} ${key}`)
        else {
          found.set(key, value)
          left.delete(key)
        }
      }
      if (left.size === 0) break
    }
    return Object.fromEntries(found)
  }
  return {
    values,
    authorOf,
    latestAll,
    async latest(key, dest) {
      const found = await latestAll([key], dest)
      return typeof key === 'string' ? (own(found, key) ?? null) : null
    },
    async social(key, dest) {
      const author = await authorOf(dest)
      return socialValue(await values(key, dest), us, author)
    },
  }
}

/** What a new statement adds to a live stream: nothing when it does not speak of `key`. */
export const speaksOf = (statement: Statement, key: unknown): key is string =>
  typeof key === 'string' && Boolean(own(statement.content, key))
