import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { filterOf, mapOf, pipeline } from '../src/mfr.ts'

const run = (query: unknown, items: readonly unknown[]): unknown[] => {
  const ready = pipeline(query)
  return [...items.flatMap((item) => ready.push(item)), ...ready.end()]
}

describe('$filter', () => {
  test.each([
    ['a', 'a', true],
    ['a', 'b', false],
    [1, 1, true],
    [1, '1', false],
    [false, false, true],
    [null, undefined, true],
    [null, null, true],
    [null, 0, false],
    [{ a: 1 }, { a: 1, b: 2 }, true],
    [{ a: 1 }, { a: 2 }, false],
    [{ a: 1 }, undefined, false],
    [{ a: null }, {}, true],
    [{ a: { b: null } }, {}, false],
    [['x', 1], ['x', 1, 2], true],
    [['x', 1], ['x', 2], false],
    [{ $prefix: 'ab' }, 'abc', true],
    [{ $prefix: 'ab' }, 'ac', false],
    [{ $prefix: ['a', 1] }, ['a', 1, 'c'], true],
    [{ $prefix: ['a', 1] }, ['a', 2], false],
    [{ $gt: 1 }, 2, true],
    [{ $gt: 1 }, 1, false],
    [{ $gte: 1, $lt: 3 }, 1, true],
    [{ $gte: 1, $lt: 3 }, 3, false],
    [{ $lte: 'b' }, 'b', true],
    [{ $lte: 'b' }, 'c', false],
    [{ $gt: 0 }, undefined, false],
    [{ $what: 1 }, 1, false],
    [{ constructor: null }, {}, true],
    [{ __proto__: { a: 1 } }, {}, true],
  ])('%j on %j: %j', (rule, value, wanted) => {
    expect(filterOf(rule)(value)).toBe(wanted)
  })
})

describe('$map', () => {
  const item = { key: 'k', value: { author: 'a', content: { type: 'post' } } }
  test.each([
    ['key', 'k'],
    [['value', 'author'], 'a'],
    [true, item],
    [
      { id: 'key', type: ['value', 'content', 'type'] },
      { id: 'k', type: 'post' },
    ],
    [{ none: 'nothing' }, undefined],
    [{ a: { b: ['value', 'author'] } }, { a: { b: 'a' } }],
    [['value', 'toString'], undefined],
  ])('%j gives %j', (rule, wanted) => {
    expect(mapOf(rule)(item)).toEqual(wanted)
  })
})

describe('a pipeline', () => {
  const items = [{ t: 'a', n: 1 }, { t: 'b', n: 2 }, { t: 'a', n: 3 }, { t: 'a' }]
  test.each([
    [[], items],
    [null, items],
    [[{ $filter: { t: 'a' } }], [items[0], items[2], items[3]]],
    [
      [{ $filter: { t: 'a' } }, { $map: 'n' }],
      [1, 3],
    ],
    [[{ $map: 'n' }, { $reduce: { $sum: true } }], [6]],
    [[{ $reduce: { $count: true } }], [4]],
    [[{ $reduce: { $collect: 'n' } }], [[1, 2, 3]]],
    [[{ $reduce: { $min: 'n' } }], [1]],
    [[{ $reduce: { $max: 'n' } }], [3]],
    [[{ $reduce: { $first: 't' } }], ['a']],
    [[{ $reduce: { $last: 'n' } }], [3]],
    [
      [{ $reduce: { type: 't', count: { $count: true }, sum: { $sum: 'n' } } }],
      [
        { type: 'a', count: 3, sum: 4 },
        { type: 'b', count: 1, sum: 2 },
      ],
    ],
    [[{ $reduce: { $group: ['t'], $reduce: { $count: true } } }], [{ a: 3, b: 1 }]],
    [[{ $reduce: { c: { $count: true } } }, { $map: 'c' }], [4]],
    // As ssb-query answers it.
    [[{ $reduce: { c: { $count: true }, max: { $max: 'n' } } }], [4, 3]],
    [
      [null, false, { $map: 'n' }],
      [1, 2, 3],
    ],
    [{ $map: 't' }, ['a', 'b', 'a', 'a']],
  ])('%j', (query, wanted) => {
    expect(run(query, items)).toEqual(wanted)
  })

  test('refuses what it does not know', () => {
    for (const bad of [[{ $what: 1 }], ['x'], [{ $map: null }], [{ $reduce: { $what: 1 } }], [7]])
      expect(() => pipeline(bad)).toThrow(
        expect.objectContaining({
          code: 'SSB_QUERY_SYNTAX',
          message: expect.stringContaining('unknown function:'),
        }),
      )
    let deep: unknown = 1
    for (let i = 0; i < 100_000; i++) deep = { a: deep }
    expect(() => pipeline([{ $filter: deep }])).toThrow(/too deeply/)
    expect(() => pipeline([{ $map: deep }])).toThrow(/too deeply/)
  })

  test('never throws on any item once it is ready', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (query, item) => {
        let ready: ReturnType<typeof pipeline>
        try {
          ready = pipeline(query)
        } catch (error) {
          expect(error).toMatchObject({ code: 'SSB_QUERY_SYNTAX' })
          return
        }
        ready.push(item)
        ready.end()
      }),
      { numRuns: 300 },
    )
  })
})
