// The public vectors whose licence allows a copy: see vectors/*/SOURCE.md. The rest runs by `npm run vectors`.
import { readFileSync } from 'node:fs'
import { encode, lowBytes, toHex } from '@scuttlebot/ssb-encode'
import { generate, signObj } from '@scuttlebot/ssb-keys'
import { describe, expect, test } from 'vitest'
import {
  append,
  type ClassicState,
  checkInvalid,
  createValidator,
  type FeedState,
  id,
  initial,
  type MessageValue,
  type ValidateError,
} from '../src/index.ts'

const file = (name: string): string =>
  readFileSync(new URL(`../../../vectors/${name}`, import.meta.url), 'utf8')
const read = <T>(name: string): T => JSON.parse(file(name)) as T

interface OldCase {
  readonly state: FeedState | null
  readonly msg: MessageValue
  readonly cap?: string | null
  readonly valid: boolean
  readonly id: string
}

const stateOf = (msg: MessageValue, state: FeedState | null): ClassicState => ({
  ...initial(),
  feeds: state === null ? {} : { [`${msg?.author}`]: { ...state, queue: [] } },
})

describe('ssb-validate-old-testdata', () => {
  const cases = read<OldCase[]>('ssb-validate-old-testdata/test_messages.json')

  test('has 84 cases, 24 of them valid', () => {
    expect([cases.length, cases.filter((c) => c.valid).length]).toEqual([84, 24])
  })

  test.each(cases.map((c, i) => [i, c] as const))('case %i', async (_i, c) => {
    const classic = stateOf(c.msg, c.state)
    const hmacKey = c.cap ? new Uint8Array(Buffer.from(c.cap, 'base64')) : undefined
    const validator = createValidator({ state: () => c.state, hmacKey })
    const bytes = new TextEncoder().encode(JSON.stringify(c.msg))
    const verdicts = [
      ...validator.validateSync([c.msg]),
      ...validator.validateSync([bytes]),
      ...(await validator.validate([bytes])),
    ]
    if (c.valid) {
      expect(append(classic, c.cap, c.msg).queue[0]?.key).toBe(c.id)
      for (const verdict of verdicts) expect(verdict.ok && verdict.message.key).toBe(c.id)
      return
    }
    const error = checkInvalid(c.state, c.cap, c.msg)
    expect(error).toBeInstanceOf(Error)
    expect(() => append(classic, c.cap, c.msg)).toThrow(error as Error)
    for (const verdict of verdicts) {
      const { code, fatal } = error as ValidateError
      expect(verdict).toMatchObject({ ok: false, code, fatal: fatal === true })
    }
  })

  test('invalid_messages: refused for their content, but for entry 6', () => {
    const messages = read<MessageValue[]>('ssb-validate-old-testdata/invalid_messages.json')
    expect(messages).toHaveLength(16)
    const refusals = messages.map((msg) => {
      const state = msg.previous === null ? null : { id: msg.previous, sequence: msg.sequence - 1 }
      return checkInvalid(state, null, msg) !== false
    })
    // Entry 6 is mislabelled: its content was a Buffer when it was made, and turned into an object with a type
    // when it was written as JSON, which makes it valid.
    expect(refusals).toEqual(messages.map((_, i) => i !== 6))
  })
})

describe('go-ssb', () => {
  test.each(
    read<{ sequence: number; key: string; value_json: string }[]>('go-ssb/verify-bugs.json'),
  )('verify-bugs: $sequence', ({ key, value_json, sequence }) => {
    const value = JSON.parse(value_json) as MessageValue
    expect(id(value)).toBe(key)
    const previous = { id: value.previous as NonNullable<typeof value.previous>, timestamp: 0 }
    const state = { ...previous, sequence: sequence - 1 }
    const validator = createValidator({ state: () => state })
    const [verdict] = validator.validateSync([new TextEncoder().encode(value_json)])
    expect(verdict).toMatchObject({ ok: true, message: { key } })
  })

  test.each(read<{ input: string; low_bytes_hex: string }[]>('go-ssb/v8-binary-strings.json'))(
    'v8-binary-strings: $input',
    ({ input, low_bytes_hex }) => {
      expect(toHex(lowBytes(input))).toBe(low_bytes_hex)
    },
  )
})

