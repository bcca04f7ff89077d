import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  createValidator,
  type FeedState,
  inlineVerifier,
  type MessageValue,
  type SignatureJob,
  type Verdict,
  type Verifier,
} from '../src/index.ts'
import { after, feedOf } from './feeds.ts'

const bytesOf = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value))
const outcome = (verdict: Verdict): string => (verdict.ok ? verdict.message.key : verdict.code)
const forge = (value: MessageValue): MessageValue => ({ ...value, timestamp: value.timestamp + 1 })

/** A verifier that answers when it is told to. */
function heldVerifier(): Verifier & { release(): void; held: number } {
  const waiting: (() => void)[] = []
  return {
    get held() {
      return waiting.length
    },
    release: () => waiting.shift()?.(),
    verify: (batch) =>
      new Promise((resolve) => waiting.push(() => resolve(inlineVerifier().verify(batch)))),
  }
}

const feeds = ['one', 'two', 'three'].map((seed) => feedOf(seed, 12))
const values = (feed: number, from = 0, to = 12): MessageValue[] =>
  (feeds[feed] ?? []).slice(from, to).map((message) => message.value)
const keysFrom = (feed: number, from = 0, to = 12): string[] =>
  (feeds[feed] ?? []).slice(from, to).map((message) => message.key)

describe('one batch', () => {
  test('holds many feeds in any interleaving, and asks once for each', () => {
    const asked: string[] = []
    const validator = createValidator({
      state: (feed) => {
        asked.push(feed)
        return null
      },
    })
    const batch = [0, 1, 2, 3].flatMap((i) => feeds.map((feed) => feed[i]?.value as MessageValue))
    const verdicts = validator.validateSync(batch)
    expect(verdicts.every((verdict) => verdict.ok)).toBe(true)
    expect(asked).toHaveLength(3)
  })

  test('continues from the caller’s state', () => {
    const validator = createValidator({ state: () => after(feeds[0]?.[4] as never) })
    expect(validator.validateSync(values(0, 5)).map(outcome)).toEqual(keysFrom(0, 5))
    expect(validator.validateSync(values(0, 6)).map(outcome)[0]).toBe('SSB_VALIDATE_SEQUENCE')
  })

  test('gives bytes as they came when they are compact, else rewritten', () => {
    const [value] = values(0)
    const compact = bytesOf(value)
    const loose = new TextEncoder().encode(JSON.stringify(value, null, 1))
    const validator = createValidator({ state: () => null })
    const [kept] = validator.validateSync([compact])
    const [rewritten] = validator.validateSync([loose])
    expect(kept?.ok && kept.message.bytes).toBe(compact)
    expect(rewritten?.ok && Array.from(rewritten.message.bytes)).toEqual(Array.from(compact))
  })

  test('rewrites what only looks compact: key order, escapes, numbers', () => {
    const content = { type: 'post', 1: 'a', text: 'é' }
    const text = JSON.stringify({ ...values(0)[0], content })
    const odd = text
      .replace('{"1":"a","type":"post"', '{"type":"post","1":"a"')
      .replace('é', '\\u00e9')
    expect(odd).not.toBe(text)
    // The signature is of other content: what counts is that both forms get one verdict.
    const validator = createValidator({
      state: () => null,
      verifier: { verify: (jobs) => jobs.map(() => true) },
    })
    return validator.validate([new TextEncoder().encode(odd)]).then(([verdict]) => {
      expect(verdict?.ok && new TextDecoder().decode(verdict.message.bytes)).toBe(text)
    })
  })

  test('refuses what is no JSON', () => {
    const validator = createValidator({ state: () => null })
    const good = bytesOf(values(0)[0])
    const bom = Uint8Array.of(0xef, 0xbb, 0xbf, ...good)
    const broken = Uint8Array.from(good, (byte, i) => (i === 40 ? 0xff : byte))
    const odd = [new Uint8Array(), good.subarray(1), bom, broken, bytesOf('x'), bytesOf(null)]
    const codes = validator.validateSync(odd).map(outcome)
    const json = 'SSB_VALIDATE_JSON'
    expect(codes).toEqual([json, json, json, json, 'SSB_VALIDATE_AUTHOR', 'SSB_VALIDATE_AUTHOR'])
  })

  test('a forgery drops what follows it, and a good one in its place goes on', async () => {
    const [a, b, c] = values(0)
    const batch = [a, forge(b as MessageValue), c, b, c] as MessageValue[]
    const expected = [
      keysFrom(0)[0],
      'SSB_VALIDATE_SIGNATURE',
      'SSB_VALIDATE_SEQUENCE',
      ...keysFrom(0, 1, 3),
    ]
    expect(
      createValidator({ state: () => null })
        .validateSync(batch)
        .map(outcome),
    ).toEqual(expected)
    const verdicts = await createValidator({ state: () => null }).validate(batch)
    expect(verdicts.map(outcome)).toEqual(expected)
  })
})

