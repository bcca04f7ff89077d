import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type Address,
  checkMultiserver,
  feedIdFromKey,
  format,
  formatMultiserver,
  formatNetAddress,
  formatUri,
  fromBlobSigil,
  fromFeedSigil,
  fromMessageSigil,
  isBlobId,
  isFeedId,
  isMsgId,
  keyOfFeedId,
  type Parsed,
  parse,
  parseMultiserver,
  parseNetAddress,
  parseUri,
  type SsbUri,
  toBlobSigil,
  toFeedSigil,
  toMessageSigil,
} from '../src/index.ts'
import { anything, key, nearly } from './values.ts'

/** How often each law is tried: `npm run properties -- --cases N` raises it, to a tenth of N. */
const cases = (usual: number): number =>
  Math.max(usual, Number(globalThis.process?.env['SSB_CASES'] ?? 0) / 10)

const RUNS = { numRuns: cases(1000) }

const name = fc.stringMatching(/^[a-z][a-z0-9-]{1,8}$/)
const protocol = fc.record({
  name,
  data: fc.array(fc.stringMatching(/^[\x21-\x7e]{0,12}$/), { maxLength: 4 }),
})
const address: fc.Arbitrary<Address> = fc.record({
  transport: protocol,
  transforms: fc.array(protocol, { maxLength: 3 }),
})
const addresses = fc.array(address, { minLength: 1, maxLength: 3 })
const shs = (data: fc.Arbitrary<string[]>): fc.Arbitrary<Address> =>
  fc.record({
    transport: protocol,
    transforms: data.map((values) => [{ name: 'shs', data: values }]),
  })

const query = fc.array(fc.tuple(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' })), {
  maxLength: 3,
})
const uri: fc.Arbitrary<SsbUri> = fc.oneof(
  fc.record({
    form: fc.constant('reference' as const),
    type: fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/).filter((t) => t !== 'address'),
    format: fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/).filter((f) => !/^(sha256|ed25519)$/.test(f)),
    data: key,
    extraData: key,
    query,
  }),
  key.map(
    (data) =>
      parseUri(`ssb:feed/classic/${data.replaceAll('+', '-').replaceAll('/', '_')}`) as SsbUri,
  ),
  fc.record({
    form: fc.constant('address' as const),
    address: addresses.map((a) => formatMultiserver(a) ?? ''),
    query,
  }),
  query.map((pairs) => ({
    form: 'experimental' as const,
    action: 'consume-alias',
    query: [['action', 'consume-alias'] as const, ...pairs],
  })),
)
const parsed: fc.Arbitrary<Parsed> = fc.oneof(
  fc.record({
    kind: fc.constant('feed' as const),
    id: key.map((k) => `@${k}.ed25519` as const),
    query,
  }),
  fc.record({
    kind: fc.constant('message' as const),
    id: key.map((k) => `%${k}.sha256` as const),
    query,
  }),
  fc.record({
    kind: fc.constant('blob' as const),
    id: key.map((k) => `&${k}.sha256` as const),
    query,
  }),
  fc.record({
    kind: fc.constant('cloaked' as const),
    id: key.map((k) => `%${k}.cloaked` as const),
    query,
  }),
  uri.map((u) => ({ kind: 'uri' as const, uri: u })),
  shs(key.map((k) => [k])).map((a) => ({ kind: 'address' as const, addresses: [a] })),
  fc.tuple(key, key).chain(([k, seed]) =>
    fc.record({
      kind: fc.constant('invite' as const),
      addresses: fc
        .record({
          transport: fc
            .constantFrom('net', 'ws', 'onion')
            .map((n) => ({ name: n, data: ['a.com', '1'] })),
          transforms: fc.constant([{ name: 'shs', data: [k, seed] }]),
        })
        .map((a) => [a]),
      key: fc.constant(feedIdFromKey(k)),
      seed: fc.constant(seed),
      redirect: fc.option(fc.string().map((text) => `#${text}`)),
    }),
  ),
)

describe('parse and format', () => {
  test('parse(format(parts)) is parts', () => {
    fc.assert(
      fc.property(parsed, (parts) => {
        const text = format(parts)
        expect(text).not.toBeNull()
        expect(parse(text)).toEqual(parts)
      }),
      RUNS,
    )
  })

  test('what parse takes can be written and comes back the same', () => {
    fc.assert(
      fc.property(anything, (x) => {
        const parts = parse(x)
        if (parts) expect(parse(format(parts))).toEqual(parts)
      }),
      { numRuns: cases(5000) },
    )
  })
})

describe('multiserver addresses', () => {
  test('parse(format(addresses)) is addresses, whatever the data holds', () => {
    fc.assert(
      fc.property(addresses, (list) => {
        const text = formatMultiserver(list)
        expect(checkMultiserver(text)).toBe(true)
        expect(parseMultiserver(text)).toEqual(list)
      }),
      RUNS,
    )
  })

  test('format(parse(text)) is text', () => {
    fc.assert(
      fc.property(nearly, (text) => {
        const list = parseMultiserver(text)
        if (list) expect(formatMultiserver(list)).toBe(text)
      }),
      { numRuns: cases(5000) },
    )
  })

  test('dialable addresses round-trip', () => {
    const net = fc.record(
      {
        host: fc.oneof(fc.domain(), fc.ipV4(), fc.ipV6()),
        port: fc.integer({ min: 0, max: 65535 }),
        key: key.map(feedIdFromKey),
        seed: key,
      },
      { requiredKeys: ['host', 'port', 'key'] },
    )
    fc.assert(
      fc.property(net, (n) => {
        expect(parseNetAddress(formatNetAddress(n))).toEqual(n)
      }),
      RUNS,
    )
  })
})

describe('ids and URIs', () => {
  test('a key and its feed id', () => {
    fc.assert(
      fc.property(key, (k) => {
        expect(isFeedId(feedIdFromKey(k))).toBe(true)
        expect(keyOfFeedId(feedIdFromKey(k))).toBe(k)
      }),
      RUNS,
    )
  })

  test('a sigil and its URI in all three spellings', () => {
    fc.assert(
      fc.property(key, (k) => {
        const cases = [
          [`@${k}.ed25519`, fromFeedSigil, toFeedSigil, isFeedId],
          [`%${k}.sha256`, fromMessageSigil, toMessageSigil, isMsgId],
          [`&${k}.sha256`, fromBlobSigil, toBlobSigil, isBlobId],
        ] as const
        for (const [id, from, to, is] of cases) {
          expect(is(id)).toBe(true)
          const text = from(id) as string
          const data = text.slice(4)
          for (const spelling of [text, `ssb://${data}`, `ssb:${data.replaceAll('/', ':')}`])
            expect(to(spelling)).toBe(id)
        }
      }),
      RUNS,
    )
  })

  test('parse(format(uri)) is uri', () => {
    fc.assert(
      fc.property(uri, (parts) => {
        const text = formatUri(parts)
        expect(text).not.toBeNull()
        expect(parseUri(text)).toEqual(parts)
      }),
      RUNS,
    )
  })
})
