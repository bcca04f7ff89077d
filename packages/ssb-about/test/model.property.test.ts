// The answers agree with a model that keeps every statement in a list.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { boxedTo, ME, start, type Writer, writer } from './make.ts'

interface Said {
  readonly who: number
  readonly dest: number
  readonly name: string | null
  readonly isPrivate: boolean
}

const statement: fc.Arbitrary<Said> = fc.record({
  who: fc.integer({ min: 0, max: 3 }),
  dest: fc.integer({ min: 0, max: 2 }),
  name: fc.option(fc.constantFrom('a', 'b', 'c'), { nil: null, freq: 4 }),
  isPrivate: fc.boolean(),
})

/** Author → name, in the order in which they were said last. */
function modelOf(said: readonly Said[], dest: number): Map<number, string> {
  const names = new Map<number, string>()
  for (const one of said) {
    if (one.dest !== dest) continue
    names.delete(one.who)
    if (one.name !== null) names.set(one.who, one.name)
  }
  return names
}

/** The most common names: any of those that are said equally often. */
function common(names: ReadonlyMap<number, string>): readonly string[] {
  const counts = new Map<string, number>()
  for (const name of names.values()) counts.set(name, (counts.get(name) ?? 0) + 1)
  const top = Math.max(0, ...counts.values())
  return [...counts].filter(([, count]) => count === top).map(([name]) => name)
}

test('socialValue, latestValue, socialValues and names.get as the model has them', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(statement, { maxLength: 20 }), fc.nat(20), async (said, ask) => {
      const writers = [ME, 2, 3, 4].map(writer) as [Writer, ...Writer[]]
      const running = await start()
      const id = (at: number): string => writers[at]?.keys.id ?? ''
      for (const [at, { who, dest, name, isPrivate }] of said.entries()) {
        // The table of names is made at any time.
        if (at === ask) await running.call('names.get')
        const value = name ?? { remove: true }
        const content = { type: 'about', about: id(dest), name: value }
        const from = writers[who] as Writer
        await running.add(from.next(isPrivate ? boxedTo(content, writers[0]) : content))
      }
      const table: Record<string, Record<string, string>> = {}
      for (const dest of [0, 1, 2]) {
        const names = modelOf(said, dest)
        const question = { key: 'name', dest: id(dest) }
        const values = Object.fromEntries([...names].map(([who, name]) => [id(who), name]))
        expect(await running.call('about.socialValues', question)).toEqual(values)
        const social = await running.call('about.socialValue', question)
        const own = names.get(0) ?? names.get(dest)
        if (own !== undefined) expect(social).toBe(own)
        else if (names.size === 0) expect(social).toBeNull()
        else expect(common(names)).toContain(social)
        const latest = [...names.values()].at(-1) ?? null
        expect(await running.call('about.latestValue', question)).toBe(latest)
        for (const [who, name] of names) {
          table[id(who)] ??= {}
          ;(table[id(who)] as Record<string, string>)[id(dest)] = name
        }
      }
      expect(await running.call('names.get')).toEqual(table)
      await running.stop()
    }),
    { numRuns: 40 },
  )
})
