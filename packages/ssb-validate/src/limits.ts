/** From the protocol: UTF-16 units of the canonical text of a message, signature included. */
export const MESSAGE_UNITS_MAX = 8192
/** From the protocol: UTF-16 units of `content.type`. */
export const TYPE_UNITS_MIN = 3
/** From the protocol: UTF-16 units of `content.type`. The reference's text says "< 52", 52 passes. */
export const TYPE_UNITS_MAX = 52
/** From the protocol: the reference tests for a 32-bit integer. */
export const SEQUENCE_MAX: number = 2 ** 31 - 1
/** What a signature adds to the canonical text: `,\n  "signature": "` + 100 + `"`. */
export const SIGNATURE_UNITS = 119
