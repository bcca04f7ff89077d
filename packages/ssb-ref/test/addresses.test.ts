import { describe, expect, test } from 'vitest'
import * as ref from '../src/index.ts'
import { FEED, KEY, SEED } from './values.ts'

describe('the grammar of multiserver addresses', () => {
  test.each([
    'net',
    'net~shs',
    'shs:::',
    'net:a#b',
    'ab:1',
    `localhost:8008:${FEED}`,
    'net:fe80!:!:1:1',
    'net:a/b@c=d+e?f#g{h}i|j"k',
    'net:!!!~!:!;',
  ])('takes %j', (text) => {
    expect(ref.checkMultiserver(text)).toBe(true)
    expect(ref.formatMultiserver(ref.parseMultiserver(text) ?? [])).toBe(text)
  })

  test.each([
    '',
    'a:1',
    'Net:1',
    '1net',
    'net:a b',
    'net:é',
    'net:\x7f',
    'net:!x',
    'net:!',
    'net:x~',
    'net;',
    ';net',
    'net~~shs',
    '-a:1',
    'n!:et:1',
    'net:\n',
  ])('refuses %j', (text) => {
    expect(ref.checkMultiserver(text)).toBe(false)
    expect(ref.decodeMultiserver(text)).toBeNull()
  })

  test('undoes escapes, and writes them', () => {
    const lists = [[{ name: 'net', data: ['a~b', '1'] }], [{ name: 'xy', data: ['!:;', ''] }]]
    expect(ref.decodeMultiserver('net:a!~b:1;xy:!!!:!;:')).toEqual(lists)
    expect(ref.encodeMultiserver(lists)).toBe('net:a!~b:1;xy:!!!:!;:')
  })

  test.each([
    [[]],
    [[[]]],
    [[[{ name: 'n', data: [] }]]],
    [[[{ name: 'net', data: [' '] }]]],
    [[[{ name: 'net', data: ['é'] }]]],
  ])('does not write %j', (lists) => expect(ref.encodeMultiserver(lists)).toBeNull())
})

describe('parseNetAddress', () => {
  const net = { host: 'a.com', port: 8008, key: FEED }
  test.each([
    [`net:a.com:8008~shs:${KEY}`, net],
    [`net:a.com:8008~shs:${KEY}:${SEED}`, { ...net, seed: SEED }],
    [`ws://a.com~shs:${KEY};net:a.com:8008~shs:${KEY}`, net],
    [`net:a.com:8008~noauth;net:b.com:1~shs:${KEY}`, { ...net, host: 'b.com', port: 1 }],
    [`net:::1:8008~shs:${KEY}`, { ...net, host: '::1' }],
    [`net:fe80!:!:1:8008~shs:${KEY}`, { ...net, host: 'fe80::1' }],
    [`net:[::1]:8008~shs:${KEY}`, { ...net, host: '::1' }],
    [`net::8008~shs:${KEY}`, { ...net, host: 'localhost' }],
    [`net:a.com:0~shs:${KEY}`, { ...net, port: 0 }],
    [`net:a.com:65535~shs:${KEY}`, { ...net, port: 65535 }],
    [`a.com:8008:${FEED}`, net],
    [`::1:8008:${FEED}`, { ...net, host: '::1' }],
    [`[::1]:8008:${FEED}`, { ...net, host: '::1' }],
  ])('reads %s', (text, parts) => expect(ref.parseNetAddress(text)).toEqual(parts))

  test.each([
    `net:a.com:65536~shs:${KEY}`,
    `net:a.com:-1~shs:${KEY}`,
    `net:a.com:1e3~shs:${KEY}`,
    `net:8008~shs:${KEY}`,
    `net:a.com:8008`,
    `net:a.com:8008~shs:${KEY.slice(1)}`,
    `net:a.com:8008~shs:${KEY.replace('k=', 'l=')}`,
    `net:a.com:8008~shs:${KEY}:x`,
    `net:a.com:8008~shs2:${KEY}`,
    `net:a.com:8008~shs:${KEY}~other`,
    `onion:a.onion:8008~shs:${KEY}`,
    `a.com:8008:@${KEY}.sha256`,
    `a b:8008:${FEED}`,
  ])('refuses %s', (text) => expect(ref.parseNetAddress(text)).toBeNull())
})

