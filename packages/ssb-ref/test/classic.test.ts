// The quirks of ssb-ref 2.16, one by one: kept, or corrected as the README's table says.
import { describe, expect, test } from 'vitest'
import * as ref from '../src/index.ts'
import { BLOB, FEED, KEY, MSG, SEED } from './values.ts'

const swapDot = (id: string, dot: string): string => id.replace('.', dot)

describe('ids', () => {
  test.each([
    [FEED, true],
    [`@${KEY}.sha256`, true],
    [`@${KEY}.ED25519`, false],
    [`@${KEY}`, false],
    [`@${KEY}.ed25519\n`, false],
    [FEED.replace('/', '_'), false],
    [FEED.replace('k=', 'l='), false],
    [FEED.replace('=', ''), false],
    [swapDot(FEED, 'X'), false],
    [swapDot(FEED, '\n'), false],
  ])('isFeed(%j) is %s', (id, yes) => expect(ref.isFeed(id)).toBe(yes))

  test('isFeedId, which vouches for a key, refuses the suffix .sha256', () => {
    expect(ref.isFeedId(FEED)).toBe(true)
    expect(ref.isFeedId(`@${KEY}.sha256`)).toBe(false)
  })

  test.each(['X', '/', ' '])('a dot must be a dot, not %j', (dot) => {
    expect(ref.isMsg(swapDot(MSG, dot))).toBe(false)
    expect(ref.isBlob(swapDot(BLOB, dot))).toBe(false)
    expect(ref.isCloakedMsg(`%${KEY}${dot}cloaked`)).toBe(false)
  })

  test.each('AEIMQUYcgkosw048'.split(''))('32 bytes may end in %s', (last) => {
    expect(ref.isMsg(`%${'A'.repeat(42)}${last}=.sha256`)).toBe(true)
  })

  test.each('BCDFGHJ9+/'.split(''))('32 bytes may not end in %s', (last) => {
    expect(ref.isMsg(`%${'A'.repeat(42)}${last}=.sha256`)).toBe(false)
  })

  test.each([
    ['@.a', true],
    ['@AAAA.a-B9', true],
    ['@AA==.x', true],
    ['@AB==.x', false],
    ['@AAA=.x', true],
    ['@AAB=.x', false],
    ['@AAAA=.x', false],
    ['@AAAA.', false],
    ['@AAAA.a_b', false],
    ['@AAAAxx', false],
  ])('isFeedType(%j) is %s', (id, yes) => {
    expect(ref.isFeedType(id)).toBe(yes)
    expect(ref.isMsgType(id.replace('@', '%'))).toBe(yes)
    expect(ref.isBlobType(id.replace('@', '&'))).toBe(yes)
  })

  test('the regular expressions agree with the predicates and keep no state', () => {
    for (const _ of [1, 2]) {
      expect(ref.feedIdRegex.test(FEED)).toBe(true)
      expect(ref.msgIdRegex.test(MSG)).toBe(true)
      expect(ref.blobIdRegex.test(BLOB)).toBe(true)
      expect(ref.cloakedMsgIdRegex.test(`%${KEY}.cloaked`)).toBe(true)
    }
  })
})

describe('links', () => {
  test.each([
    [FEED, true],
    [`${BLOB}?`, true],
    [`${BLOB}?x=1`, true],
    [`${BLOB}#x`, false],
    [`%${KEY}.cloaked`, false],
  ])('isLink(%j) is %s', (link, yes) => expect(ref.isLink(link)).toBe(yes))

  test('isMsgLink and isBlobLink answer false where the original throws', () => {
    expect(ref.isMsgLink(null)).toBe(false)
    expect(ref.isBlobLink(undefined)).toBe(false)
    expect(ref.isMsgLink(MSG)).toBe(true)
    expect(ref.isMsgLink(BLOB)).toBe(false)
    expect(ref.isBlobLink(`${BLOB}?a`)).toBe(true)
  })

  test('parseLink is lax about base64 and suffix, strict about the rest', () => {
    const lax = `&${'B'.repeat(43)}=.some_Hash4`
    expect(ref.parseLink(lax)).toEqual({ link: lax })
    expect(ref.parseLink(`${BLOB}?`)).toBeUndefined()
    expect(ref.parseLink(`${BLOB}?a\nb`)).toBeUndefined()
    expect(ref.parseLink(undefined)).toBeUndefined()
  })

  test('parseLink reads a form, but for the plus in unbox', () => {
    expect(ref.parseLink(`${BLOB}?a=1&a=2&a=3&b=x+y%20z&unbox=q+w%2B=&?c`)?.query).toEqual({
      a: ['1', '2', '3'],
      b: 'x y z',
      unbox: 'q+w+=',
      '?c': '',
    })
    expect(ref.parseLink(`${BLOB}??a=1`)?.query).toEqual({ '?a': '1' })
    expect(Object.entries(ref.parseLink(`${BLOB}?__proto__=1`)?.query ?? {})).toEqual([
      ['__proto__', '1'],
    ])
  })

  test('extract takes the suffix greedily and the first reference', () => {
    expect(ref.extract(`a ${MSG}abc_d! ${BLOB}`)).toBe(`${MSG}abc_d`)
    expect(ref.extract('nothing')).toBeNull()
    expect(ref.extract(`%zz ${encodeURIComponent(FEED)}`)).toBeNull()
    expect(ref.extract(5)).toBe(false)
  })
})

