// ```text
//  0       24               56                        56 + 49 n
//  | nonce | ephemeral      | n slots of 49 bytes     | body box, 16 + length of the text |
//  | 24    | public key, 32 | tag 16, boxed 33        | tag 16, then the boxed text       |
// ```
// A slot holds n (one byte), then the key of the body (32). Every box uses the same nonce, each with
// a key of its own: the slots with X25519 of the ephemeral key and the recipient's.

/** In bytes. */
export const NONCE_BYTES: number = 24
/** Nonce and ephemeral public key, in bytes. */
export const HEAD_BYTES: number = 56
/** What opens the body: the number of recipients, then the key. In bytes. */
export const UNBOX_KEY_BYTES: number = 33
/** One recipient's share of the message, in bytes. */
export const SLOT_BYTES: number = 49
/** Poly1305 tag, in bytes. */
export const TAG_BYTES: number = 16
/** X25519 keys, in bytes. */
export const EXCHANGE_KEY_BYTES: number = 32
/** The number of recipients is one byte. */
export const RECIPIENTS_MAX: number = 255
/** What other software writes at most; more of them may be unreadable to it. */
export const RECIPIENTS_MAX_DEFAULT: number = 7
