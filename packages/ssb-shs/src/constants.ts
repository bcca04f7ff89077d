// From the specification.

/** Bytes of a challenge (messages 1 and 2): 32 of MAC, 32 of ephemeral public key. */
export const CHALLENGE_BYTES = 64
/** Bytes of the client's hello (message 3): 16 of tag, 64 of signature, 32 of public key. */
export const HELLO_BYTES = 112
/** Bytes of the server's acceptance (message 4): 16 of tag, 64 of signature. */
export const ACCEPT_BYTES = 80
/** Bytes of every key and MAC here. */
export const KEY_BYTES = 32
/** Bytes of a box-stream nonce. */
export const NONCE_BYTES = 24

// Our choice.

/** Bytes of box stream kept while a client waits for its authorisation; more ends the handshake. */
export const EARLY_BYTES_MAX = 131_072