describe('type', () => {
  test.each([
    [FEED, 'feed'],
    [MSG, 'msg'],
    [BLOB, 'blob'],
    [`${BLOB}?unbox=x`, false],
    [`net:a.com:1~shs:${KEY}`, 'address'],
    [`net:a.com:1~shs:${KEY}:${SEED}`, 'address'],
    [`a.com:1:${FEED}~${SEED}`, 'invite'],
    [5, false],
  ])('of %j is %j', (x, kind) => expect(ref.type(x)).toBe(kind))
})

describe('channels', () => {
  test.each([
    ['!@#$%^&*()_', '@$%^&*_'],
    ['A b\tc,d.e?f!g<h>i(j)k[l]m"n#', 'abcdefghijklmn'],
    ['no-dash_Ünïcode', 'no-dash_ünïcode'],
    ['x'.repeat(29), 'x'.repeat(29)],
    ['x'.repeat(30), 'x'.repeat(30)],
    ['x'.repeat(31), 'x'.repeat(30)],
    [' ', null],
  ])('normalizeChannel(%j) is %j', (name, normal) => {
    expect(ref.normalizeChannel(name)).toBe(normal)
  })
})

test.each([
  ['localhost', true],
  ['LOCALHOST', true],
  ['127.0.0.1', true],
  ['127.255.0.9', true],
  ['::1', true],
  ['[::1]', true],
  ['127.evil.example', false],
  ['128.0.0.1', false],
  ['::', false],
  ['0.0.0.0', false],
  ['', false],
  [null, false],
])('isLoopback(%j) is %s', (host, yes) => expect(ref.isLoopback(host)).toBe(yes))

describe('hosts and ports', () => {
  const at = (host: unknown, port: unknown = 1): boolean =>
    ref.isLegacyAddress({ host, port, key: FEED })

  test.each([
    '',
    'a',
    'abc',
    'dead',
    '1',
    'beef:1',
    '999.1.1.1',
    '::1',
    'fe80::1',
    'ws://a.com',
    'wss://localhost',
    'a.b.c',
    'x_y.a.com',
    'xn--a.com',
    'a.com.',
    'LOCAL.net',
    '::ffff:1.2.3.4',
  ])('takes %j for a host', (host) => expect(at(host)).toBe(true))

  test.each([
    'fe80::1%eth0',
    '[::1]',
    'g',
    'abcde.',
    'a_b.com',
    'a.123',
    '-a.com',
    'a-.com',
    'a--b.com',
    'a..com',
    'http://a.com',
    'LOCALHOST',
    'é.com',
    `${'a'.repeat(64)}.com`,
    null,
    5,
  ])('does not take %j for a host', (host) => expect(at(host)).toBe(false))

  test('labels up to 63, names up to 253', () => {
    expect(at(`${'a'.repeat(63)}.com`)).toBe(true)
    const long = `${'a'.repeat(49)}.`.repeat(5)
    expect(at(`${long}com`)).toBe(true)
    expect(at(`${long}comm`)).toBe(false)
  })

  test('a long host is judged at once', () => {
    expect(at(`${'a'.repeat(171)}!`)).toBe(false)
    expect(at(':'.repeat(100_000))).toBe(false)
  })

  test.each([
    [-1, true],
    [0, true],
    [65535, true],
    [65536, true],
    [65537, false],
    [1.5, false],
    ['8008', false],
  ])('isLegacyAddress with port %j is %s', (port, yes) => expect(at('a.com', port)).toBe(yes))

  test.each([
    ['8008', true],
    [null, true],
    ['', true],
    ['x', false],
    [undefined, false],
  ])('isAddress with port %j is %s', (port, yes) =>
    expect(ref.isAddress({ host: 'a.com', port, key: FEED })).toBe(yes),
  )
})
