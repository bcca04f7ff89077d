import { expect, test } from 'vitest'
import type { Message } from '../../src/page/data/message.ts'
import { behind, NOTHING, WAITING_MAX, waitingWith } from '../../src/page/data/waiting.ts'

const message = (n: number): Message => ({
  key: `%${String(n).padStart(43, '0')}=.sha256`,
  author: `@${'A'.repeat(43)}=.ed25519`,
  written: n,
  order: n,
  content: { type: 'post', text: '' },
  isPrivate: false,
})

test('what comes waits, the newest first, each once', () => {
  const waiting = [1, 2, 1].reduce((all, n) => waitingWith(all, message(n)), NOTHING)
  expect(waiting).toEqual({ list: [message(1), message(2)], more: 0 })
})

test('a flood does not stay in memory: the rest is counted', () => {
  let waiting = NOTHING
  for (let n = 0; n < 20_000; n++) waiting = waitingWith(waiting, message(n))
  expect(waiting.list).toHaveLength(WAITING_MAX)
  expect(waiting.list[0]).toEqual(message(19_999))
  expect(waiting.list.length + waiting.more).toBe(20_000)
})

test('a list goes on where it ended, whatever has come before it', () => {
  const list = [9, 8, 7, 6, 5, 4, 3].map(message)
  expect(behind([], list)).toEqual(list)
  expect(behind([7, 6, 5].map(message), list)).toEqual([4, 3].map(message))
  expect(behind([7, 6, 5].map(message), [...list.slice(0, 5), null, message(3)])).toEqual([
    message(3),
  ])
  expect(behind([7, 1].map(message), list)).toEqual([9, 8, 6, 5, 4, 3].map(message))
  expect(behind([message(3)], list)).toEqual([])
})
