// What is found agrees with a model that looks at every text.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { wordsOf } from '../src/index.ts'
import { openSqlite } from '../src/sqlite.ts'

const word = fc.constantFrom('ant', 'anthill', 'hill', 'été', 'ete', 'слон', 'слоны', '大象', 'x1y')
const text = fc.array(word, { maxLength: 6 }).map((words) => words.join(', '))

const folded = (one: string): string => one.normalize('NFD').replaceAll(/\p{M}/gu, '')

test('texts with every word, by its beginning, newest first', () => {
  const change = fc.oneof(
    fc.record({ add: text }),
    fc.record({ remove: fc.nat(30) }),
    fc.record({ find: fc.array(word, { maxLength: 3 }), limit: fc.nat(10) }),
  )
  fc.assert(
    fc.property(fc.array(change, { maxLength: 40 }), (changes) => {
      const engine = openSqlite(null)
      const texts = new Map<number, string>()
      let position = 0
      for (const one of changes)
        if ('add' in one) {
          texts.set(position, one.add)
          engine.write([{ position, text: one.add }], { position, id: null })
          expect(engine.mark()).toEqual({ position, id: null })
          position++
        } else if ('remove' in one) {
          texts.delete(one.remove)
          engine.remove([one.remove])
        } else {
          const words = wordsOf(one.find.join(' '))
          if (words.length === 0) continue
          const fits = [...texts].filter(([, has]) =>
            words.every((wanted) =>
              wordsOf(has).some((had) => folded(had).startsWith(folded(wanted))),
            ),
          )
          const wanted = fits.map(([at]) => at).reverse()
          expect(engine.find(words, one.limit)).toEqual(wanted.slice(0, one.limit))
        }
      engine.close()
    }),
  )
})
