// One broken rule per message, signed again, so that nothing but that rule can refuse it; the boundaries on both
// sides. Each goes through the classic face, the modern one with values and with bytes: one verdict.
import { describe, expect, test } from 'vitest'
import {
  checkInvalid,
  checkInvalidCheap,
  checkInvalidOOO,
  createValidator,
  encode,
  type FeedState,
  isInvalidContent,
  type MessageValue,
} from '../src/index.ts'
import { after, feedOf, keysOf, signAny } from './feeds.ts'

const keys = keysOf('rules')
const author = keys.id
const [, second] = feedOf('rules', 2)
const state: FeedState = after(second as NonNullable<typeof second>)

/** A right third message, unsigned. */
const right = {
  previous: state.id,
  sequence: 3,
  author,
  timestamp: 1_500_000_000_003,
  hash: 'sha256',
  content: { type: 'post', text: 'hi' } as unknown,
}
const first = { ...right, previous: null, sequence: 1 }

type Outcome = { code: string; fatal: boolean; reason: string } | 'accepted'

/** What all faces say; they must agree. */
function judge(value: unknown, from: FeedState | null = state): Outcome {
  const error = checkInvalid(from, null, value)
  const classic: Outcome = error
    ? { code: error.code, fatal: error.fatal === true, reason: error.message }
    : 'accepted'
  const bytes = new TextEncoder().encode(JSON.stringify(value))
  const validator = createValidator({ state: () => from })
  for (const input of [value as MessageValue, bytes]) {
    const verdict = validator.validateSync([input])[0]
    if (verdict?.ok) {
      expect(classic).toBe('accepted')
      expect(new TextDecoder().decode(verdict.message.bytes)).toBe(JSON.stringify(value))
    } else expect(verdict).toMatchObject(classic as object)
  }
  return classic
}

const resigned = (change: object): MessageValue => signAny(keys, { ...right, ...change })
const mild = (code: string): unknown => expect.objectContaining({ code, fatal: false })
const fatal = (code: string): unknown => expect.objectContaining({ code, fatal: true })

/** Content that makes the signed message just so long. */
function sized(units: number, filler = 'x'): unknown {
  const content = { type: 'test', text: '' }
  const rest = units - encode(resigned({ content })).length
  return { ...content, text: filler.repeat(rest / filler.length) }
}

describe('accepted', () => {
  test.each<[string, object]>([
    ['the right message', {}],
    ['a timestamp before the last', { timestamp: -1.5 }],
    ['a timestamp that is no number, after the first', { timestamp: 'yesterday' }],
    ['a timestamp of null, after the first', { timestamp: null }],
    ['a list that holds the right id', { previous: [state.id] }],
    ['the shortest type', { content: { type: 'abc' } }],
    ['the longest type', { content: { type: 'a'.repeat(52) } }],
    ['26 emoji as type', { content: { type: '😀'.repeat(26) } }],
    ['8192 units', { content: sized(8192) }],
    ['8192 units of three bytes', { content: sized(8192, '☃') }],
    ['.box alone', { content: '.box' }],
    ['canonical base64, any suffix', { content: 'AAAA.boxjunk stuff' }],
    ['one pad', { content: 'AAA=.box2' }],
    ['two pads', { content: 'AA==.box' }],
    ['an own __proto__', { content: JSON.parse('{"type":"post","__proto__":{"a":[]}}') }],
    ['integer keys', { content: { type: 'post', 2: 'b', 1: 'a' } }],
    ['half of a pair', { content: { type: 'post', text: '\ud800' } }],
    ['odd numbers', { content: { type: 'post', n: [1e21, 1e-7, 5e-324, 123456789012345680000] } }],
    [
      'deep content',
      { content: { type: 'post', deep: JSON.parse('['.repeat(50) + ']'.repeat(50)) } },
    ],
  ])('%s', (_name, change) => {
    expect(judge(resigned(change))).toBe('accepted')
  })

  test('a first message with a fractional, negative timestamp', () => {
    expect(judge(signAny(keys, { ...first, timestamp: -0.5 }), null)).toBe('accepted')
  })

  test('author before sequence', () => {
    const { previous, sequence, timestamp, hash, content } = right
    const value = signAny(keys, { previous, author, sequence, timestamp, hash, content })
    expect(judge(value)).toBe('accepted')
  })

  test('the last sequence number, and not the one after it', () => {
    const last = { ...state, sequence: 2 ** 31 - 2 }
    expect(judge(resigned({ sequence: 2 ** 31 - 1 }), last)).toBe('accepted')
    const beyond = { ...state, sequence: 2 ** 31 - 1 }
    expect(judge(resigned({ sequence: 2 ** 31 }), beyond)).toEqual(mild('SSB_VALIDATE_SHAPE'))
  })
})

