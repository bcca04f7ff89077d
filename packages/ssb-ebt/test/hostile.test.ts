import { createMux, JsonBytes } from '@scuttlebot/ssb-muxrpc'
import { type PushSource, pushSource } from '@scuttlebot/ssb-plugin'
import { connectHosts } from '@scuttlebot/ssb-plugin/testing'
import type { FeedId } from '@scuttlebot/ssb-ref'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type EbtStore, STRANGER_FEEDS_MAX } from '../src/index.ts'
import {
  ENTRIES_PER_MS,
  FREE_ENTRIES,
  JUDGING_BYTES_MAX,
  JUDGING_MAX,
  PART_MESSAGES,
  PAUSE_ENTRIES,
} from '../src/limits.ts'
import { fakeStore, id, type Made, make, settle, value } from './fake.ts'

const [A, B, C] = [id('A'), id('B'), id('C')]

/** A host, and a peer that says what the test wants. */
async function attack(
  wants: string,
): Promise<{ a: Made; out: PushSource<unknown>; heard: unknown[]; ended(): boolean }> {
  const [a, b] = [await make('A', wants), await make('Z')]
  const { outgoing } = connectHosts(b.host, a.host)
  // The stream that the plugin of the other host opened is replaced by ours.
  await settle()
  const out = pushSource<unknown>({ itemsMax: 1e6 })
  const heard: unknown[] = []
  let over = false
  const read = async (): Promise<void> => {
    const input = outgoing.mux.duplex(
      ['ebt', 'replicate'],
      [{ version: 3, format: 'classic' }],
      out,
    )
    for await (const item of input) heard.push(item)
  }
  read().then(
    () => {
      over = true
    },
    () => {
      over = true
    },
  )
  await settle()
  return { a, out, heard, ended: () => over }
}

const feedOf = (n: number): FeedId => `@${String(n).padStart(42, 'A')}A=.ed25519` as FeedId

test('whatever a peer sends, the stream goes on and nothing is kept', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.oneof(
          fc.json().map((text) => new JsonBytes(new TextEncoder().encode(text))),
          fc.uint8Array({ minLength: 1 }).map((bytes) => new JsonBytes(bytes)),
          fc.uint8Array({ minLength: 1 }),
          fc.string({ minLength: 1 }),
          fc.dictionary(fc.constantFrom<string>(A, B, C, 'clock', 'author'), fc.jsonValue()),
        ),
        { maxLength: 20 },
      ),
      async (items) => {
        const { a, out, ended } = await attack('BZ')
        for (const item of items) out.push(item)
        out.push({ [B]: 2 })
        await settle(5)
        // A body that is marked as JSON and is none may end the connection: that is for muxrpc to say.
        if (!ended()) expect(a.ebt.peerStatus(B).peers[id('Z')]?.seq).toBe(1)
        expect(a.errors).toEqual([])
        expect(a.length(B)).toBe(0)
        await a.host.stop()
      },
    ),
    { numRuns: 40 },
  )
})

test('a clock of 200,000 feeds costs no more than its limit', async () => {
  const { a, out, heard } = await attack('B')
  // In pieces that fit a frame. After each it is not read on at once.
  for (let at = 0; at < 200_000; at += 10_000) {
    out.push(Object.fromEntries(Array.from({ length: 10_000 }, (_, n) => [feedOf(at + n), 2])))
    await settle(60)
    a.clock.advance(10_000 / ENTRIES_PER_MS)
  }
  await settle(200)
  const refused = new Set(heard.flatMap((note) => Object.keys(note as object)))
  expect(refused.size).toBe(STRANGER_FEEDS_MAX)
  out.push({ [feedOf(3)]: 8 })
  await settle()
  expect(a.errors).toEqual([])
})

test('after a long note others come first', async () => {
  const { a, out, heard } = await attack('B')
  const many = (from: number): Record<FeedId, number> =>
    Object.fromEntries(Array.from({ length: PAUSE_ENTRIES }, (_, n) => [feedOf(from + n), 2]))
  const refused = (): number => new Set(heard.flatMap((note) => Object.keys(note as object))).size
  for (let from = 0; from <= FREE_ENTRIES + PAUSE_ENTRIES; from += PAUSE_ENTRIES)
    out.push(many(from))
  await settle(200)
  const before = FREE_ENTRIES + PAUSE_ENTRIES
  expect(refused()).toBe(before)
  a.clock.advance(PAUSE_ENTRIES / ENTRIES_PER_MS - 1)
  await settle()
  expect(refused()).toBe(before)
  a.clock.advance(1)
  await settle(200)
  expect(refused()).toBe(before + PAUSE_ENTRIES)
})

