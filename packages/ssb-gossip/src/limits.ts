/** What the peer book may grow to. All inclusive, all our choice. */
export interface BookLimits {
  /** Peers that are remembered; the least useful goes when one more comes. */
  readonly peersMax: number
  /** Addresses of one peer. */
  readonly addressesMax: number
  /** Addresses that are only staged: announced, and forgotten again. */
  readonly stagedMax: number
  /** Events that are kept of one peer. */
  readonly historyMax: number
}

/** The limits where nothing else is said. */
export const BOOK_LIMITS: BookLimits = {
  peersMax: 2000,
  addressesMax: 8,
  stagedMax: 500,
  historyMax: 20,
}

/** UTF-16 units of an address; longer ones are refused. Our choice. */
export const ADDRESS_LENGTH_MAX = 1000

/** Bytes (about) of the foreign fields that are kept of an address for `conn.*`. Our choice. */
export const DATA_LENGTH_MAX = 2000

const SECOND = 1000
const MINUTE: number = 60 * SECOND
const HOUR: number = 60 * MINUTE

/** Times in milliseconds. Our choice. */
export interface GossipTimes {
  /** After the first failed dial; grows eightfold with each further one. */
  readonly retryMs: number
  /** The longest pause between dials of somebody within our hops. */
  readonly retryFriendMs: number
  /** The longest pause between dials of anybody else. */
  readonly retryOtherMs: number
  /** After a connection that was lost. Doubles while connections stay shorter than a minute. */
  readonly reconnectMs: number
  /** After a connection that we closed to make room. */
  readonly restMs: number
  /**
   * How long a connection is left alone before it may have to make room. Shorter, down to a tenth,
   * where a group is so large that not everybody in it would have a turn within `roundMs`.
   */
  readonly holdMs: number
  /** The time in which everybody in a group should have had a turn. */
  readonly roundMs: number
  /** Whoever we have been connected to within this time is not waiting for us. */
  readonly syncMs: number
  /** The scheduler looks again after this time at the latest. A longer pause means that we slept. */
  readonly tickMs: number
  /** Between two writes of the book. */
  readonly saveMs: number
  /** Until a LAN announcement that is not repeated is forgotten. */
  readonly lanMs: number
}

/** The times where nothing else is said. */
export const GOSSIP_TIMES: GossipTimes = {
  retryMs: 8 * MINUTE,
  retryFriendMs: 8 * HOUR,
  retryOtherMs: 7 * 24 * HOUR,
  reconnectMs: 5 * SECOND,
  restMs: 10 * MINUTE,
  holdMs: 5 * MINUTE,
  roundMs: 3 * HOUR,
  syncMs: 4 * HOUR,
  tickMs: MINUTE,
  saveMs: 30 * SECOND,
  lanMs: 30 * SECOND,
}

/** Failed dials of one peer within 24 hours, after which it is left alone until the first is a day old. */
export const FAILED_PER_DAY_MAX = 5

/** Above so many a wake-up does not shorten the pause of a peer, so that the day's dials last the day. */
export const FAILED_BEFORE_WAKE_MAX = 2

/** Milliseconds of a day. */
export const DAY_MS: number = 24 * HOUR

/** Connections shorter than this, in milliseconds, are answered with growing pauses. */
export const SHORT_MS: number = MINUTE

/** Peers in a row that could not be reached, after which we doubt our own network. */
export const DOUBT_AFTER = 6
