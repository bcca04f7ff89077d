// names.*: what feeds call each other. A table of all names is made when somebody asks for the first time, and kept up
// to date from then on: who never asks pays nothing for it.
import type { FeedId } from '@scuttlebot/ssb-ref'
import { namingsOf, pictureOf } from './content.ts'
import type { AboutFriends, AboutIndex, AboutMessage, AboutNeeds } from './needs.ts'
import { messagesUnder, NAMING } from './statements.ts'

/** Author → feed → what they call it, or the picture that they gave it. */
export type NameMap = Readonly<Record<FeedId, Readonly<Record<FeedId, string>>>>

/** A name that fits what somebody has typed. */
export interface Signified {
  readonly id: FeedId
  readonly name: string
  /** Whether we say so, how many whom we follow, how many whom those follow. */
  readonly rank: readonly number[]
  /** What the feed is called otherwise. */
  readonly named: string
}

interface Entry {
  readonly position: number
  readonly value: string | null
}

/** Feed → author → the newest of what they call it. */
class Table {
  readonly #feeds = new Map<FeedId, Map<FeedId, Entry>>()

  set(feed: FeedId, author: FeedId, position: number, value: string | null): void {
    let authors = this.#feeds.get(feed)
    if (authors === undefined) {
      authors = new Map()
      this.#feeds.set(feed, authors)
    }
    // What was said in private is told when it is opened, which may be late.
    if ((authors.get(author)?.position ?? -1) <= position) authors.set(author, { position, value })
  }

  *of(feed: FeedId): Generator<[FeedId, string]> {
    for (const [author, { value }] of this.#feeds.get(feed) ?? [])
      if (value !== null) yield [author, value]
  }

  get(feed: FeedId, author: FeedId): string | undefined {
    return this.#feeds.get(feed)?.get(author)?.value ?? undefined
  }

  feeds(): Iterable<FeedId> {
    return this.#feeds.keys()
  }

  toMap(): NameMap {
    const map: Record<FeedId, Record<FeedId, string>> = {}
    for (const feed of this.#feeds.keys())
      for (const [author, value] of this.of(feed)) {
        map[author] ??= {}
        map[author][feed] = value
      }
    return map
  }
}

/** Names and pictures of feeds. */
export class Names {
  readonly #needs: AboutNeeds
  readonly #index: AboutIndex
  readonly #us: FeedId
  readonly #names = new Table()
  readonly #pictures = new Table()
  /** What feeds call themselves in public. */
  readonly #open = new Table()
  #ready: Promise<void> | null = null
  #stops: (() => void)[] = []

  constructor(needs: AboutNeeds, index: AboutIndex, us: FeedId) {
    this.#needs = needs
    this.#index = index
    this.#us = us
  }

  /** Resolves when the tables are made; a failure is tried again by the next call. */
  #made(): Promise<void> {
    this.#ready ??= this.#make().catch((error: unknown) => {
      this.stop()
      throw error
    })
    return this.#ready
  }

  async #make(): Promise<void> {
    const { store, private: opened } = this.#needs
    const stop = store.appended.on((batch) => {
      for (const message of batch) this.#notePublic(message)
    })
    this.#stops.push(stop)
    if (opened !== undefined)
      this.#stops.push(
        opened.opened.on((messages) => {
          for (const one of messages) this.#note(one.author, one.position, one.content)
        }),
      )
    await store.indexed()
    const range = { lt: store.position + 1 }
    for await (const messages of messagesUnder(store, this.#index, NAMING, range))
      for (const message of messages) this.#notePublic(message)
    for await (const messages of opened?.read() ?? [])
      for (const one of messages) this.#note(one.author, one.position, one.content)
  }

  #notePublic({ author, sequence, value: { content } }: AboutMessage): void {
    this.#note(author, sequence, content)
    for (const { about, name } of namingsOf(content))
      if (about === author) this.#open.set(about, author, sequence, name)
  }

  #note(author: FeedId, position: number, content: unknown): void {
    for (const { about, name } of namingsOf(content)) this.#names.set(about, author, position, name)
    const picture = pictureOf(content)
    if (picture !== null) this.#pictures.set(picture.about, author, position, picture.image)
  }

  /** Forget the tables. */
  stop(): void {
    for (const stop of this.#stops.splice(0)) stop()
    this.#ready = null
  }

  async all(): Promise<NameMap> {
    await this.#made()
    return this.#names.toMap()
  }

  async allPictures(): Promise<NameMap> {
    await this.#made()
    return this.#pictures.toMap()
  }

  async nameOf(feed: FeedId): Promise<string> {
    await this.#made()
    return this.#choose(this.#names, feed)
  }

  async ownNameOf(feed: FeedId): Promise<string | null> {
    await this.#made()
    return this.#open.get(feed, feed) ?? null
  }

  async pictureOf(feed: FeedId): Promise<string> {
    await this.#made()
    return this.#choose(this.#pictures, feed)
  }

  /** Our own word, else what most say whom we follow, else most whom those follow, else the feed's own, else its id. */
  #choose(table: Table, feed: FeedId): string {
    const own = table.get(feed, this.#us)
    if (own !== undefined) return own
    const { friends } = this.#needs
    const hops = friends?.hops() ?? new Map<FeedId, number>()
    const near = most(table.of(feed), (author) => (hops.get(author) === 1 ? 1 : 0))
    if (near !== null) return near
    const far = most(table.of(feed), (author) => ways(friends, hops, author))
    return far ?? table.get(feed, feed) ?? feed
  }

  /** Feeds that are called by a name that begins so, those that we ourselves call so first. */
  async signifies(prefix: string): Promise<readonly Signified[]> {
    await this.#made()
    const hops = this.#needs.friends?.hops() ?? new Map<FeedId, number>()
    const found: Signified[] = []
    for (const id of this.#names.feeds()) {
      const ranks = new Map<string, number[]>()
      for (const [author, name] of this.#names.of(id)) {
        const hop = author === this.#us ? 0 : hops.get(author)
        if (!name.startsWith(prefix) || hop === undefined || hop < 0 || hop > 2) continue
        const rank = ranks.get(name) ?? []
        for (let at = rank.length; at <= hop; at++) rank.push(0)
        rank[hop] = (rank[hop] ?? 0) + 1
        ranks.set(name, rank)
      }
      if (ranks.size === 0) continue
      const named = this.#choose(this.#names, id)
      for (const [name, rank] of ranks) found.push({ name, id, rank, named })
    }
    return found.sort(byRank)
  }
}

/** By how many of those whom we follow a feed is followed. */
function ways(
  friends: AboutFriends | undefined,
  hops: ReadonlyMap<FeedId, number>,
  author: FeedId,
): number {
  if (friends === undefined || hops.get(author) !== 2) return 0
  let count = 0
  for (const [id, hop] of hops) if (hop === 1 && friends.isFollowing(id, author)) count++
  return count
}

/** The value with the greatest weight; the first of several. */
function most(
  values: Iterable<readonly [FeedId, string]>,
  weigh: (author: FeedId) => number,
): string | null {
  const weights = new Map<string, number>()
  let best: string | null = null
  let top = 0
  for (const [author, value] of values) {
    const weight = (weights.get(value) ?? 0) + weigh(author)
    weights.set(value, weight)
    if (weight <= top) continue
    top = weight
    best = value
  }
  return best
}

function byRank({ rank: a }: Signified, { rank: b }: Signified): number {
  for (let at = 0; at < 3; at++) {
    const more = (b[at] ?? 0) - (a[at] ?? 0)
    if (more !== 0) return more
  }
  return 0
}
