// Three signed messages worked out with the reference implementation: text, bytes, lengths and ids.
import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { encode, lowBytes, signedText, toBase64, toHex, unsignedText, utf8 } from '../src/index.ts'

const sha256 = (bytes: Uint8Array): Uint8Array =>
  Uint8Array.from(createHash('sha256').update(bytes).digest())
const idOf = (bytes: Uint8Array): string => `%${toBase64(sha256(bytes))}.sha256`

/** The public key of the seed of 32 bytes 0x01. */
const AUTHOR = '@iojj3XQJ8ZX9UtstPLpdcspnCb8dlBIb83SIAbQPb1w=.ed25519'

const unsigned = (content: unknown): object => ({
  previous: null,
  sequence: 1,
  author: AUTHOR,
  timestamp: 1500000000000,
  hash: 'sha256',
  content,
})
const hello = { type: 'post', text: 'hello' }
const strange = {
  type: 'post',
  text: 'é ☃ 😀 \u0000\u001f\u007f\u2028"\\/',
  n: [1e21, 1e-7, 0.1, -0, 100, 1.5e300],
  2: 'b',
  1: 'a',
  e: {},
  a: [],
  nul: null,
}

const cases = [
  {
    name: 'plain',
    content: hello,
    units: 218,
    bytes: 218,
    hash: 'b6944c327d0b6c0ba94c01cc85c77c08207f8c3fc15a0a416c16c70e008758bb',
    signature:
      'zjKo11l1CnXcVGudVWv0ncBWBTrcwa8m2pqIRL+3ZG/M9eWX9VscLtr6UsaUw2oFsVikaJNcIYKULrUPLlI7DA==.sig.ed25519',
    id: '%4bqbUTWpb+MYNRnKxOFaofgCIZsAv3ZgJzdasEV/RKE=.sha256',
  },
  {
    name: 'with a network key, which changes only the signature',
    content: hello,
    units: 218,
    bytes: 218,
    hash: 'b6944c327d0b6c0ba94c01cc85c77c08207f8c3fc15a0a416c16c70e008758bb',
    signature:
      'wU43UPdJeN+GNW4KKpca1Zn9rE1a7m0BXZmFvvIFI4qhDYz1jKT7fqnkpQf183UkMHB6isMK8NBHTJzOSs8gCQ==.sig.ed25519',
    id: '%vbvyTBRtmVqhMZ5j6Ck0WedL7wqRFH2Nsv4M8mhakHw=.sha256',
  },
  {
    name: 'with all that is strange',
    content: strange,
    units: 399,
    bytes: 406,
    hash: 'ce8cc7d62aa1996730ce45d32d93326ea454acdff215fc3d669efb5eb1b1f4da',
    signature:
      '5qyIF0BDSgpd+AwfcvCsDqODEHmovLmZAVPTkI5MrTH5BmsenPy1YLdaBBqY4foOsK0TNUzSVHbM7IRhTFPuBg==.sig.ed25519',
    id: '%85CcPVwyOFzhOZ+HG89Qz3ErpU4yBQTTfvrXwEA54l8=.sha256',
  },
] as const

describe.each(cases)('a message $name', ({ content, units, bytes, hash, signature, id }) => {
  const text = encode(unsigned(content))
  const signed = encode({ ...unsigned(content), signature })

  test('the text to sign', () => {
    expect(text).toHaveLength(units)
    expect(utf8(text)).toHaveLength(bytes)
    expect(toHex(sha256(utf8(text)))).toBe(hash)
  })

  test('the text with its signature, 119 units longer', () => {
    expect(signed).toHaveLength(units + 119)
    expect(signedText(text, signature)).toBe(signed)
    expect(unsignedText(signed)).toBe(text)
  })

  test('the id', () => expect(idOf(lowBytes(signed))).toBe(id))
})

test('the id is not that of the UTF-8 bytes', () => {
  const signed = encode({ ...unsigned(strange), signature: cases[2].signature })
  expect(idOf(utf8(signed))).toBe('%FcLLX4cmrxPQn2wi+r3XZ/pN/LPH8hxv43WBRcffDtI=.sha256')
})
