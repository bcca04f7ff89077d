/** Messages of one feed in a turn: feeds take turns on a connection. Our choice. */
export const CHUNK_MESSAGES = 100

/** Received messages of one peer that may wait for their verdict. Above it its stream is not read. Our choice. */
export const JUDGING_MAX = 2000

/** Bytes of one outgoing note; larger ones are split. Our choice (peers accept far more). */
export const NOTE_BYTES_MAX: number = 256 * 1024

/** Bytes of one entry of a note: a feed id, a number, quotes, colon and comma. */
export const NOTE_ENTRY_BYTES = 70

/** Milliseconds without news after which another peer is asked for a feed. From the reference. */
export const QUIET_MS = 3000

/** Milliseconds without messages after which a peer is told how far we have come. Our choice. */
export const ACKNOWLEDGE_MS = 1000
