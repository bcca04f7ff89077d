import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Key, keys, optionOf, resolveConfig, type Sources } from '../src/index.ts'

const HOME = '/home/me'

/** Values of the type of an option, with the text that a person would write for each. */
function valuesOf(key: Key): fc.Arbitrary<readonly [value: unknown, text: string]> {
  const { type, min = 0, max = 1_000_000, values = [] } = optionOf(key)
  const word = fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/)
  switch (type) {
    case 'integer':
      return fc.integer({ min, max }).map((n) => [n, String(n)])
    case 'boolean':
      return fc.boolean().map((b) => [b, String(b)])
    case 'choice':
      return fc.constantFrom(...values).map((text) => [text, text])
    case 'key32':
      return fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => {
        const text = Buffer.from(bytes).toString('base64')
        return [text, text]
      })
    case 'feeds':
      return fc
        .array(fc.uint8Array({ minLength: 32, maxLength: 32 }), { minLength: 1 })
        .map((all) => {
          const ids = all.map((bytes) => `@${Buffer.from(bytes).toString('base64')}.ed25519`)
          return [ids, ids.join(' ')]
        })
    case 'texts':
      return fc.array(word, { minLength: 1 }).map((list) => [list, list.join(',')])
    case 'tree':
      return fc
        .dictionary(
          word,
          values.length > 0 ? fc.constantFrom(...values) : fc.oneof(fc.integer(), word),
        )
        .map((tree) => [tree, JSON.stringify(tree)])
    case 'text':
    case 'folder':
      return word.map((text) => [text, text])
  }
}

const nest = (key: string, value: unknown): unknown =>
  key.split('.').reduceRight<unknown>((inner, name) => ({ [name]: inner }), value)

/** These have rules of their own, tested elsewhere. */
const SPECIAL: ReadonlySet<Key> = new Set([
  'connections.incoming',
  'connections.outgoing',
  'socks',
  'ws.key',
  'ws.cert',
])
const plain = keys.filter((key) => !SPECIAL.has(key))

describe.each(plain)('%s', (key) => {
  const said = (sources: Partial<Sources>): unknown => {
    const resolved = resolveConfig({ home: HOME, ...sources })
    if (!resolved.ok) throw new Error(resolved.problems[0].reason)
    return resolved.explain(key).value
  }

  test('a value is the same in the file, the environment and a flag', () => {
    fc.assert(
      fc.property(valuesOf(key), ([value, text]) => {
        const file = { name: 'f', text: JSON.stringify(nest(key, value)) }
        const name = `ssb_${key.replaceAll('.', '__')}`
        expect(said({ files: [file] })).toEqual(value)
        expect(said({ environment: { [name]: text } })).toEqual(value)
        expect(said({ flags: [{ key, value: text }] })).toEqual(value)
      }),
      { numRuns: 10 },
    )
  })
})
