import { readFileSync } from 'node:fs'
import { parseNetAddress } from '@scuttlebot/ssb-ref'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isPrivateHost } from '../src/code.ts'
import { readCode } from '../src/index.ts'

const KEY = 'CIlwTOK+m6v1hT2zUVOCJvvZq7KE/65ErN6yA2yrURY='
const SEED = 'KVvak/aZeQJQUrn1imLIvwU+EVTkCzGW8TJWTmK8lOk='
const pub = `@${KEY}.ed25519`
const legacy = `one.example:8008:${pub}~${SEED}`
const plain = {
  address: `net:one.example:8008~shs:${KEY}:${SEED}`,
  remote: `net:one.example:8008~shs:${KEY}`,
  pub,
  announced: { host: 'one.example', port: 8008, key: pub },
  redirect: null,
}

test.each([
  ['legacy', legacy, plain],
  ['in quotes, with spaces', ` "${legacy}"\n`, plain],
  ['as an object', { invite: legacy }, plain],
  ['with a redirect', `${legacy}#a#b`, { ...plain, redirect: '#a#b' }],
  ['multiserver', plain.address, plain],
  [
    'IPv6',
    `2a03:2267::ba27:8080:${pub}~${SEED}`,
    {
      ...plain,
      address: `net:2a03:2267::ba27:8080~shs:${KEY}:${SEED}`,
      remote: `net:2a03:2267::ba27:8080~shs:${KEY}`,
      announced: { host: '2a03:2267::ba27', port: 8080, key: pub },
    },
  ],
  [
    'IPv6 in brackets, as go-ssb writes it',
    `[2a03:2267::ba27]:8080:${pub}~${SEED}`,
    {
      ...plain,
      address: `net:2a03:2267::ba27:8080~shs:${KEY}:${SEED}`,
      remote: `net:2a03:2267::ba27:8080~shs:${KEY}`,
      announced: { host: '2a03:2267::ba27', port: 8080, key: pub },
    },
  ],
  [
    'onion',
    `abc.onion:8008:${pub}~${SEED}`,
    {
      ...plain,
      address: `onion:abc.onion:8008~shs:${KEY}:${SEED}`,
      remote: `onion:abc.onion:8008~shs:${KEY}`,
      announced: { host: 'abc.onion', port: 8008, key: pub },
    },
  ],
  [
    'WebSocket, with a path and no port',
    `wss://one.example/ssb~shs:${KEY}:${SEED}`,
    {
      ...plain,
      address: `wss://one.example/ssb~shs:${KEY}:${SEED}`,
      remote: `wss://one.example/ssb~shs:${KEY}`,
      announced: `wss://one.example/ssb~shs:${KEY}`,
    },
  ],
  [
    'with alternatives: all that have the same key and seed',
    `ws://one.example~shs:${KEY}:${SEED};${plain.address};net:x.example:1~shs:${KEY}`,
    {
      ...plain,
      address: `ws://one.example~shs:${KEY}:${SEED};${plain.address}`,
      remote: `ws://one.example~shs:${KEY};${plain.remote}`,
      announced: `ws://one.example~shs:${KEY};${plain.remote}`,
    },
  ],
])('reads %s', (_name, code, expected) => {
  expect(readCode(code)).toEqual(expected)
})

test.each([
  ['an address without a seed', plain.remote],
  ['a seed that is short', `one.example:8008:${pub}~${SEED.slice(4)}`],
  ['no host', `:8008:${pub}~${SEED}`],
  ['a port too high', `one.example:65536:${pub}~${SEED}`],
  ['an address inside the host', `x;net:y.example:8008:${pub}~${SEED}`],
  ['a web page', 'https://example.com/join?invite=abc'],
  ['too long', `${'a'.repeat(2000)}.example:8008:${pub}~${SEED}`],
  ['null', null],
  ['an object without an invite', {}],
])('refuses %s', (_name, code) => {
  expect(readCode(code)).toBeNull()
})

const vectors = JSON.parse(
  readFileSync(new URL('../../../vectors/go-ssb/invites.json', import.meta.url), 'utf8'),
) as { invite: string; valid: boolean; host?: string; port?: number }[]

test.each(vectors)('go-ssb: $invite', ({ invite, valid, host, port }) => {
  const code = readCode(invite)
  expect(code !== null).toBe(valid)
  if (valid) expect(code?.announced).toMatchObject({ host, port })
})

test('what has no port is no invite', () => {
  expect(readCode(plain.address.replace('8008', '"8008'))).toBe(null)
  expect(readCode(legacy.replace('8008', '"8008'))).toBe(null)
})

test('is total, and what it reads can be dialled', () => {
  const text = fc.oneof(
    fc.string(),
    fc.constantFrom(legacy, plain.address),
    fc.string({ unit: 'binary' }),
  )
  fc.assert(
    fc.property(text, fc.nat(200), fc.string({ maxLength: 3 }), (base, at, added) => {
      const code = readCode(base.slice(0, at) + added + base.slice(at))
      if (code?.address.startsWith('net:')) {
        expect(parseNetAddress(code.address)?.seed).toBeDefined()
        expect(parseNetAddress(code.remote)?.seed).toBeUndefined()
      }
    }),
  )
  fc.assert(fc.property(fc.anything(), (value) => void readCode(value)))
})

test.each([
  ['localhost', true],
  ['', true],
  ['127.0.0.1', true],
  ['10.1.2.3', true],
  ['172.15.0.1', false],
  ['172.16.0.1', true],
  ['172.31.0.1', true],
  ['172.32.0.1', false],
  ['192.168.1.1', true],
  ['192.169.1.1', false],
  ['fe80::1', true],
  ['fd00::1', true],
  ['2001:db8::1', false],
  ['box.local', true],
  ['one.example', false],
])('%s is private: %s', (host, isPrivate) => {
  expect(isPrivateHost(host)).toBe(isPrivate)
})