describe('overlapping batches', () => {
  test('go on from messages whose signatures are still being checked', async () => {
    const verifier = heldVerifier()
    const validator = createValidator({ state: () => null, verifier })
    const first = validator.validate(values(0, 0, 4))
    const second = validator.validate(values(0, 4, 8))
    expect(verifier.held).toBe(2)
    verifier.release()
    verifier.release()
    expect((await first).map(outcome)).toEqual(keysFrom(0, 0, 4))
    expect((await second).map(outcome)).toEqual(keysFrom(0, 4, 8))
  })

  test('are judged again when a signature before them was bad', async () => {
    const verifier = heldVerifier()
    const validator = createValidator({ state: () => null, verifier })
    const [a, b, c, d] = values(0) as [MessageValue, MessageValue, MessageValue, MessageValue]
    const first = validator.validate([a, forge(b)])
    const second = validator.validate([c, d])
    const third = validator.validate([b, c])
    for (let i = 0; i < 3; i++) verifier.release()
    expect((await first).map(outcome)).toEqual([keysFrom(0)[0], 'SSB_VALIDATE_SIGNATURE'])
    expect((await second).map(outcome)).toEqual(['SSB_VALIDATE_SEQUENCE', 'SSB_VALIDATE_SEQUENCE'])
    expect((await third).map(outcome)).toEqual(keysFrom(0, 1, 3))
  })

  test('end in order, whatever the order of the answers', async () => {
    const answers: (() => void)[] = []
    const verifier: Verifier = {
      verify: (batch: readonly SignatureJob[]) =>
        new Promise((resolve) => answers.push(() => resolve(batch.map(() => true)))),
    }
    const validator = createValidator({ state: () => null, verifier })
    const ended: number[] = []
    const runs = [0, 1, 2].map((i) => validator.validate(values(i, 0, 3)).then(() => ended.push(i)))
    for (const answer of answers.reverse()) answer()
    await Promise.all(runs)
    expect(ended).toEqual([0, 1, 2])
  })

  test('a head is remembered until the caller knows it, and forgotten when told', async () => {
    let stored: FeedState | null = null
    const validator = createValidator({ state: () => stored })
    await validator.validate(values(0, 0, 4))
    expect((await validator.validate(values(0, 4, 6))).map(outcome)).toEqual(keysFrom(0, 4, 6))
    stored = after(feeds[0]?.[7] as never)
    expect((await validator.validate(values(0, 8, 9))).map(outcome)).toEqual(keysFrom(0, 8, 9))
    stored = null
    expect((await validator.validate(values(0, 9, 10))).map(outcome)).toEqual(keysFrom(0, 9, 10))
    validator.settle()
    expect((await validator.validate(values(0, 0, 1))).map(outcome)).toEqual(keysFrom(0, 0, 1))
    validator.settle(feeds[0]?.[0]?.value.author)
    expect((await validator.validate(values(0, 0, 1))).map(outcome)).toEqual(keysFrom(0, 0, 1))
  })

  test('settling during a flight judges again from the caller’s state', async () => {
    const verifier = heldVerifier()
    let stored: FeedState | null = after(feeds[0]?.[1] as never)
    const validator = createValidator({ state: () => stored, verifier })
    const run = validator.validate(values(0, 2, 4))
    stored = null
    validator.settle(feeds[0]?.[0]?.value.author)
    verifier.release()
    const codes = (await run).map(outcome)
    expect(codes).toEqual(['SSB_VALIDATE_FIRST_PREVIOUS', 'SSB_VALIDATE_FIRST_PREVIOUS'])
  })

  test('a verifier that fails is replaced by this thread', async () => {
    for (const verify of [
      () => Promise.reject(new Error('gone')),
      () => {
        throw new Error('gone')
      },
    ]) {
      const validator = createValidator({ state: () => null, verifier: { verify } })
      expect((await validator.validate(values(0))).map(outcome)).toEqual(keysFrom(0))
    }
  })

  test('any cut into batches, with forgeries anywhere, gives the verdicts of one by one', async () => {
    const all = feeds.flatMap((feed) => feed.map((message) => message.value))
    const plan = fc.array(
      fc.record({
        pick: fc.nat(all.length - 1),
        bad: fc.boolean(),
        cut: fc.boolean(),
      }),
      { maxLength: 40 },
    )
    await fc.assert(
      fc.asyncProperty(plan, fc.boolean(), async (steps, inOrder) => {
        const picked = inOrder ? [...steps].sort((x, y) => x.pick - y.pick) : steps
        const messages = picked.map(({ pick, bad }, i) => {
          const value = all[pick] as MessageValue
          return bad && i % 3 === 0 ? forge(value) : value
        })
        const expected = createValidator({ state: () => null })
          .validateSync(messages)
          .map(outcome)
        const validator = createValidator({ state: () => null })
        const batches: MessageValue[][] = [[]]
        for (const [i, { cut }] of picked.entries()) {
          if (cut) batches.push([])
          batches.at(-1)?.push(messages[i] as MessageValue)
        }
        const verdicts = await Promise.all(batches.map((batch) => validator.validate(batch)))
        expect(verdicts.flat().map(outcome)).toEqual(expected)
      }),
      { numRuns: 60 },
    )
  })
})