describe('refused', () => {
  const order = 'SSB_VALIDATE_KEY_ORDER'
  test.each<[string, object, unknown]>([
    ['no author', { author: undefined }, mild('SSB_VALIDATE_AUTHOR')],
    ['a message id as author', { author: state.id }, mild('SSB_VALIDATE_AUTHOR')],
    ['a non-canonical author', { author: author.replace('=.', 'B.') }, mild('SSB_VALIDATE_AUTHOR')],
    ['a repetition', { sequence: 2 }, mild('SSB_VALIDATE_SEQUENCE')],
    ['a gap', { sequence: 4 }, mild('SSB_VALIDATE_SEQUENCE')],
    ['a fraction', { sequence: 3.5 }, mild('SSB_VALIDATE_SEQUENCE')],
    ['a sequence as text', { sequence: '3' }, mild('SSB_VALIDATE_SHAPE')],
    ['a sequence in a list', { sequence: [3] }, mild('SSB_VALIDATE_SHAPE')],
    ['a fork', { previous: second?.value.previous }, fatal('SSB_VALIDATE_PREVIOUS')],
    ['no previous', { previous: null }, fatal('SSB_VALIDATE_PREVIOUS')],
    ['an eighth key', { more: 1 }, fatal(order)],
    ['another hash', { hash: 'sha512' }, mild('SSB_VALIDATE_SHAPE')],
    ['content null', { content: null }, mild('SSB_VALIDATE_SHAPE')],
    ['content true', { content: true }, mild('SSB_VALIDATE_SHAPE')],
    ['content a number', { content: 5 }, mild('SSB_VALIDATE_SHAPE')],
    ['content a list', { content: ['post'] }, mild('SSB_VALIDATE_TYPE')],
    ['an empty text', { content: '' }, mild('SSB_VALIDATE_SHAPE')],
    ['a text in clear', { content: 'hello' }, mild('SSB_VALIDATE_SHAPE')],
    ['non-canonical base64', { content: 'AAB=.box' }, mild('SSB_VALIDATE_SHAPE')],
    ['unpadded base64', { content: 'AAA.box' }, mild('SSB_VALIDATE_SHAPE')],
    ['url-safe base64', { content: 'AA_-.box' }, mild('SSB_VALIDATE_SHAPE')],
    ['base64 with a space', { content: 'AAAA .box' }, mild('SSB_VALIDATE_SHAPE')],
    ['a line end in the suffix', { content: 'AAAA.box\nfoo' }, mild('SSB_VALIDATE_SHAPE')],
    ['another suffix', { content: 'AAAA.bow' }, mild('SSB_VALIDATE_SHAPE')],
    ['no type', { content: { text: 'hi' } }, mild('SSB_VALIDATE_TYPE')],
    ['a type that is no text', { content: { type: ['post'] } }, mild('SSB_VALIDATE_TYPE')],
    ['a type of 2', { content: { type: 'ab' } }, mild('SSB_VALIDATE_TYPE')],
    ['a type of 53', { content: { type: 'a'.repeat(53) } }, mild('SSB_VALIDATE_TYPE')],
    ['27 emoji as type', { content: { type: '😀'.repeat(27) } }, mild('SSB_VALIDATE_TYPE')],
    ['8193 units', { content: sized(8193) }, mild('SSB_VALIDATE_SIZE')],
    ['8193 units of three bytes', { content: sized(8193, '☃') }, mild('SSB_VALIDATE_SIZE')],
  ])('%s', (_name, change, outcome) => {
    expect(judge(resigned(change))).toEqual(outcome)
  })

  test.each<[string, object, unknown]>([
    ['previous', { previous: state.id }, fatal('SSB_VALIDATE_FIRST_PREVIOUS')],
    ['previous undefined', { previous: undefined }, fatal('SSB_VALIDATE_FIRST_PREVIOUS')],
    ['sequence 0', { sequence: 0 }, fatal('SSB_VALIDATE_FIRST_SEQUENCE')],
    ['sequence 2', { sequence: 2 }, fatal('SSB_VALIDATE_FIRST_SEQUENCE')],
    ['a timestamp as text', { timestamp: '1' }, fatal('SSB_VALIDATE_FIRST_TIMESTAMP')],
    ['no timestamp', { timestamp: null }, fatal('SSB_VALIDATE_FIRST_TIMESTAMP')],
  ])('first message: %s', (_name, change, outcome) => {
    expect(judge(signAny(keys, { ...first, ...change }), null)).toEqual(outcome)
  })

  test.each<[keyof typeof right, unknown]>([
    ['previous', fatal('SSB_VALIDATE_PREVIOUS')],
    ['sequence', mild('SSB_VALIDATE_SEQUENCE')],
    ['author', mild('SSB_VALIDATE_AUTHOR')],
    ['timestamp', fatal(order)],
    ['hash', fatal(order)],
    ['content', fatal(order)],
  ])('a message without %s', (name, outcome) => {
    const { [name]: _, ...rest } = right
    expect(judge(signAny(keys, rest))).toEqual(outcome)
  })

  test('every other order of the keys', () => {
    const names = Object.keys(right)
    for (let i = 0; i < names.length; i++)
      for (let j = i + 1; j < names.length; j++) {
        const swapped = [...names]
        swapped[i] = names[j] as string
        swapped[j] = names[i] as string
        if (i === 1 && j === 2) continue
        const entries = swapped.map((name) => [name, right[name as keyof typeof right]])
        expect(judge(signAny(keys, Object.fromEntries(entries)))).toEqual(fatal(order))
      }
    const { content, ...rest } = resigned({})
    expect(judge({ ...rest, content })).toEqual(fatal(order))
  })

  test('signatures: of another feed, for another text, malformed, with another suffix', () => {
    const good = resigned({})
    const bad = 'SSB_VALIDATE_SIGNATURE'
    expect(judge(signAny(keysOf('another'), right))).toEqual(fatal(bad))
    expect(judge({ ...good, timestamp: 1 })).toEqual(fatal(bad))
    const form = mild('SSB_VALIDATE_SIGNATURE_FORM')
    const { signature } = good
    for (const odd of [
      undefined,
      null,
      5,
      '',
      signature.slice(1),
      `${signature}x`,
      signature.replace('.sig.', '.gis.'),
      signature.replace('.ed25519', '.sha2561'),
      signature.replace('==', 'B='),
      ` ${signature.slice(1)}`,
    ])
      expect(judge({ ...good, signature: odd })).toEqual(form)
    // 66 bytes without padding have the right form.
    expect(judge({ ...good, signature: `${'A'.repeat(88)}.sig.ed25519` })).toEqual(fatal(bad))
  })

  test('an author whose suffix is sha256 names no key', () => {
    const value = resigned({ author: author.replace('.ed25519', '.sha256') })
    const signature = value.signature.replace('.ed25519', '.sha256')
    expect(judge({ ...value, signature })).toEqual(mild('SSB_VALIDATE_CURVE'))
  })
})

