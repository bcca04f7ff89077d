// From the protocol; all in bytes.

/** Key of one direction. */
export const KEY_BYTES: number = 32
/** Starting nonce of one direction. */
export const NONCE_BYTES: number = 24
/** Boxed header: Poly1305 tag, then the length and the tag of the body. */
export const HEADER_BYTES: number = 34
/** Poly1305 tag. */
export const TAG_BYTES: number = 16
/** Plaintext of one packet, at most. Longer ones are not sent, and end the stream when received. */
export const BODY_BYTES_MAX: number = 4096
