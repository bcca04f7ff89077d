import { connectHosts } from '@scuttlebot/ssb-plugin/testing'
import { expect, test } from 'vitest'
import { Turns } from '../src/turns.ts'
import { bytesOf, make, settle } from './world.ts'

test('so many at a time for each key, in order', async () => {
  const turns = new Turns(2)
  const { signal } = new AbortController()
  const order: number[] = []
  const done: (() => void)[] = []
  const taken = Array.from({ length: 5 }, async (_, n) => {
    done[n] = await turns.take('a', signal)
    order.push(n)
  })
  await settle(2)
  expect(order).toEqual([0, 1])
  await turns.take('b', signal).then((other) => other())
  done[1]?.()
  done[1]?.()
  await settle(2)
  expect(order).toEqual([0, 1, 2])
  done[0]?.()
  done[2]?.()
  await Promise.all(taken)
  expect(order).toEqual([0, 1, 2, 3, 4])
  done[3]?.()
  done[4]?.()
  expect(turns.keys).toBe(0)
})

test('whoever leaves the queue is let go at once', async () => {
  const turns = new Turns(1)
  const abort = new AbortController()
  const first = await turns.take('a', new AbortController().signal)
  const second = turns.take('a', abort.signal)
  abort.abort()
  ;(await second)()
  first()
  expect(turns.keys).toBe(0)
})

test('a peer may ask for many blobs at once and leave half of them', async () => {
  const [a, b] = [await make('A'), await make('B')]
  const bytes = bytesOf(150_000)
  const id = await a.blobs.add(bytes)
  const { outgoing } = connectHosts(b.host, a.host)
  const ask = async (n: number): Promise<number> => {
    let length = 0
    for await (const chunk of outgoing.mux.source(['blobs', 'get'], [id])) {
      length += (chunk as Uint8Array).length
      if (n % 2) break
    }
    return length
  }
  const got = await Promise.all(Array.from({ length: 100 }, (_, n) => ask(n)))
  expect(got.filter((length) => length === bytes.length).length).toBe(50)
})
