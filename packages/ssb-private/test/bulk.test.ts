// The log is being filled while boxed messages are looked for.
import { event } from '@scuttlebot/ssb-plugin'
import { expect, test } from 'vitest'
import type { PrivateStore } from '../src/needs.ts'
import { Opener } from '../src/opener.ts'
import { Shelf } from '../src/shelf.ts'

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test('there is one look for what comes within a pause, not one for each batch', async () => {
  const appended = event<[batch: readonly unknown[]]>()
  let looks = 0
  const store = {
    position: -1,
    appended,
    indexed: async () => undefined,
    at: async () => null,
    read: async () => [],
    defineIndex: () => ({
      state: () => ({ position: store.position }),
      read: () => ({
        async next() {
          looks++
          // More has come before this look is through; without an end, if nothing waited for a pause.
          if (looks < 100) fill()
          return null
        },
        close: async () => undefined,
      }),
    }),
  }
  const fill = (): void => {
    store.position += 64
    appended.emit(new Array(64).fill({}))
  }
  let wake = (): void => undefined
  const opener = new Opener({
    store: store as unknown as PrivateStore,
    shelf: new Shelf(),
    signal: new AbortController().signal,
    rest: async () => undefined,
    sleep: () =>
      new Promise((resolve) => {
        wake = resolve
      }),
    elapsed: () => 0,
    onError: (error) => {
      throw error
    },
  })
  opener.add({ name: 'box', suffix: '.box', unbox: () => null } as never)
  await opener.start()
  fill()
  for (let pause = 0; pause < 3; pause++) {
    for (let n = 0; n < 20; n++) {
      fill()
      await turn()
    }
    expect(looks).toBe(pause)
    wake()
    await turn()
    await turn()
  }
  const stopping = opener.stop()
  wake()
  await stopping
})
