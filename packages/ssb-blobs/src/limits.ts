// From the protocol and its reference implementation.

/** Blobs of this many bytes and more are refused: the limit is exclusive. */
export const BLOB_BYTES_MAX = 5_242_880
/** Bytes of one packet of a blob; also the multiple at which classic senders break the connection. */
export const CHUNK_BYTES = 65_536
/** Wants from farther away than this are not made our own. */
export const SYMPATHY = 3
/** A push is over when so many peers have the blob. */
export const PUSHY = 3

// Our choices.

/** Wants of others that we make our own at a time. */
export const FORWARDS_MAX = 10_000
/** Of them, those for one peer. */
export const FORWARDS_PER_PEER_MAX = 500
/** Milliseconds after which a want of others is given up unless it is heard again. */
export const FORWARD_MS = 3_600_000
/** Wants of one peer that are remembered, to tell it when the blob comes. */
export const HEARD_PER_PEER_MAX = 4096
/** Offers of one peer that are remembered without a want for them. */
export const OFFERS_PER_PEER_MAX = 1000
/** Items of a peer's want stream that are taken at once; they come back at the rate below. */
export const ITEMS_BURST = 20_000
/** Items of a peer's want stream per second, on average. Those beyond are not looked at. */
export const ITEMS_PER_SECOND = 200
/** Transfers at a time. */
export const FETCHES_MAX = 32
/** Of them, from one peer. */
export const FETCHES_PER_PEER_MAX = 12
/** Blobs that are read for one peer at a time; others wait. */
export const SERVES_PER_PEER_MAX = 16
/** Failed tries with one provider before it is given up for this blob. */
export const TRIES_MAX = 3
/** Milliseconds before the second try with a provider; doubled with each further one. */
export const RETRY_MS = 2000
/** Lies of a peer before its offers count for nothing. */
export const LIES_MAX = 3
/** Milliseconds after which one lie is forgotten. */
export const LIE_MS = 3_600_000
/** What a lie counts against the peer for everybody else; 100 within the hour is a ban. */
export const LIE_WEIGHT = 10
/** Peers whose lies are remembered. */
export const LIARS_MAX = 10_000
/** Milliseconds without a byte after which a transfer is given up. */
export const IDLE_MS = 30_000
/** A transfer may last a minute, and as long as this many bytes per second take. */
export const BYTES_PER_SECOND_MIN = 4096
/** Half-received blobs that wait for another provider. */
export const PARTIALS_MAX = 64
/** Milliseconds for which a blob that we wanted is not removed for the quota, however full of kept ones it is. */
export const WANTED_MS = 3_600_000
/** Ids of one item of our want stream. */
export const IDS_PER_ITEM_MAX = 500
/** Ids that may wait for the reader of our want stream. */
export const OUTLET_IDS_MAX = 20_000
/** Ids of one call of `has` or `size`. */
export const IDS_PER_CALL_MAX = 10_000
/** Ids that may wait for a reader of a live stream. */
export const LIVE_ITEMS_MAX = 10_000
/** A use is written down when the last one written is older than this many milliseconds. */
export const USE_MS = 3_600_000
/** Messages that `explain` looks at for who refers to a blob. */
export const REFERENCES_MAX = 1000
/** Milliseconds between looks at wants that have run out and tries that are due. */
export const TICK_MS = 2000
