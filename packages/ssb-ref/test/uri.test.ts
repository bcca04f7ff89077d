import { describe, expect, test } from 'vitest'
import * as ref from '../src/index.ts'
import { BLOB, FEED, KEY, MSG } from './values.ts'

const DATA = KEY.replaceAll('+', '-').replaceAll('/', '_')
const ADDRESS = `net:a.com:8008~shs:${KEY}`

describe('parseUri', () => {
  test.each([
    [`ssb:message/classic/${DATA}`, 'message', 'classic', MSG],
    [`ssb:message:sha256:${DATA}`, 'message', 'classic', MSG],
    [`ssb://feed/ed25519/${DATA}`, 'feed', 'classic', FEED],
    [`ssb:blob/sha256/${DATA}?unbox=x`, 'blob', 'classic', BLOB],
    [`ssb:message/cloaked/${DATA}#part`, 'message', 'cloaked', `%${KEY}.cloaked`],
    [`ssb:feed/bendybutt-v1/${DATA}`, 'feed', 'bendybutt-v1', undefined],
    [`ssb:hat/felt/${DATA}`, 'hat', 'felt', undefined],
  ])('%s', (text, type, format, id) => {
    const uri = ref.parseUri(text)
    expect(uri).toMatchObject({ form: 'reference', type, format, data: KEY })
    expect(uri?.form === 'reference' ? uri.id : null).toBe(id)
  })

  test.each([
    'ssb:',
    `SSB:feed/classic/${DATA}`,
    `ssb:feed/classic:${DATA}`,
    `ssb://feed:classic:${DATA}`,
    `ssb:feed/classic/${DATA}/`,
    'ssb:feed/classic/abc',
    `ssb:feed/classic/${DATA.replace('k=', 'l=')}`,
    `ssb:feed/classic/${KEY}`,
    `ssb:feed/classic/${DATA}/${DATA}`,
    `ssb:feed/classic/${DATA}?a=%zz`,
    `ssb:feed/classic/${DATA}?a=é`,
    'ssb:address/multiserver',
    'ssb:address/multiserver?multiserverAddress=',
    'ssb:address/multiserver?multiserverAddress=no%20address',
    'ssb:experimental',
    'ssb:experimentalFOO?a=b',
  ])('refuses %s', (text) => expect(ref.parseUri(text)).toBeNull())

  test('keeps the parent of a buttwoo feed', () => {
    const text = `ssb:feed/buttwoo-v1/${DATA}/${DATA}`
    const uri = ref.parseUri(text)
    expect(uri).toMatchObject({ data: KEY, extraData: KEY })
    expect(uri && ref.formatUri(uri)).toBe(text)
  })

  test.each(['ssb:address/multiserver', 'ssb:address:multiserver', 'ssb://address/multiserver/'])(
    'reads the address in %s?…',
    (start) => {
      const uri = `${start}?multiserverAddress=${encodeURIComponent(ADDRESS)}`
      expect(ref.toMultiserverAddress(uri)).toBe(ADDRESS)
      expect(ref.isAddressSSBURI(uri)).toBe(true)
    },
  )

  test.each(['ssb:experimental', 'ssb://experimental', 'ssb:experimental/'])(
    'reads %s?…',
    (start) => {
      const uri = `${start}?action=claim-http-invite&invite=39c0&postTo=https%3A%2F%2Fa.com`
      expect(ref.parseUri(uri)).toEqual({
        form: 'experimental',
        action: 'claim-http-invite',
        query: [
          ['action', 'claim-http-invite'],
          ['invite', '39c0'],
          ['postTo', 'https://a.com'],
        ],
      })
      expect(ref.isExperimentalSSBURIWithAction('claim-http-invite')(uri)).toBe(true)
      expect(ref.isExperimentalSSBURIWithAction('consume-alias')(uri)).toBe(false)
    },
  )
})

describe('the names of ssb-uri2', () => {
  test('isSSBURI wants a known type and format', () => {
    expect(ref.isSSBURI(`ssb:feed/classic/${DATA}`)).toBe(true)
    expect(ref.isSSBURI('ssb:experimental?a=b')).toBe(true)
    expect(ref.isSSBURI(`ssb:hat/felt/${DATA}`)).toBe(false)
    expect(ref.isSSBURI(`ssb:toString/felt/${DATA}`)).toBe(false)
  })

  test('sigils, cloaked ones included', () => {
    expect(ref.fromMessageSigil(`%${KEY}.cloaked`)).toBe(`ssb:message/cloaked/${DATA}`)
    expect(ref.toMessageSigil(`ssb:message/cloaked/${DATA}`)).toBeNull()
    expect(ref.fromFeedSigil(`@${KEY}.sha256`)).toBeNull()
    expect(ref.toFeedSigil(`ssb:message/classic/${DATA}`)).toBeNull()
  })

  test('compose keeps a deprecated format, and gives null where ssb-uri2 throws', () => {
    expect(ref.compose({ type: 'feed', format: 'ed25519', data: KEY })).toBe(
      `ssb:feed/ed25519/${DATA}`,
    )
    expect(ref.compose({ type: 'hat', format: 'felt', data: 'abc' })).toBe('ssb:hat/felt/abc')
    expect(ref.compose({ type: 'feed', format: 'lols', data: KEY })).toBeNull()
    expect(ref.compose({ type: 'feed', format: 'classic', data: 'ABCDE' })).toBeNull()
    expect(ref.compose({ type: 'feed', format: 'classic' } as never)).toBeNull()
  })

  test('decompose reads every spelling', () => {
    for (const uri of [
      `ssb:blob/sha256/${DATA}`,
      `ssb://blob/classic/${DATA}?a=b`,
      `ssb:blob:classic:${DATA}`,
    ])
      expect(ref.decompose(uri)).toEqual({ type: 'blob', format: 'classic', data: KEY })
    expect(ref.decompose('ssb:')).toBeNull()
  })

  test('finds URIs in a text', () => {
    const feed = `ssb:feed/buttwoo-v1/${DATA}/${DATA}`
    const message = `ssb://message/classic/${DATA}`
    const text = `see ${feed}, and ${message}.`
    expect(ref.getFeedSSBURIRegex().exec(text)?.[0]).toBe(feed)
    expect(ref.getMessageSSBURIRegex().exec(text)?.[0]).toBe(message)
  })
})

describe('parse and format', () => {
  test.each([
    FEED,
    MSG,
    `%${KEY}.cloaked`,
    `${BLOB}?unbox=${KEY}.boxs`,
    ADDRESS,
    `${ADDRESS}:${KEY}#back`,
    `ssb:feed/classic/${DATA}`,
    'ssb:experimental?action=a&b=c%20d',
  ])('%s comes back as it is', (text) => {
    const parts = ref.parse(text)
    expect(parts && ref.format(parts)).toBe(text)
  })

  test('objects of host, port and key are addresses', () => {
    expect(ref.parse({ host: 'a.com', port: 8008, key: FEED })).toEqual(ref.parse(ADDRESS))
    expect(ref.parse({ host: 'a.com', port: 65536, key: FEED })).toBeNull()
  })

  test.each([
    '',
    'net:a.com:1',
    'http://a.com',
    `@${KEY}.sha256`,
    `${BLOB}?é`,
    `${BLOB}#x`,
    'ssb:',
    5,
    null,
  ])('refuses %j', (x) => expect(ref.parse(x)).toBeNull())
})
