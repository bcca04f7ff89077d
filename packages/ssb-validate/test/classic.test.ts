import { describe, expect, test } from 'vitest'
import {
  append,
  appendKVT,
  appendNew,
  appendOOO,
  create,
  encode,
  id,
  initial,
  isSigMatchesCurve,
  isSupportedHash,
  type MessageValue,
  queue,
  toKeyValueTimestamp,
  validate,
} from '../src/index.ts'
import { after, feedOf, keysOf, signAny } from './feeds.ts'

const keys = keysOf('classic')
const author = keys.id
const messages = feedOf('classic', 6)
const [one, two, three, four] = messages.map((message) => message.value) as [
  MessageValue,
  MessageValue,
  MessageValue,
  MessageValue,
]
const ids = messages.map((message) => message.key)
const forged = (value: MessageValue): MessageValue => ({ ...value, timestamp: 5 })

describe('append', () => {
  test('accepts in order and keeps the state', () => {
    const state = initial()
    expect(append(append(state, null, one), null, two)).toBe(state)
    expect(state.feeds[author]).toEqual({
      ...after({ key: ids[1] as never, value: two }),
      queue: [],
    })
    expect(state.queue.map((kvt) => kvt.key)).toEqual(ids.slice(0, 2))
    expect([state.validated, state.queued]).toEqual([2, 0])
  })

  test('throws and changes nothing', () => {
    const state = append(initial(), null, one)
    const before = structuredClone(state)
    for (const bad of [one, three, forged(two)]) expect(() => append(state, null, bad)).toThrow()
    expect(state).toEqual(before)
  })

  test('reads no feed out of the prototype', () => {
    for (const odd of ['__proto__', 'constructor', 'toString'])
      expect(() => append(initial(), null, { ...one, author: odd as never })).toThrow(
        'must have author',
      )
  })

  test('takes null for a feed without messages', () => {
    expect(append({ ...initial(), feeds: { [author]: null } }, null, one).validated).toBe(1)
  })

  test('marks fatal errors, and leaves the mark off others', () => {
    const errorOf = (message: MessageValue): unknown => {
      try {
        append(append(initial(), null, one), null, message)
      } catch (error) {
        return error
      }
      return null
    }
    expect(errorOf(one)).toHaveProperty('fatal', undefined)
    expect(errorOf(forged(two))).toHaveProperty('fatal', true)
  })

  test('takes keys as they are given by appendKVT', () => {
    const state = initial()
    appendKVT(state, null, { key: ids[0] as never, value: one, timestamp: 7 })
    expect(state.queue).toEqual([{ key: ids[0], value: one, timestamp: 7 }])
  })
})

describe('queue', () => {
  test('checks cheaply; a later append accepts what waits, and leaves no trace of it', () => {
    const state = initial()
    queue(queue(state, one), two)
    expect([state.queued, state.validated, state.error]).toEqual([2, 0, false])
    expect(state.feeds[author]).toMatchObject({ id: null, sequence: null, timestamp: null })
    append(state, null, three)
    expect([state.queued, state.validated]).toEqual([0, 3])
    expect(state.queue.map((kvt) => kvt.key)).toEqual(ids.slice(0, 3))
    // The reference forgets to empty the queue and refuses here.
    append(state, null, four)
    expect(state.queue.map((kvt) => kvt.key)).toEqual(ids.slice(0, 4))
  })

  test('sets the error and goes on', () => {
    const state = queue(initial(), one)
    expect(queue(state, three).error).toMatchObject({ code: 'SSB_VALIDATE_SEQUENCE' })
    expect(queue(state, two).error).toBe(false)
    expect(state.queued).toBe(2)
  })
})

describe('validate', () => {
  test('checks the last one fully, and accepts all', () => {
    const state = queue(queue(initial(), one), two)
    validate(state, null, author)
    expect([state.queued, state.validated]).toEqual([0, 2])
    expect(state.queue.map((kvt) => kvt.key)).toEqual(ids.slice(0, 2))
    expect(validate(state, null, author).validated).toBe(2)
    expect(append(state, null, three).validated).toBe(3)
  })

  test('drops the last one when its signature is bad', () => {
    const state = queue(queue(initial(), one), forged(two))
    expect(() => validate(state, null, author)).toThrow('invalid signature')
    expect([state.queued, state.validated]).toEqual([1, 0])
  })

  test('takes a feed id, of a feed that is known or not', () => {
    expect(() => validate(initial(), null, 'nobody')).toThrow('validate takes a feedId')
    expect(validate(initial(), null, author)).toEqual(initial())
  })
})

