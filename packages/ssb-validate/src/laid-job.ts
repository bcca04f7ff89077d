import type { SignatureJob } from './types.ts'

// A job as workers read it:
//
//   public key (32) · signature (64) · length of the message (4, little-endian) · message

/** What stands in front of a laid job's message, in bytes. */
export const HEAD_BYTES: number = 100
const SIGNATURE_AT = 32
const LENGTH_AT = 96

/** Where laid jobs may begin: workers read them four bytes at a time. */
const ALIGNMENT = 4

/** Bytes that a job takes where it is laid out, up to where the next one may begin. */
export const laidSize = (messageBytes: number): number =>
  (HEAD_BYTES + messageBytes + ALIGNMENT - 1) & -ALIGNMENT

/** A job whose parts lie in one piece of memory, in the layout of a worker's. */
export class LaidJob implements SignatureJob {
  /** The memory, which others may lie in, too. */
  readonly memory: Uint8Array
  /** Where in it the job begins, at a multiple of four. */
  readonly at: number
  /** Of the message, in bytes. */
  readonly length: number

  /** @param memory with what {@link layJob} wrote at `at` */
  constructor(memory: Uint8Array, at: number, length: number) {
    this.memory = memory
    this.at = at
    this.length = length
  }

  get publicKey(): Uint8Array {
    return this.memory.subarray(this.at, this.at + SIGNATURE_AT)
  }

  get signature(): Uint8Array {
    return this.memory.subarray(this.at + SIGNATURE_AT, this.at + LENGTH_AT)
  }

  get message(): Uint8Array {
    const start = this.at + HEAD_BYTES
    return this.memory.subarray(start, start + this.length)
  }
}

/**
 * Write a job at a place in memory, a multiple of four, where there is room for it: see {@link laidSize}. The key has
 * 32 bytes, the signature 64.
 */
export function layJob(
  { publicKey, signature, message }: SignatureJob,
  memory: Uint8Array,
  at: number,
): LaidJob {
  const { length } = message
  for (let i = 0; i < SIGNATURE_AT; i++) memory[at + i] = publicKey[i] as number
  for (let i = 0; i < LENGTH_AT - SIGNATURE_AT; i++)
    memory[at + SIGNATURE_AT + i] = signature[i] as number
  for (let i = 0; i < 4; i++) memory[at + LENGTH_AT + i] = length >>> (8 * i)
  memory.set(message, at + HEAD_BYTES)
  return new LaidJob(memory, at, length)
}
