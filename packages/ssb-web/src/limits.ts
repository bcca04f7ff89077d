/** Bytes of random in the token that pairs a browser. */
export const TOKEN_BYTES = 24
/** Milliseconds for which a link that was asked for can be used. */
export const LINK_MS = 600_000
/** Bytes of a request that pairs a browser: a token, a key and a name. */
export const PAIR_BYTES_MAX = 2_048
/** Characters of a browser's name. */
export const NAME_CHARS_MAX = 80
/** Browsers that may be paired at once. */
export const SESSIONS_MAX = 64
/** Lines of the log that are kept to be shown. */
export const LOG_LINES_MAX = 500
