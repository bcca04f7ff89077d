import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { HEAD_BYTES, laidSize, layJob } from '../src/laid-job.ts'
import { Slab } from '../src/slab.ts'
import { ANSWERED, COUNT, PLACES, TAKEN, Ticket } from '../src/ticket.ts'
import type { SignatureJob } from '../src/types.ts'

const bytes = (length: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength: length, maxLength: length })
const jobs: fc.Arbitrary<SignatureJob> = fc.record({
  publicKey: bytes(32),
  signature: bytes(64),
  message: fc.uint8Array({ maxLength: 300 }),
})
const plain = ({ publicKey, signature, message }: SignatureJob): Record<string, number[]> => ({
  publicKey: [...publicKey],
  signature: [...signature],
  message: [...message],
})
const ofLength = (length: number): SignatureJob => ({
  publicKey: new Uint8Array(32).fill(1),
  signature: new Uint8Array(64).fill(2),
  message: new Uint8Array(length).map((_, i) => i),
})

/** What a worker finds where a ticket says that a job lies. */
function taken(ticket: Ticket, i: number): Record<string, number[]> {
  const words = new Int32Array(ticket.board, 0, PLACES + 2 * (i + 1))
  const piece = ticket.pieces[words[PLACES + 2 * i] as number] as SharedArrayBuffer
  const at = words[PLACES + 2 * i + 1] as number
  const length = new Int32Array(piece)[(at + 96) / 4] as number
  const end = at + HEAD_BYTES + length
  return {
    publicKey: [...new Uint8Array(piece, at, 32)],
    signature: [...new Uint8Array(piece, at + 32, 64)],
    message: [...new Uint8Array(piece).subarray(at + HEAD_BYTES, end)],
  }
}

describe('a job that is laid out', () => {
  test('reads back the same, wherever it lies, and nothing beside it is touched', () => {
    fc.assert(
      fc.property(jobs, fc.nat(20), (job, place) => {
        const at = 4 * place
        const size = laidSize(job.message.length)
        const memory = new Uint8Array(at + size + 8).fill(0xaa)
        const laid = layJob(job, memory, at)
        expect(plain(laid)).toEqual(plain(job))
        expect(laid.length).toBe(job.message.length)
        const end = at + HEAD_BYTES + job.message.length
        expect(memory.subarray(0, at).every((byte) => byte === 0xaa)).toBe(true)
        expect(memory.subarray(end).every((byte) => byte === 0xaa)).toBe(true)
      }),
    )
  })

  test.each([
    [0, 100],
    [1, 104],
    [4, 104],
    [5, 108],
    [255, 356],
    [256, 356],
    [257, 360],
    [8192, 8292],
    [65_535, 65_636],
    [65_536, 65_636],
  ])('takes, with %i bytes of message, %i', (length, size) => {
    expect(laidSize(length)).toBe(size)
    const job = ofLength(length)
    const memory = new Uint8Array(size)
    expect(plain(layJob(job, memory, 0))).toEqual(plain(job))
    expect(new DataView(memory.buffer).getUint32(96, true)).toBe(length)
  })

  test('does not fit in less', () => {
    expect(() => layJob(ofLength(5), new Uint8Array(laidSize(5) - 4), 0)).toThrow(RangeError)
  })

  test.each([true, false])('lies beside others in a slab, shared: %s', (share) => {
    fc.assert(
      fc.property(fc.array(jobs, { maxLength: 40 }), (list) => {
        const slab = new Slab(1024, true, share)
        const laid = list.map((job) => slab.keepJob(job))
        expect(laid.map(plain)).toEqual(list.map(plain))
      }),
    )
  })
})

describe('a ticket', () => {
  test('leads to every job, those that lie in shared memory and those that do not', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(jobs, fc.nat(2)), { maxLength: 30 }), (list) => {
        const slabs = [new Slab(1024, true, true), new Slab(1024, true, false)]
        const given = list.map(([job, where]) => slabs[where]?.keepJob(job) ?? job)
        const ticket = new Ticket(given)
        const words = new Int32Array(ticket.board, 0, PLACES)
        expect([words[TAKEN], words[ANSWERED], words[COUNT]]).toEqual([0, 0, list.length])
        for (let i = 0; i < list.length; i++)
          expect(taken(ticket, i)).toEqual(plain((list[i] as (typeof list)[number])[0]))
      }),
    )
  })

  test('tells what is answered, and what is not', () => {
    const ticket = new Ticket([ofLength(1), ofLength(2), ofLength(3)])
    expect(ticket.open()).toEqual([0, 1, 2])
    const answers = new Uint8Array(ticket.board, 4 * (PLACES + 6))
    answers.set([1, 0, 2])
    expect(ticket.open()).toEqual([1])
    expect(ticket.answers()).toEqual([true, false, false])
  })
})
