import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { Heads } from '../src/index.ts'
import { boxedTo, ME, type Running, start, type Writer, writer } from './make.ts'

const NOWHERE = '%AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=.sha256'

describe('tangle.branch', () => {
  let running: Running
  let me: Writer
  let ann: Writer
  let bob: Writer
  afterEach(() => running.stop())
  const begin = async (): Promise<void> => {
    running = await start()
    ;[me, ann, bob] = [ME, 2, 3].map(writer) as [Writer, Writer, Writer]
  }
  const branch = (root: unknown): Promise<unknown> => running.call('tangle.branch', root)
  const post = async (who: Writer, more: object = {}): Promise<string> => {
    const message = who.next({ type: 'post', text: 'x', ...more })
    await running.add(message)
    return message.key
  }

  test('the ends of a thread, as it grows', async () => {
    await begin()
    const root = await post(ann)
    expect(await branch(root)).toEqual([root])
    const one = await post(bob, { root, branch: root })
    expect(await branch(root)).toEqual([one])
    const two = await post(me, { root, branch: root })
    expect(await branch(root)).toEqual([one, two].sort())
    const three = await post(ann, { root, branch: [one, two] })
    expect(await branch(root)).toEqual([three])
    expect(await running.plugin.branch(root as `%${string}.sha256`)).toEqual([three])
    expect(await branch(one)).toEqual([one])
  })

  test('a feed’s later message comes after its earlier one', async () => {
    await begin()
    const root = await post(ann)
    await post(ann, { root, branch: root })
    const two = await post(ann, { root, branch: root })
    expect(await branch(root)).toEqual([two])
  })

  test('private replies count when they are ours to read', async () => {
    await begin()
    const root = await post(ann)
    const open = { type: 'post', text: 'x', root, branch: root }
    const ours = bob.next(boxedTo(open, me))
    const theirs = writer(4).next(boxedTo(open, ann))
    await running.add(ours, theirs)
    expect(await branch(root)).toEqual([ours.key])
  })

  test('a thread that is not here', async () => {
    await begin()
    expect(await branch(NOWHERE)).toEqual([NOWHERE])
  })

  test.each([['xx'], [undefined], [7], [{ root: NOWHERE }]])('%j is refused', async (root) => {
    await begin()
    await expect(branch(root)).rejects.toMatchObject({
      code: 'SSB_TANGLE_MSG_ID',
      message: 'getBranch requires a valid message',
    })
  })
})

const idOf = (n: number): `%${string}.sha256` =>
  `%${Buffer.from(new Uint8Array(32).fill(n)).toString('base64')}.sha256`

test('the ends are those that nobody names, in whatever order they come', () => {
  // Each message names some of the earlier ones.
  const threads = fc
    .array(fc.array(fc.nat(9), { maxLength: 3 }), { minLength: 1, maxLength: 10 })
    .map((list) => list.map((named, at) => named.filter((n) => n < at)))
  fc.assert(
    fc.property(threads, fc.func(fc.nat(100)), (thread, order) => {
      const heads = new Heads()
      const messages = thread.map((named, at) => ({ at, named }))
      messages.sort((a, b) => order(a.at) - order(b.at))
      for (const { at, named } of messages)
        heads.add(idOf(at), { content: { deep: [{ link: named.map(idOf) }] } })
      const named = new Set(thread.flat())
      const ends = thread.map((_, at) => at).filter((at) => !named.has(at))
      expect(heads.ends()).toEqual(ends.map(idOf).sort())
    }),
  )
})

test('content without end does not end the process', () => {
  let deep: unknown = idOf(1)
  for (let i = 0; i < 100_000; i++) deep = [deep]
  const heads = new Heads()
  heads.add(idOf(1), deep)
  expect(heads.ends()).toEqual([idOf(1)])
})
