// A disk that fails while private messages are opened.
import { event } from '@scuttlebot/ssb-plugin'
import { expect, test } from 'vitest'
import type { PrivateStore, ShelfDatabase } from '../src/needs.ts'
import { Opener } from '../src/opener.ts'
import { Shelf } from '../src/shelf.ts'

function make() {
  const disk = { fails: true }
  const store = {
    position: 0,
    appended: event(),
    indexed: async () => undefined,
    at: async () => null,
    read: async () => [],
    defineIndex: () => ({
      state: () => ({ position: 0 }),
      read: () => ({
        async next() {
          if (disk.fails) throw Object.assign(new Error('input/output error'), { code: 'EIO' })
          return null
        },
        close: async () => undefined,
      }),
    }),
  } as unknown as PrivateStore
  const pauses: number[] = []
  const errors: unknown[] = []
  let wake = (): void => undefined
  const opener = new Opener({
    store,
    shelf: new Shelf(),
    signal: new AbortController().signal,
    rest: async () => undefined,
    sleep: (ms) => {
      pauses.push(ms)
      return new Promise((resolve) => {
        wake = resolve
      })
    },
    elapsed: () => 0,
    onError: (error) => errors.push(error),
  })
  opener.add({ name: 'box', suffix: '.box', unbox: () => null } as never)
  return { disk, opener, pauses, errors, wake: () => wake() }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test('it is said, and tried again after longer and longer pauses', async () => {
  const { disk, opener, pauses, errors, wake } = make()
  await opener.start()
  for (let n = 0; n < 8; n++) {
    await expect(opener.settled()).rejects.toThrow('cannot be opened now')
    expect([opener.failure?.message, errors.length]).toEqual(['input/output error', n + 1])
    wake()
    await turn()
  }
  expect(pauses.slice(0, 8)).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000])
  disk.fails = false
  wake()
  await turn()
  await opener.settled()
  expect([opener.failure, opener.progress()]).toEqual([null, { start: -1, current: 0, target: 0 }])
  await opener.stop()
})

test('what could not be written is written with the next', async () => {
  const written: string[] = []
  let fails = true
  const shelf = new Shelf()
  await shelf.open({
    open: async () => undefined,
    close: async () => undefined,
    iterator: () => ({ nextv: async () => [], close: async () => undefined }),
    async batch(operations: readonly { readonly key: Uint8Array }[]) {
      if (fails) throw new Error('EIO')
      written.push(...operations.map(({ key }) => new TextDecoder().decode(key)))
    },
  } as unknown as ShelfDatabase)
  shelf.setMark('box', { position: 1, id: null })
  await expect(shelf.flush()).rejects.toThrow('EIO')
  fails = false
  shelf.setMark('other', { position: 2, id: null })
  await shelf.flush()
  expect(written).toEqual(['mark/box', 'mark/other'])
})
