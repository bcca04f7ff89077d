// Values that tests share: ids, and things that throw when they are looked at.
import fc from 'fast-check'

export const KEY: string = 'jEA8WSl0URsB/g/XYG5zCGBkMOyTeBZfGtbw3RJMIuk='
export const SEED: string = 'DxiHEv+ds+zUzA49efDgZk8ssGeqrp/5kgvRVzTM7vU='
export const FEED: string = `@${KEY}.ed25519`
export const MSG: string = `%${KEY}.sha256`
export const BLOB: string = `&${KEY}.sha256`

export const key: fc.Arbitrary<string> = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .map((bytes) => Buffer.from(bytes).toString('base64'))

const bad = (): never => {
  throw new Error('looked at')
}

const revoked = (): object => {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}

/** One of each kind of value that is easily forgotten. */
export const ODD: readonly unknown[] = [
  undefined,
  null,
  true,
  0,
  -0,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  10n,
  Symbol('s'),
  '',
  '\ud800',
  bad,
  [],
  [FEED],
  {},
  Object.create(null),
  new Date(Number.NaN),
  new Map(),
  Buffer.from(FEED),
  revoked(),
  new Proxy({}, { get: bad, ownKeys: bad, has: bad, getPrototypeOf: bad }),
  { toString: bad, valueOf: bad, [Symbol.toPrimitive]: bad },
  Object.defineProperty({}, 'key', { get: bad, enumerable: true }),
  { host: Symbol('h'), port: Symbol('p'), key: Symbol('k') },
  { host: 'a.com', port: { valueOf: bad }, key: FEED },
  { kind: 'feed' },
  { kind: 'feed', id: Symbol('i'), query: [] },
  { kind: 'uri', uri: { form: 'reference' } },
  { kind: 'address', addresses: [null] },
  { kind: 'invite', addresses: 5 },
  [[{ name: 'net', data: [Symbol('d')] }]],
  [{ transport: null, transforms: null }],
]

const parts: fc.Arbitrary<string> = fc.oneof(
  key,
  key.map((k) => `@${k}.ed25519`),
  key.map((k) => `%${k}.sha256`),
  fc.constantFrom(
    'net',
    'ws',
    'wss',
    'onion',
    'shs',
    'localhost',
    'a.com',
    '1.2.3.4',
    '::1',
    '8008',
    '0',
    '-1',
    '65536',
    '//a.com',
    'ssb',
    'message',
    'feed',
    'classic',
    'experimental',
    'address',
    'multiserver',
    'é',
    '%41',
    '%zz',
    '[::1]',
  ),
)
const separators: fc.Arbitrary<string> = fc.constantFrom(
  ':',
  '~',
  ';',
  '!',
  '#',
  '?',
  '/',
  '//',
  '&',
  '=',
  '@',
  '%',
  '.',
  '~shs:',
  'unbox=',
  '\n',
  ' ',
)

/** Texts made of what references, addresses, invites and URIs are made of, mostly not quite right. */
export const nearly: fc.Arbitrary<string> = fc
  .array(fc.oneof(parts, separators), { maxLength: 16 })
  .map((pieces) => pieces.join(''))

export const anything: fc.Arbitrary<unknown> = fc.oneof(
  nearly,
  fc.string({ unit: 'binary' }),
  fc.anything({
    withBigInt: true,
    withDate: true,
    withMap: true,
    withNullPrototype: true,
    withTypedArray: true,
  }),
  fc.record({
    host: fc.anything(),
    port: fc.anything(),
    key: fc.oneof(
      fc.anything(),
      key.map((k) => `@${k}.ed25519`),
    ),
  }),
)