test('the texts of the reference', () => {
  const reason = (change: object): string => (judge(resigned(change)) as { reason: string }).reason
  expect(reason({ sequence: 9 })).toBe(
    `invalid message: expected sequence 3 but got:9in state:${JSON.stringify(state)}, on feed:${author}`,
  )
  expect(reason({ previous: null })).toBe(
    `invalid message: expected different previous message, on feed:${author}`,
  )
  expect(reason({ content: sized(8193) })).toBe(
    'Encoded message must not be larger than 8192 bytes. Current size is 8193',
  )
  expect(reason({ content: { type: 'x' } })).toBe(
    'type must be a string3 <= type.length < 52, was:x',
  )
  const odd = resigned({ hash: 'md5' })
  expect(reason({ hash: 'md5' })).toBe(`message has invalid properties:${encode(odd)}`)
})

test('hmac keys: bytes or canonical base64 of 32 bytes', () => {
  const hmac = new Uint8Array(32).fill(5)
  const value = signAny(keys, right, hmac)
  for (const key of [hmac, Buffer.from(hmac), Buffer.from(hmac).toString('base64')])
    expect(checkInvalid(state, key, value)).toBe(false)
  for (const key of [
    '',
    'AAAA',
    new Uint8Array(31),
    5,
    {},
    `${Buffer.from(hmac).toString('base64')} `,
  ])
    expect(checkInvalid(state, key as string, value)).toMatchObject({
      message: 'invalid HMAC key',
      fatal: true,
    })
  expect(checkInvalid(state, null, value)).toMatchObject({ message: 'invalid signature' })
  expect(() => createValidator({ state: () => null, hmacKey: new Uint8Array(31) })).toThrow(
    RangeError,
  )
})