test('pyssb: seed, signature and id of two messages', () => {
  interface Feed {
    readonly seed_base64: string
    readonly id: string
    readonly messages: readonly { key: string; value: MessageValue }[]
  }
  const feed = read<Feed>('pyssb/feed.json')
  const keys = generate(null, new Uint8Array(Buffer.from(feed.seed_base64, 'base64')))
  expect(keys.id).toBe(feed.id)
  for (const { key, value } of feed.messages) {
    const { signature, ...unsigned } = value
    expect(signObj(keys, unsigned).signature).toBe(signature)
    expect(id(value)).toBe(key)
  }
  const verdicts = createValidator({ state: () => null }).validateSync(
    feed.messages.map((m) => m.value),
  )
  expect(verdicts.map((v) => v.ok && v.message.key)).toEqual(feed.messages.map((m) => m.key))
})

describe('ssb-fixtures: 200 messages of several feeds', () => {
  const messages = file('ssb-fixtures/messages-200.jsonl')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { key: string; value: MessageValue })

  test('are accepted by both faces, with their ids', async () => {
    const bytes = messages.map((m) => new TextEncoder().encode(JSON.stringify(m.value)))
    const verdicts = await createValidator({ state: () => null }).validate(bytes)
    const state = initial()
    for (const { value } of messages) append(state, null, value)
    const expected = messages.map((m) => m.key)
    expect(verdicts.map((v) => v.ok && v.message.key)).toEqual(expected)
    expect(state.queue.map((kvt) => kvt.key)).toEqual(expected)
    expect(verdicts.every((v, i) => v.ok && v.message.bytes === bytes[i])).toBe(true)
  })

  test('are refused with one bit of the signature changed', () => {
    for (const { value } of messages) {
      const bytes = Buffer.from(value.signature.slice(0, 88), 'base64')
      bytes[value.sequence % 64] = (bytes[value.sequence % 64] as number) ^ 1
      const forged = { ...value, signature: `${bytes.toString('base64')}.sig.ed25519` }
      const previous = value.previous as NonNullable<typeof value.previous>
      const state = previous && { id: previous, sequence: value.sequence - 1, timestamp: 0 }
      const [verdict] = createValidator({ state: () => state }).validateSync([forged])
      expect(verdict).toMatchObject({ ok: false, code: 'SSB_VALIDATE_SIGNATURE', fatal: true })
    }
  })
})

describe('the vectors printed in the protocol sheet', () => {
  const keys = generate(null, new Uint8Array(32).fill(1))
  const make = (content: unknown, hmac?: Uint8Array): MessageValue => {
    const { id: author } = keys
    const message = { previous: null, sequence: 1, author, timestamp: 1_500_000_000_000 }
    const signed = signObj(keys, hmac, { ...message, hash: 'sha256', content })
    return signed as unknown as MessageValue
  }
  const odd = {
    type: 'post',
    text: 'é ☃ 😀 \u0000\u001f\u007f\u2028"\\/',
    n: [1e21, 1e-7, 0.1, -0, 100, 1.5e300],
    2: 'b',
    1: 'a',
    e: {},
    a: [],
    nul: null,
  }

  test.each([
    [
      { type: 'post', text: 'hello' },
      undefined,
      'zjKo11l1CnXcVGudVWv0ncBWBTrcwa8m2pqIRL+3ZG/M9eWX9VscLtr6UsaUw2oFsVikaJNcIYKULrUPLlI7DA==.sig.ed25519',
      '%4bqbUTWpb+MYNRnKxOFaofgCIZsAv3ZgJzdasEV/RKE=.sha256',
      337,
    ],
    [
      { type: 'post', text: 'hello' },
      new Uint8Array(32).fill(2),
      'wU43UPdJeN+GNW4KKpca1Zn9rE1a7m0BXZmFvvIFI4qhDYz1jKT7fqnkpQf183UkMHB6isMK8NBHTJzOSs8gCQ==.sig.ed25519',
      '%vbvyTBRtmVqhMZ5j6Ck0WedL7wqRFH2Nsv4M8mhakHw=.sha256',
      337,
    ],
    [
      odd,
      undefined,
      '5qyIF0BDSgpd+AwfcvCsDqODEHmovLmZAVPTkI5MrTH5BmsenPy1YLdaBBqY4foOsK0TNUzSVHbM7IRhTFPuBg==.sig.ed25519',
      '%85CcPVwyOFzhOZ+HG89Qz3ErpU4yBQTTfvrXwEA54l8=.sha256',
      518,
    ],
  ])('vector %#', (content, hmacKey, signature, key, units) => {
    const value = make(content, hmacKey)
    expect(value.signature).toBe(signature)
    expect(id(value)).toBe(key)
    expect(encode(value)).toHaveLength(units)
    const validator = createValidator({ state: () => null, hmacKey })
    const [verdict] = validator.validateSync([value])
    expect(verdict).toMatchObject({ ok: true, message: { key } })
    expect(Object.keys(value.content as object)[0]).toBe(content === odd ? '1' : 'type')
  })
})
