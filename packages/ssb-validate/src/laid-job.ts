import type { SignatureJob } from './types.ts'

/** Of a job as it goes to a worker: public key (32), signature (64) and the message's length (4, little-endian). */
export const HEAD_BYTES: number = 100
const SIGNATURE_AT = 32
const LENGTH_AT = 96

/** A job whose parts lie in one piece of memory, in the layout of a worker's: to be copied as a whole. */
export class LaidJob implements SignatureJob {
  /** The whole job. */
  readonly bytes: Uint8Array

  /** @param bytes as {@link layJob} wrote them */
  constructor(bytes: Uint8Array) {
    this.bytes = bytes
  }

  get publicKey(): Uint8Array {
    return this.bytes.subarray(0, SIGNATURE_AT)
  }

  get signature(): Uint8Array {
    return this.bytes.subarray(SIGNATURE_AT, LENGTH_AT)
  }

  get message(): Uint8Array {
    return this.bytes.subarray(HEAD_BYTES)
  }
}

/** Write a job at a place in memory. The key has 32 bytes, the signature 64. */
export function layJob(
  { publicKey, signature, message }: SignatureJob,
  bytes: Uint8Array,
  at: number,
): void {
  const { length } = message
  for (let i = 0; i < SIGNATURE_AT; i++) bytes[at + i] = publicKey[i] as number
  for (let i = 0; i < LENGTH_AT - SIGNATURE_AT; i++)
    bytes[at + SIGNATURE_AT + i] = signature[i] as number
  for (let i = 0; i < 4; i++) bytes[at + LENGTH_AT + i] = length >>> (8 * i)
  bytes.set(message, at + HEAD_BYTES)
}
