/** Feeds asked of one peer at a time over createHistoryStream: each is an open stream. Our choice. */
export const FEEDS_AT_ONCE_MAX = 4096

/** Changes of the wanted feeds that may wait for a reader of `replicate.upto`. Our choice. */
export const UPTO_ITEMS_MAX = 10_000
