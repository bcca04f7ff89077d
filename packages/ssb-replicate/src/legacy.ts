import type { Log, Peer } from '@scuttlebot/ssb-plugin'
import type { FeedId } from '@scuttlebot/ssb-ref'
import type { ReplicateStore, ReplicateVerdict } from './needs.ts'
import type { WantedFeeds } from './wanted.ts'

/** Hands received messages to the store; the verdicts come back in order. */
export type Ingest = (
  peer: FeedId,
  batch: readonly Uint8Array[],
) => Promise<readonly ReplicateVerdict[]>

/** Counts of what a peer has sent us over createHistoryStream. */
export interface LegacyStatus {
  /** Feeds that we are asking this peer for. */
  readonly feeds: number
  readonly received: number
  readonly refused: number
}

/** One peer that we ask for feeds, feed by feed. */
export interface LegacyFetch {
  readonly status: LegacyStatus
  /** Whether this peer is being asked for `feed`. */
  asks(feed: FeedId): boolean
  stop(): void
}

/** Bytes below which an item is no message: `{"sync":true}` and the like. */
const MESSAGE_BYTES_MIN = 200

/**
 * Ask a peer for every wanted feed by `createHistoryStream`, each from the message after our last
 * one, live; and for feeds that become wanted later. For peers that do not speak EBT.
 */
export function fetchFrom(
  peer: Peer,
  parts: {
    readonly own: FeedId
    readonly store: ReplicateStore
    readonly wanted: WantedFeeds
    readonly ingest: Ingest
    readonly log: Log
    /** Feeds asked for at a time: each is an open stream on both sides. */
    readonly feedsMax: number
  },
): LegacyFetch {
  const { store, wanted, ingest, log } = parts
  const open = new Map<FeedId, AbortController>()
  const waiting = new Set<FeedId>()
  const status = { feeds: 0, received: 0, refused: 0 }
  const first = new AbortController()
  let started = false

  const run = async (feed: FeedId, abort: AbortController, live: boolean): Promise<void> => {
    const seq = (store.head(feed)?.sequence ?? 0) + 1
    const options = { id: feed, seq, sequence: seq, live, keys: false }
    const stream = peer.mux.source(['createHistoryStream'], [options], {
      raw: true,
      signal: abort.signal,
    })
    for await (const bodies of stream.batches()) {
      const batch = bodies
        .filter(({ type, bytes }) => type === 2 && bytes.length >= MESSAGE_BYTES_MIN)
        .map(({ bytes }) => bytes)
      status.received += batch.length
      const verdicts = await ingest(peer.id, batch)
      const refused = verdicts.filter((verdict) => !verdict.ok && !isKnown(verdict))
      status.refused += refused.length
      const fatal = refused.find((verdict) => !verdict.ok && verdict.fatal)
      if (fatal !== undefined) {
        log.info('a peer sent another branch of a feed; not taking that feed from it', {
          peer: peer.id,
          feed,
        })
        return
      }
    }
  }
  /** A stream is over: its place is free, also for the same feed. */
  const over = (feed: FeedId, abort: AbortController): void => {
    if (open.get(feed) !== abort) return
    open.delete(feed)
    status.feeds = open.size
    const [next] = waiting
    if (next !== undefined && waiting.delete(next)) ask(next)
  }
  const ask = (feed: FeedId): void => {
    if (!started || open.has(feed) || peer.signal.aborted) return
    if (open.size >= parts.feedsMax) {
      waiting.add(feed)
      return
    }
    const abort = new AbortController()
    open.set(feed, abort)
    status.feeds = open.size
    run(feed, abort, true)
      .catch((error: unknown) => {
        log.debug('a history stream ended', { peer: peer.id, feed, reason: String(error) })
      })
      .finally(() => over(feed, abort))
  }
  const unsubscribe = wanted.changed.on((feed, want) => {
    if (want) {
      ask(feed)
      return
    }
    waiting.delete(feed)
    const abort = open.get(feed)
    if (abort === undefined) return
    abort.abort()
    // Not when it has ended: the feed may be wanted again before.
    over(feed, abort)
  })
  const stop = (): void => {
    unsubscribe()
    peer.signal.removeEventListener('abort', stop)
    waiting.clear()
    started = false
    first.abort()
    for (const abort of open.values()) abort.abort()
  }
  peer.signal.addEventListener('abort', stop)
  // Our own feed first: what we lost comes back, and a peer that does not know the method says so once.
  run(parts.own, first, false).then(
    () => {
      started = !first.signal.aborted
      if (started) for (const feed of wanted.feeds) ask(feed)
    },
    (error: unknown) => {
      log.debug('a peer has no history streams', { peer: peer.id, reason: String(error) })
      stop()
    },
  )
  return { status, asks: (feed) => open.has(feed), stop }
}

/** A message that we have already is no fault of the peer. */
const isKnown = (verdict: ReplicateVerdict): boolean =>
  !verdict.ok && verdict.code === 'SSB_STORE_KNOWN'