test('only the next message of a feed that was asked for is judged', async () => {
  const { a, out } = await attack('BZ')
  const send = (feed: FeedId, sequence: number): boolean =>
    out.push(new JsonBytes(value(feed, sequence)))
  // Before it was spoken of; without being wanted; with a gap; twice; backwards; beyond all numbers.
  for (const [feed, sequence] of [
    [B, 1],
    [C, 1],
  ] as const)
    send(feed, sequence)
  out.push({ [B]: 100, [C]: 100 })
  for (const sequence of [2, 3, 1, 1, 2, 4, 2, 1, 2 ** 30, 3]) send(B, sequence)
  send(C, 1)
  await settle()
  expect(a.replicate.ingested.get(id('Z'))).toBe(3)
  expect([a.length(B), a.length(C)]).toEqual([3, 0])
})

test('what is refused has to come again from where it broke', async () => {
  const { a, out, heard } = await attack('BZ')
  out.push({ [B]: 20 })
  await settle()
  out.push(new JsonBytes(value(B, 1)))
  // Not a fork, but nothing that can be kept: the text is cut.
  const broken = value(B, 2)
  broken.fill(0x20, broken.length - 5)
  out.push(new JsonBytes(broken))
  out.push(new JsonBytes(value(B, 3)))
  await settle()
  expect(a.length(B)).toBe(1)
  a.clock.advance(3000)
  await settle()
  expect(heard.at(-1)).toEqual({ [B]: 2 })
  for (const sequence of [2, 3]) out.push(new JsonBytes(value(B, sequence)))
  await settle()
  expect(a.length(B)).toBe(3)
})

test('a peer that floods us waits for its verdicts', async () => {
  const { a, out } = await attack('BZ')
  out.push({ [B]: 2_000_000 })
  await settle()
  let release = (): void => undefined
  a.replicate.held = new Promise((resolve) => {
    release = resolve
  })
  for (let n = 1; n <= 6000; n++) out.push(new JsonBytes(value(B, n)))
  await settle(200)
  const judging = a.replicate.ingested.get(id('Z')) ?? 0
  expect(judging).toBeGreaterThanOrEqual(JUDGING_MAX)
  expect(judging).toBeLessThan(JUDGING_MAX + PART_MESSAGES)
  expect(a.replicate.carriers[0]?.view(B)[0]?.verifying).toBe(judging)
  release()
  a.replicate.held = null
  await settle(300)
  expect(a.length(B)).toBe(6000)
})

test('so does one that floods us with large messages, by their bytes', async () => {
  const { a, out } = await attack('BZ')
  out.push({ [B]: 2_000_000 })
  await settle()
  a.replicate.held = new Promise(() => undefined)
  const large = 50_000
  for (let n = 1; n <= 200; n++) out.push(new JsonBytes(value(B, n, 'main', 'x'.repeat(large))))
  await settle(200)
  const judging = a.replicate.ingested.get(id('Z')) ?? 0
  expect(judging * large).toBeGreaterThan(JUDGING_BYTES_MAX - large)
  // What had come in one go is handed on in one go: no more than the stream lets wait.
  expect(judging * large).toBeLessThan(3 * JUDGING_BYTES_MAX)
})

test('a peer that asks for a million messages and reads nothing costs a few reads', async () => {
  let reads = 0
  const million: EbtStore = {
    appended: fakeStore().appended,
    *heads() {
      yield [B, { sequence: 1_000_000 }]
    },
    async *feed(feed, { gte = 1, lte = 1 }) {
      reads++
      yield Array.from({ length: lte - gte + 1 }, (_, n) => ({
        author: feed,
        feedSequence: gte + n,
        bytes: value(feed, gte + n),
      }))
    },
  }
  const a = await make('A', 'BZ', { store: Object.assign(fakeStore(), million) })
  let held = 0
  const ours = createMux({
    face: a.host.face({ peer: id('Z'), rights: ['anonymous'] }),
    peer: id('Z'),
    write(chunks) {
      // A socket that nobody reads: full after 64 KiB.
      for (const { length } of chunks) held += length
      return held < 65_536
    },
  })
  const theirs = createMux({
    face: { find: () => ({ ok: false, message: 'no' }), call: {} } as never,
    peer: A,
    write(chunks) {
      for (const chunk of chunks) ours.receive(chunk.slice())
      return true
    },
  })
  const out = pushSource<unknown>({ itemsMax: 10 })
  theirs.duplex(['ebt', 'replicate'], [{ version: 3, format: 'classic' }], out)
  out.push({ [B]: 0 })
  await settle(100)
  expect(held).toBeGreaterThan(65_535)
  expect(held).toBeLessThan(400_000)
  expect(reads).toBeLessThan(20)
  await a.host.stop()
})
