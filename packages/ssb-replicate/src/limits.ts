/** What a batch with a forged message counts against the peer that sent it; 100 within the hour is a ban. Our choice. */
export const FORGED_WEIGHT = 2

/** Feeds asked of one peer at a time over createHistoryStream: each is an open stream. Our choice. */
export const FEEDS_AT_ONCE_MAX = 4096

/** Changes of the wanted feeds that may wait for a reader of `replicate.upto`. Our choice. */
export const UPTO_ITEMS_MAX = 10_000

/** Milliseconds after which a peer of our graph that has dialled us, and speaks nothing newer, is asked the old way. As scuttlego does. */
export const FALLBACK_MS = 5000

/** Milliseconds between two items of `replicate.changes`. Our choice. */
export const CHANGES_MS = 1000

/** Milliseconds over which the rate of a peer is averaged. Our choice. */
export const RATE_MS = 5000

/** Messages of one append that live readers get without reading them again, and milliseconds for which. Our choice. */
export const NEWEST_MESSAGES_MAX = 16
export const NEWEST_MS = 50
