/** Messages of one feed in a turn: feeds take turns on a connection. Our choice. */
export const CHUNK_MESSAGES = 32

/** Received messages that are handed on in one go. Our choice: what one turn of the event loop should see. */
export const PART_MESSAGES = 128

/**
 * Received messages of one peer that may wait for their verdict, and the part that reaches it; then its stream is not
 * read. Our choice: enough to keep the signature workers and the writer busy at once. What is more stays in memory
 * longer, and is what a collection of young objects takes its time for.
 */
export const JUDGING_MAX = 384

/** Bytes of one outgoing note; larger ones are split. Our choice (peers accept far more). */
export const NOTE_BYTES_MAX: number = 256 * 1024

/** Bytes of one entry of a note: a feed id, a number, quotes, colon and comma. */
export const NOTE_ENTRY_BYTES = 70

/** Entries of notes that a peer may send at once: what most know of. Our choice. */
export const FREE_ENTRIES = 10_000

/**
 * Entries beyond those after which a peer is not read for a while, and how many one millisecond of it is for: some four
 * times as long as taking them in and answering needs. Who sends clocks without end leaves others their time. Our choice.
 */
export const PAUSE_ENTRIES = 1000
export const ENTRIES_PER_MS = 25

/** Milliseconds without news after which another peer is asked for a feed. From the reference. */
export const QUIET_MS = 3000

/** Milliseconds without messages after which a peer is told how far we have come. Our choice. */
export const ACKNOWLEDGE_MS = 1000

/** Bytes of received messages of one peer that may wait for their verdict. Our choice. */
export const JUDGING_BYTES_MAX: number = 1024 * 1024

/** Bytes of one message on the wire; larger ones are no messages, whatever they say. Our choice: 8,192 characters fit with all of them escaped. */
export const MESSAGE_BYTES_MAX: number = 64 * 1024

/** Feeds that one peer of our graph may speak of. Our choice. */
export const FEEDS_MAX = 100_000

/** Feeds that a stranger may speak of. Our choice. */
export const STRANGER_FEEDS_MAX = 20_000

/** Feeds that all strangers who are connected may speak of together: some 30 MB. Our choice. */
export const STRANGERS_FEEDS_MAX = 100_000

/** Feeds that a stranger may speak of however many the others have named. Our choice. */
export const STRANGER_FEEDS_SURE = 400

/** Milliseconds in which a peer is told our clock once, and so many peers at the most. Our choice. */
export const CLOCK_MS = 1000
export const CLOCKS_MAX = 10

/** Strangers whose clocks are remembered while the process lives. Our choice. */
export const STRANGERS_MAX = 256

/** Feeds in the remembered clocks of all strangers together. Our choice. */
export const STRANGERS_ENTRIES_MAX = 200_000

/** Milliseconds after which an ended stream is opened again, while its connection lives. Our choice. */
export const REOPEN_MS = 10_000

/**
 * Milliseconds after which a peer of another implementation is told of all feeds once more, in case that one of us
 * has been set back to an older state unnoticed. Our choice.
 */
export const FULL_MS: number = 24 * 3_600_000

/** Peers whose times are remembered while the process lives. Our choice. */
export const PEERS_MAX = 10_000

/** A peer that delivers other feeds may keep one waiting for so many times the quiet time. Our choice. */
export const TURNS = 10

/** Messages of one append that are handed on without reading them again, and milliseconds for which. Our choice. */
export const FRESH_MESSAGES_MAX = 16
export const FRESH_MS = 50

/** Changes of feeds that are remembered for peers that are not connected: 64 kB. Our choice. */
export const CHANGES_MAX = 8192

/** Feeds in the clocks of peers that are kept in memory besides their files. Our choice: some MB. */
export const FILES_ENTRIES_MAX = 50_000
