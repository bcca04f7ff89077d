import { auth, sign } from '@scuttlebot/ssb-crypto'
import { unsignedText } from '@scuttlebot/ssb-encode'
import { keyPairOf } from '@scuttlebot/ssb-keys'
import { describe, expect, test } from 'vitest'
import {
  type Content,
  type CreateOptions,
  create,
  createMessage,
  encode,
  id,
  type MessageValue,
} from '../src/index.ts'
import { after, feedOf, keysOf } from './feeds.ts'

const keys = keysOf('create')
const { secretKey } = keyPairOf(keys)
const post: Content = { type: 'post', text: 'hi' }
const [first] = feedOf('create', 1)
const state = after(first as NonNullable<typeof first>)

let signatures = 0
const make = (change: object): ReturnType<typeof createMessage> =>
  createMessage({
    state: null,
    author: keys.id,
    sign: (bytes) => {
      signatures++
      return sign(bytes, secretKey)
    },
    content: post,
    timestamp: 1,
    ...change,
  } as CreateOptions)

test.each(['plain', 'é', 'ÿ', '☃', '💩', `${'a'.repeat(3000)}é`, '"\\\n\u0001'])(
  'what is signed is the canonical text, and what is hashed has the signature in it: %j',
  (text) => {
    for (const hmacKey of [undefined, new Uint8Array(32).fill(1)]) {
      let signed: Uint8Array = new Uint8Array()
      const made = make({
        state,
        hmacKey,
        content: { type: 'post', text },
        sign(bytes: Uint8Array) {
          signed = bytes.slice()
          return sign(bytes, secretKey)
        },
      })
      if (!made.ok) throw new Error(made.reason)
      const unsigned = unsignedText(encode(made.message.value)) ?? ''
      const canonical = new TextEncoder().encode(unsigned)
      expect(signed).toEqual(hmacKey === undefined ? canonical : auth(canonical, hmacKey))
      expect(made.message.key).toBe(id(made.message.value as MessageValue))
    }
  },
)

describe('is refused before anything is signed', () => {
  const cyclic: Record<string, unknown> = { type: 'post' }
  cyclic['self'] = cyclic
  const deep = JSON.parse(`{"type":"post","a":${'['.repeat(9000)}${']'.repeat(9000)}}`)
  test.each<[string, object, string]>([
    ['another kind of author', { author: state.id }, 'AUTHOR'],
    ['an author without a key', { author: keys.id.replace('.ed25519', '.sha256') }, 'AUTHOR'],
    ['no timestamp', { timestamp: undefined }, 'TIMESTAMP'],
    ['NaN', { timestamp: Number.NaN }, 'TIMESTAMP'],
    ['a fraction', { timestamp: 1.5 }, 'TIMESTAMP'],
    ['beyond 2^53', { timestamp: 2 ** 53 }, 'TIMESTAMP'],
    ['a state without id', { state: { ...state, id: null } }, 'PREVIOUS'],
    ['the last sequence', { state: { ...state, sequence: 2 ** 31 - 1 } }, 'SEQUENCE'],
    ['sequence 0', { state: { ...state, sequence: 0 } }, 'SEQUENCE'],
    ['no content', { content: undefined }, 'CONTENT'],
    ['null', { content: null }, 'CONTENT'],
    ['a list', { content: ['post'] }, 'CONTENT'],
    ['clear text', { content: 'hello' }, 'CONTENT'],
    ['a strange suffix', { content: 'AAAA.boxes' }, 'CONTENT'],
    ['url-safe base64', { content: 'AA_-.box' }, 'CONTENT'],
    [
      'content that writes itself as text',
      { content: { type: 'post', toJSON: () => 'x' } },
      'CONTENT',
    ],
    ['no type', { content: {} }, 'TYPE'],
    ['a type of 2', { content: { type: 'ab' } }, 'TYPE'],
    ['a type of 53', { content: { type: 'a'.repeat(53) } }, 'TYPE'],
    ['a type of 52 units and more bytes', { content: { type: 'é'.repeat(27) } }, 'TYPE'],
    ['NaN in content', { content: { ...(post as object), n: [Number.NaN] } }, 'NUMBER'],
    ['Infinity in content', { content: { ...(post as object), n: -1 / 0 } }, 'NUMBER'],
    ['no safe integer', { content: { ...(post as object), n: 2 ** 53 } }, 'NUMBER'],
    ['half of a pair', { content: { ...(post as object), t: 'a\ud800' } }, 'TEXT'],
    ['the other half, in a key', { content: { ...(post as object), 'a\udc00': 1 } }, 'TEXT'],
    ['a cycle', { content: cyclic }, 'UNENCODABLE'],
    ['a BigInt', { content: { type: 'post', n: 1n } }, 'UNENCODABLE'],
    ['very deep content', { content: deep }, 'UNENCODABLE'],
  ])('%s', (_name, change, code) => {
    const before = signatures
    expect(make(change)).toMatchObject({ ok: false, code: `SSB_VALIDATE_${code}` })
    expect(signatures).toBe(before)
  })

  test('8193 units; 8192 pass', () => {
    const sized = (n: number): object => ({ content: { type: 'test', text: 'x'.repeat(n) } })
    const empty = make(sized(0))
    const rest = 8192 - (empty.ok ? encode(empty.message.value).length : 0)
    expect(make(sized(rest)).ok).toBe(true)
    expect(make(sized(rest + 1))).toMatchObject({ code: 'SSB_VALIDATE_SIZE' })
    expect(make(sized(100_000))).toMatchObject({ code: 'SSB_VALIDATE_SIZE' })
  })
})

describe('is made', () => {
  test.each<[string, object]>([
    ['.box', { content: 'AAAA.box' }],
    ['.box2', { content: 'AAAA.box2' }],
    [
      'null in content, and the word',
      { content: { ...(post as object), root: null, t: 'null \\ud' } },
    ],
    ['long digits in a text', { content: { ...(post as object), t: '12345678901234567890' } }],
    [
      'the largest safe integer, and beyond 1e21',
      { content: { ...(post as object), n: [2 ** 53 - 1, 1e21] } },
    ],
    ['a pair', { content: { ...(post as object), t: '😀' } }],
    ['a type of 3', { content: { type: 'abc' } }],
    ['a type of 52', { content: { type: 'a'.repeat(52) } }],
    ['a first message in 1969', { timestamp: -1 }],
    ['a second message', { state }],
  ])('%s', (_name, change) => {
    expect(make(change)).toMatchObject({ ok: true })
  })

  test('from what the content’s JSON says, not from the object', () => {
    const made = make({ content: { type: 'post', gone: undefined, date: new Date(0) } })
    expect(made.ok && made.message.value.content).toEqual({
      type: 'post',
      date: '1970-01-01T00:00:00.000Z',
    })
  })

  test('by create with one argument', () => {
    const options = { state, author: keys.id, content: post, timestamp: 1 }
    const made = create({ ...options, sign: (bytes) => sign(bytes, secretKey) })
    expect(made.ok && made.message.value.previous).toBe(state.id)
    expect(() => create({ ...options, sign: () => new Uint8Array(63) })).toThrow(RangeError)
  })
})
