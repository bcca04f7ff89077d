// Blocks: ascending log sequences, the first of them in the key of the block.
//
//   count varint · (count − 1) × difference to the one before, varint
//
// An order block holds (number, sequence) pairs in the order of their sequences:
//
//   count varint · count × { number float64 big-endian, difference varint (the first is 0) }

import { getU48, putU48 } from './tables.ts'

function varintBytes(value: number): number {
  let bytes = 1
  for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) bytes++
  return bytes
}

function putVarint(out: Uint8Array, at: number, value: number): number {
  let rest = value
  let place = at
  while (rest >= 128) {
    out[place++] = (rest % 128) | 128
    rest = Math.floor(rest / 128)
  }
  out[place++] = rest
  return place
}

// Most terms are new in a batch, and have one message in it: these share their value.
const ONE = Uint8Array.of(1)

/** Encode ascending sequences as the value of a block. Do not change it. */
export function encodeBlock(sequences: readonly number[]): Uint8Array {
  if (sequences.length === 1) return ONE
  let size = varintBytes(sequences.length)
  for (let i = 1; i < sequences.length; i++)
    size += varintBytes((sequences[i] as number) - (sequences[i - 1] as number))
  const out = new Uint8Array(size)
  let at = putVarint(out, 0, sequences.length)
  for (let i = 1; i < sequences.length; i++)
    at = putVarint(out, at, (sequences[i] as number) - (sequences[i - 1] as number))
  return out
}

/** A block's entries, counted without decoding them. */
export function blockCount(block: Uint8Array): number {
  let value = 0
  let scale = 1
  for (const byte of block) {
    value += (byte & 127) * scale
    if (byte < 128) return value
    scale *= 128
  }
  return 0
}

/** Decode a block whose first sequence is `first`. The list is the caller's own. */
export function decodeBlock(block: Uint8Array, first: number): number[] {
  const count = blockCount(block)
  const sequences: number[] = [first]
  let at = varintBytes(count)
  let sequence = first
  for (let i = 1; i < count; i++) {
    let byte = block[at++] as number
    if (byte < 128) sequence += byte
    else {
      let scale = 1
      while (byte >= 128) {
        sequence += (byte & 127) * scale
        scale *= 128
        byte = block[at++] as number
      }
      sequence += byte * scale
    }
    sequences.push(sequence)
  }
  return sequences
}

/** Encode the log sequences of consecutive messages of a feed: six bytes of the first, then a block. */
export function encodeFeedBlock(sequences: readonly number[]): Uint8Array {
  const block = encodeBlock(sequences)
  const out = new Uint8Array(6 + block.length)
  putU48(out, 0, sequences[0] as number)
  out.set(block, 6)
  return out
}

/** Decode a block of a feed. */
export function decodeFeedBlock(block: Uint8Array): number[] {
  return decodeBlock(block.subarray(6), getU48(block, 0))
}

/** One entry of an order index. */
export interface Ordered {
  readonly value: number
  readonly sequence: number
}

/** Encode entries with ascending sequences as the value of an order block. */
export function encodeOrderBlock(list: readonly Ordered[]): Uint8Array {
  const out = new Uint8Array(9 + list.length * 15)
  const view = new DataView(out.buffer)
  let at = putVarint(out, 0, list.length)
  let before = list[0]?.sequence ?? 0
  for (const { value, sequence } of list) {
    view.setFloat64(at, value)
    at = putVarint(out, at + 8, sequence - before)
    before = sequence
  }
  return out.slice(0, at)
}

/** Decode an order block whose first sequence is `first`. */
export function decodeOrderBlock(block: Uint8Array, first: number): Ordered[] {
  const view = new DataView(block.buffer, block.byteOffset, block.byteLength)
  const count = blockCount(block)
  const list: Ordered[] = []
  let at = varintBytes(count)
  let sequence = first
  for (let i = 0; i < count; i++) {
    const value = view.getFloat64(at)
    at += 8
    let scale = 1
    let byte = block[at++] as number
    while (byte >= 128) {
      sequence += (byte & 127) * scale
      scale *= 128
      byte = block[at++] as number
    }
    sequence += byte * scale
    list.push({ value, sequence })
  }
  return list
}
