import { KEY_BYTES, NONCE_BYTES } from './constants.ts'

/** Add 1 or 2 to the nonce, in place: 24 bytes are one big-endian counter that wraps. */
function advance(nonce: Uint8Array, by: 1 | 2): void {
  let carry: number = by
  for (let i = NONCE_BYTES - 1; i >= 0 && carry > 0; i--) {
    const sum = (nonce[i] as number) + carry
    nonce[i] = sum
    carry = sum >> 8
  }
}

/** The secrets of one direction: its key, and the nonces of the next header and the next body. */
export interface Secrets {
  readonly key: Uint8Array
  readonly header: Uint8Array
  readonly body: Uint8Array
}

/**
 * Copy a key and a starting nonce.
 *
 * @throws RangeError for wrong lengths.
 */
export function secretsOf(key: Uint8Array, nonce: Uint8Array): Secrets {
  if (key.length !== KEY_BYTES) throw new RangeError(`key must have ${KEY_BYTES} bytes`)
  if (nonce.length !== NONCE_BYTES) throw new RangeError(`nonce must have ${NONCE_BYTES} bytes`)
  const secrets = {
    key: Uint8Array.from(key),
    header: Uint8Array.from(nonce),
    body: Uint8Array.from(nonce),
  }
  advance(secrets.body, 1)
  return secrets
}

/** Both nonces to the next packet. */
export function nextPacket(secrets: Secrets): void {
  advance(secrets.header, 2)
  advance(secrets.body, 2)
}
