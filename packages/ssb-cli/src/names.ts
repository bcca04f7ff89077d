import type { Client } from '@scuttlebot/ssb-client'
import { findMethod } from './method.ts'

/** What feeds are called, by id. */
export type Names = ReadonlyMap<string, string>

/** The newest `about` messages that are looked at: enough for people, and done in a moment. */
const ABOUTS_MAX = 2_000
const NAME_CHARS_MAX = 40

/** What our own naming, a feed's naming of itself, and that of others are worth. */
const RANKS = { own: 3, self: 2, other: 1 } as const

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

/**
 * What the newest `about` messages call feeds: our own word first, then the feed's own, then the newest of others.
 * Empty when the server cannot tell. Never rejects: names are an ornament.
 */
export async function namesOf(client: Client<unknown>): Promise<Names> {
  const names = new Map<string, string>()
  const ranks = new Map<string, number>()
  const method = findMethod(client.manifest, 'messagesByType')
  if (method === null) return names
  const query = { type: 'about', reverse: true, limit: ABOUTS_MAX, keys: false, values: true }
  try {
    for await (const message of client.mux.source(method.path, [query])) {
      if (!isRecord(message) || !isRecord(message['content'])) continue
      const { author } = message
      const { about, name } = message['content']
      if (typeof about !== 'string' || typeof name !== 'string' || name.trim() === '') continue
      const rank = author === client.id ? RANKS.own : author === about ? RANKS.self : RANKS.other
      if (rank <= (ranks.get(about) ?? 0)) continue
      ranks.set(about, rank)
      names.set(about, name.trim().slice(0, NAME_CHARS_MAX))
    }
  } catch {
    // What was found so far is as good.
  }
  return names
}
