import { readFileSync } from 'node:fs'
import { createHost, type Plugin } from '@scuttlebot/ssb-plugin'
import { expect, test } from 'vitest'
import { type ActivityMessage, type ActivityStore, activity } from '../src/index.ts'

const message = (day: string, author: string, content: unknown): ActivityMessage => ({
  author,
  timestamp: Date.parse(`${day}T12:00:00Z`) + 0.5,
  value: { content },
})

/** A host with this plugin, and a store in the fewest words. */
async function hostOf(...batches: readonly (readonly ActivityMessage[])[]) {
  const log = async function* () {
    yield* batches
  }
  const store: Plugin<'store', ActivityStore> = {
    name: 'store',
    needs: {},
    manifest: {},
    setup: () => ({ api: { log }, handlers: {} }),
  }
  const host = createHost({
    keys: {
      id: '@AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=.ed25519',
      sign: () => new Uint8Array(64),
    },
    plugins: [store, activity()],
  })
  await host.start()
  return host
}

const post = { type: 'post' }

test('messages, posts and people of each day, the newest first, whatever the batches', async () => {
  const { plugins } = await hostOf(
    [message('2026-01-03', '@a', post), message('2026-01-03', '@b', 'AAAA.box')],
    [message('2026-01-03', '@a', { type: 'vote' }), message('2026-01-01', '@b', post)],
  )
  expect(await plugins.activity.days()).toEqual([
    { day: '2026-01-03', messages: 3, posts: 1, people: 2 },
    { day: '2026-01-01', messages: 1, posts: 1, people: 1 },
  ])
})

test.each([
  [1, ['2026-01-09']],
  [2, ['2026-01-09', '2026-01-08']],
  [
    undefined,
    [
      '2026-01-09',
      '2026-01-08',
      '2026-01-07',
      '2026-01-06',
      '2026-01-05',
      '2026-01-04',
      '2026-01-03',
    ],
  ],
])('%s days', async (count, expected) => {
  const days = ['09', '08', '07', '06', '05', '04', '03', '02'].map((day) => `2026-01-${day}`)
  const { plugins } = await hostOf(days.map((day) => message(day, '@a', post)))
  expect((await plugins.activity.days(count)).map(({ day }) => day)).toEqual(expected)
})

test('no messages, no days', async () => {
  expect(await (await hostOf()).plugins.activity.days()).toEqual([])
})

test.each([0, -1, 1.5, Number.NaN, '7', {}, null])('a count of %j is refused', async (count) => {
  const host = await hostOf()
  const asked = host.call({ peer: null, rights: ['owner'] }, ['activity', 'days'], count)
  await expect(asked).rejects.toThrow('count must be a whole number of at least 1')
})

test('strangers may not ask', async () => {
  const host = await hostOf()
  const asked = host.call({ peer: null, rights: ['anonymous'] }, ['activity', 'days'])
  await expect(asked).rejects.toThrow(/activity,days/)
})

test('it is a whole plugin in 60 lines: the guide shows it', () => {
  const source = readFileSync(new URL('../src/index.ts', import.meta.url), 'utf8')
  expect(source.trimEnd().split('\n').length).toBeLessThanOrEqual(60)
})