test('appendOOO accepts out of order and leaves a known feed as it is', () => {
  const state = appendOOO(initial(), null, three)
  expect(state.feeds[author]).toMatchObject({ sequence: 3 })
  appendOOO(state, null, one)
  expect(state.feeds[author]).toMatchObject({ sequence: 3 })
  expect([state.validated, state.queue.length]).toEqual([2, 2])
  expect(appendOOO(state, null, forged(two)).error).toMatchObject({ message: 'invalid signature' })
  expect(state.validated).toBe(2)
})

describe('create and appendNew', () => {
  test('make a chain', () => {
    const state = initial()
    appendNew(state, null, keys, { type: 'post', text: 'a' }, 1)
    appendNew(state, null, keys, 'AAAA.box', 2)
    expect(state.queue.map((kvt) => kvt.value.sequence)).toEqual([1, 2])
    expect(state.queue[1]?.value.previous).toBe(state.queue[0]?.key)
    expect(Object.keys(state.queue[0]?.value ?? {}).join()).toBe(
      'previous,sequence,author,timestamp,hash,content,signature',
    )
  })

  test('go on from what is queued', () => {
    const state = queue(initial(), one)
    expect(create(state.feeds[author], keys, null, { type: 'post' }, 1).previous).toBe(ids[0])
  })

  test('with an hmac key', () => {
    const hmac = new Uint8Array(32).fill(4)
    const state = appendNew(initial(), hmac, keys, { type: 'post' }, 1)
    expect(() => append(initial(), null, state.queue[0]?.value as MessageValue)).toThrow(
      'signature',
    )
  })

  test.each<[string, unknown, unknown, string]>([
    ['no timestamp', { type: 'post' }, null, 'timestamp must be provided'],
    ['a timestamp that is none', { type: 'post' }, 'soon', 'timestamp must be provided'],
    ['no content', null, 1, 'invalid message content, must be object or encrypted string'],
    ['a text', 'hello', 1, 'invalid message content, must be object or encrypted string'],
    ['a short type', { type: 'ab' }, 1, 'type must be a string3 <= type.length < 52, was:ab'],
  ])('refuse %s', (_name, content, timestamp, text) => {
    expect(() => create(null, keys, null, content, timestamp as number)).toThrow(text)
  })

  test('count the signature: 8192 units pass, 8193 do not', () => {
    const empty = encode(create(null, keys, null, { type: 'test', text: '' }, 1)).length
    const text = (units: number): string => 'x'.repeat(units - empty)
    const made = create(null, keys, null, { type: 'test', text: text(8192) }, 1)
    expect(append(initial(), null, made).validated).toBe(1)
    expect(() => create(null, keys, null, { type: 'test', text: text(8193) }, 1)).toThrow(
      'Encoded message must not be larger than 8192 bytes. Current size is 8193',
    )
  })
})

test('receive times increase strictly', () => {
  const times = Array.from({ length: 1000 }, () => toKeyValueTimestamp(one).timestamp)
  for (let i = 1; i < times.length; i++) expect(times[i]).toBeGreaterThan(times[i - 1] as number)
  expect(toKeyValueTimestamp(one).key).toBe(id(one))
  expect(toKeyValueTimestamp(one, ids[3]).key).toBe(ids[3])
})

test('the small predicates', () => {
  expect(isSupportedHash(one)).toBe(true)
  expect(isSupportedHash({ hash: 'md5' })).toBe(false)
  expect(isSigMatchesCurve(one)).toBe(true)
  expect(isSigMatchesCurve({ ...one, author: 5 })).toBe(false)
  expect(isSigMatchesCurve(signAny(keys, {}))).toBe(false)
  expect(isSigMatchesCurve(null)).toBe(false)
})