test('out of order: everything but the chain', () => {
  expect(checkInvalidOOO(resigned({ sequence: 77, previous: null }), null)).toBe(false)
  expect(checkInvalidOOO(resigned({ timestamp: 'x' }))).toMatchObject({
    fatal: true,
    message: `message must have timestamp, on feed:${author}`,
  })
  expect(checkInvalidOOO(resigned({ content: { type: 'x' } }))).toMatchObject({
    fatal: true,
    message: 'message has invalid shape',
  })
  expect(checkInvalidOOO({ ...resigned({}), timestamp: 1 })).toMatchObject({ fatal: true })
})

test('nothing throws on what is no message', () => {
  for (const odd of [null, undefined, 0, '', [], {}, () => 1, { author }]) {
    expect(checkInvalidCheap(null, odd)).toMatchObject({ name: 'ValidateError' })
    expect(checkInvalidOOO(odd)).toMatchObject({ name: 'ValidateError' })
    expect(isInvalidContent(odd)).toMatchObject({ code: 'SSB_VALIDATE_TYPE' })
  }
})

describe('monstrous JSON gets a verdict, soon', () => {
  const nest = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth))
  const wide = JSON.parse(
    `${'['.repeat(2000)}${Array(200_000).fill('1').join()}${']'.repeat(2000)}`,
  )
  const good = resigned({})

  test.each<[string, unknown]>([
    ['65 deep', nest(65)],
    ['4000 deep', nest(4000)],
    ['100000 deep', nest(100_000)],
    ['deep and wide', wide],
    ['long', 'x'.repeat(1_000_000)],
    ['many', Array(100_000).fill(0)],
  ])('%s', (_name, deep) => {
    const validator = createValidator({ state: () => state })
    for (const place of [
      'content',
      'timestamp',
      'sequence',
      'previous',
      'author',
      'hash',
    ] as const) {
      const value = { ...good, [place]: place === 'content' ? { type: 'post', deep } : deep }
      const [verdict] = validator.validateSync([value as MessageValue])
      expect(verdict?.ok).toBe(false)
    }
  })

  test('the size is told exactly, without writing the text', () => {
    for (const depth of [66, 70, 300]) {
      const value = {
        ...good,
        content: { type: 'post', 'a"\n': { b: [true, null, 'é\u0001', 1.5] }, n: nest(depth) },
      }
      expect(checkInvalid(state, null, value)).toMatchObject({
        code: 'SSB_VALIDATE_SIZE',
        message: `Encoded message must not be larger than 8192 bytes. Current size is ${encode(value).length}`,
      })
    }
  })
})
