/**
 * Messages that go into one database batch at most: some 3 ms of work at a time, so that the event loop goes round, and
 * messages on their way do not grow old in memory.
 */
export const BATCH_MESSAGES_MAX = 64
/** Messages that indexes that are behind take in one step, during which nothing else is written. Our choice: some ms. */
export const CATCH_UP_MESSAGES = 256

/** Messages that are handed to the validator at once: this many are read and checked in one turn of the event loop. */
export const VALIDATED_MESSAGES_MAX = 64

/** Such batches that may be with the signature workers while others are written. */
export const BATCHES_IN_FLIGHT_MAX = 4

/** Entries after which a posting block is not extended any more. */
export const BLOCK_ENTRIES_MAX = 256

/** Posting blocks kept open for extension, over all indexes; beyond it new blocks are begun. */
export const OPEN_BLOCKS_MAX = 20_000

/** Records asked of the database at once in a scan. */
export const SCAN_RECORDS = 1000

/** Bytes that the database may read ahead in a scan. */
export const SCAN_BYTES: number = 1 << 20

/** Entries of any table: log positions and feed sequences are 48-bit. */
export const SEQUENCE_MAX: number = 2 ** 48 - 1

/** Milliseconds (2^26, about 18.6 hours) of one bucket of an order index. */
export const ORDER_BUCKET: number = 2 ** 26

/** Messages that share one durable write of publishing at most. */
export const PUBLISH_MESSAGES_MAX = 256

/** The same where no write is under way. */
export const PUBLISH_FIRST_MAX = 32

/** Durable writes of publishing that may be under way or wait for the writer. */
export const PUBLISH_WRITES_MAX = 2

/**
 * Messages of a feed that are read in one go: readers that want a few, or are slow to take them,
 * must not hold up the others.
 */
export const FEED_RECORDS = 64

/** Feeds of which a block of log positions (64, after a repair 256) is kept in memory. */
export const FEED_BLOCKS_KEPT = 1024

/**
 * Bytes of messages that a loss of power can take at most: two files of LevelDB's write-ahead log (`writeBufferBytes` of
 * 8 MiB each), and the last batches; twice that, so that a larger buffer is no danger.
 */
export const AT_RISK_BYTES: number = 40 << 20