describe('the classic functions', () => {
  const shs = `shs:${KEY}`
  test('isAddress takes any address with a transform, whatever it says', () => {
    for (const text of [
      'foo:bar~baz',
      'unix:/x~noauth',
      `tunnel:${FEED}:${FEED}~${shs}`,
      'ab;cd~ef',
    ])
      expect(ref.isAddress(text), text).toBe(true)
    for (const text of ['net:a!~b', 'net', 'http://example.com', [FEED], null, undefined])
      expect(ref.isAddress(text)).toBe(false)
  })

  test('isAddress sees a transform after an escaped exclamation mark, as the grammar does', () => {
    expect(ref.isAddress(`net:a!!~${shs}`)).toBe(true)
  })

  test('addresses need a key, so the suffix .sha256 is refused in them', () => {
    const key = `@${KEY}.sha256`
    expect(ref.isAddress({ host: 'a.com', port: 1, key })).toBe(false)
    expect(ref.isAddress(`a.com:1:${key}`)).toBe(false)
    expect(ref.toMultiServerAddress({ host: 'a.com', port: 1, key })).toBeNull()
  })

  test.each([
    [`net:a.com:1~${shs}`, { host: 'a.com', port: 1, key: FEED }],
    [`ws://a.com:1~${shs}`, { host: 'ws://a.com', port: 1, key: FEED }],
    [`onion:abc.onion:1~${shs}`, { host: 'abc.onion', port: 1, key: FEED }],
    [`unix:/x~${shs};net:::1:1~${shs}`, { host: '::1', port: 1, key: FEED }],
    [`net:a.com:1~${shs}:${SEED}`, { host: 'a.com', port: 1, key: FEED }],
    [`net:a.com:1~${shs}:${SEED}:x`, { host: 'a.com', port: 1, key: FEED, seed: 'x' }],
    [`net:a.com:1~shs2:${KEY}`, { host: 'a.com', port: 1, key: FEED }],
    [`ws://a.com:1/path~${shs}`, false],
    [`wss://a.com~${shs}`, false],
    [`tunnel:${FEED}:${FEED}~${shs}`, false],
    [`net:a.com:1`, false],
    [5, false],
  ])('toLegacyAddress(%j)', (text, address) => expect(ref.toLegacyAddress(text)).toEqual(address))

  test.each([
    [{ host: 'a.com', port: 1, key: FEED }, `net:a.com:1~${shs}`],
    [{ host: 'ws://a.com', port: 1, key: FEED }, `ws://a.com:1~${shs}`],
    [{ host: 'abc.onion', port: 1, key: FEED }, `onion:abc.onion:1~${shs}`],
    [`net:a.com:1~${shs}`, `net:a.com:1~${shs}`],
    [`localhost:8008:${FEED}`, `localhost:8008:${FEED}`],
    [{ host: 'a.com', port: 65537, key: FEED }, null],
    [{ host: 'a b', port: 1, key: FEED }, null],
    [{ host: 'a.com', port: 1, key: 'x' }, null],
    [null, null],
  ])('toMultiServerAddress(%j) is %j, null where the original throws', (x, text) => {
    expect(ref.toMultiServerAddress(x)).toBe(text)
  })

  test('parseAddress checks nothing without a ~', () => {
    expect(ref.parseAddress('a.com:@k')).toEqual({ host: '', port: Number.NaN, key: '@k' })
    expect(ref.parseAddress('@k')).toEqual({ host: '', port: 8008, key: '@k' })
    expect(ref.parseAddress('a:b:1:@k')).toEqual({ host: 'a:b', port: 1, key: '@k' })
    expect(ref.parseAddress(5)).toBe(5)
  })

  test('toAddress fills in what is missing and leaves its argument alone', () => {
    const given = Object.freeze({ key: FEED, other: 1 })
    expect(ref.toAddress(given)).toEqual({ host: 'localhost', port: 8008, key: FEED, other: 1 })
    expect(ref.toAddress(`:0:${FEED}`)).toEqual({ host: 'localhost', port: 8008, key: FEED })
    expect(ref.toAddress(null)).toBeNull()
  })

  test('getKeyFromAddress', () => {
    expect(ref.getKeyFromAddress({ key: 'any' })).toBe('any')
    expect(ref.getKeyFromAddress(`net:a:1;ws://b~other~shs2:${KEY}`)).toBe(FEED)
    expect(ref.getKeyFromAddress('unix:/x~noauth')).toBeUndefined()
    expect(ref.getKeyFromAddress('not one')).toBeUndefined()
  })
})

describe('invites', () => {
  const legacy = `a.com:1:${FEED}~${SEED}`
  const modern = `net:a.com:1~shs:${KEY}:${SEED}`
  const remote = `net:a.com:1~shs:${KEY}`

  test('legacy invites come out in multiserver form', () => {
    const parts = { invite: modern, key: FEED, remote, redirect: null }
    expect(ref.parseInvite(legacy)).toEqual(parts)
    expect(ref.parseInvite(`${legacy}#a#b`)).toEqual({ ...parts, redirect: '#a#b' })
    expect(ref.isLegacyInvite(legacy.replace('vU=', 'vV='))).toBe(true)
    expect(ref.isLegacyInvite(`${legacy}~x`)).toBe(false)
  })

  test('multiserver invites keep their text; the seed is dropped from the remote', () => {
    const two = `${modern};ws://a.com:2~shs:${KEY}:${SEED}`
    expect(ref.parseInvite(two)).toEqual({ invite: two, key: FEED, remote, redirect: null })
  })

  test('an address without a seed passes for an invite, and parse tells the two apart', () => {
    expect(ref.isInvite(remote)).toBe(true)
    expect(ref.parse(remote)?.kind).toBe('address')
    expect(ref.parse(modern)).toMatchObject({
      kind: 'invite',
      key: FEED,
      seed: SEED,
      redirect: null,
    })
    expect(ref.parse(legacy)).toEqual(ref.parse(modern))
  })

  test('what is no invite gives null, also where the original throws', () => {
    for (const x of ['', 'a.com', remote.replace(KEY, 'x'), FEED, 5, null]) {
      expect(ref.parseInvite(x)).toBeNull()
      expect(ref.parseLegacyInvite(x)).toBeNull()
      expect(ref.parseMultiServerInvite(x)).toBeNull()
    }
  })
})
