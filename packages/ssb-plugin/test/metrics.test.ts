import { expect, test } from 'vitest'
import { createHost, createMetrics, type Nothing, type Plugin } from '../src/index.ts'

test('figures are read when somebody asks, by name', () => {
  const book = createMetrics()
  let count = 0
  book.gauge('b_queue', 'What waits.', () => 5, 9)
  book.counter('a_calls', 'Calls so far.', () => count)
  count = 3
  expect(book.read()).toEqual([
    { name: 'a_calls', kind: 'counter', help: 'Calls so far.', value: 3 },
    { name: 'b_queue', kind: 'gauge', help: 'What waits.', value: 5, limit: 9 },
  ])
})

test.each([['a_calls'], ['A'], ['1a'], [''], ['a-b']])('%j is taken, or no name', (name) => {
  const book = createMetrics()
  book.counter('a_calls', 'Calls.', () => 0)
  expect(() => book.gauge(name, 'Other.', () => 0)).toThrow(TypeError)
})

test('one that cannot be read is left out, and the owner reads the rest', async () => {
  const plugin: Plugin<'counted', object, Nothing> = {
    name: 'counted',
    needs: {},
    manifest: {},
    setup({ metrics }) {
      metrics.counter('counted_things', 'Things.', () => 7)
      metrics.gauge('counted_broken', 'Broken.', () => {
        throw new Error('not open')
      })
      return { api: {}, handlers: {} }
    },
  }
  const host = createHost({
    keys: { id: `@${'A'.repeat(43)}=.ed25519`, sign: () => new Uint8Array(64) },
    plugins: [plugin],
  })
  await host.start()
  const expected = [{ name: 'counted_things', kind: 'counter', help: 'Things.', value: 7 }]
  expect(host.metrics()).toEqual(expected)
  expect(await host.call({ peer: null, rights: ['owner'] }, ['metrics'])).toEqual(expected)
  await expect(host.call({ peer: null, rights: ['anonymous'] }, ['metrics'])).rejects.toThrow(
    'not in list of allowed methods',
  )
  await host.stop()
})
