import { box as boxText, ssbSecretKeyToPrivateBoxSecret } from '@scuttlebot/ssb-keys'
import { unboxBody } from '@scuttlebot/ssb-private-box'
import { afterEach, describe, expect, test } from 'vitest'
import { type Box, box1, type Opener1, openerOf } from '../src/index.ts'
import { cipherOf } from '../src/opened.ts'
import { openerPool } from '../src/pool.ts'
import { UnboxHand } from '../src/pool-hand.ts'
import { openerPoolOf } from '../src/pool-hands.ts'
import { add, bob, boxedTo, me, memory, type Running, start, writer } from './make.ts'

let pool: Required<Opener1> | undefined
let running: Running | undefined
afterEach(async () => {
  await running?.stop()
  running = undefined
  await pool?.close()
  pool = undefined
})

/** Boxes for me, for others, and bytes that are no box. */
function mixed(count: number): Uint8Array[] {
  return Array.from({ length: count }, (_, n) => {
    if (n % 5 === 3) return cipherOf(boxText({ type: 'post', n }, [bob.keys]))
    if (n % 5 === 4) return new Uint8Array(n)
    return cipherOf(boxText({ type: 'post', n, text: 'é'.repeat(n) }, [bob.keys, me.keys]))
  })
}

/** Ask until the threads are there. */
async function keysBy(
  from: Required<Opener1>,
  ciphers: readonly Uint8Array[],
): Promise<readonly (Uint8Array | null)[]> {
  for (;;) {
    const asked = from.unboxKeys(ciphers)
    if (asked !== null) return await asked
    await new Promise((resolve) => setImmediate(resolve))
  }
}

const plainOf = (key: Uint8Array): ((cipher: Uint8Array) => Uint8Array | null) => {
  return (cipher) => unboxBody(cipher, key)
}

const dying = (what: string) => (secret: Uint8Array) =>
  new UnboxHand(
    `const { parentPort } = require('node:worker_threads')
    parentPort.on('message', () => { ${what} })
    parentPort.postMessage({ id: 0 })`,
    secret,
  )

describe('a pool', () => {
  test.each([0, 1, 2, 3, 200])('opens %i boxes as the calling thread does', async (count) => {
    pool = openerPool(me.keys, { workers: 2 })
    const ciphers = mixed(count)
    const here = openerOf(me.keys)
    const keys = await keysBy(pool, ciphers)
    expect(keys).toEqual(ciphers.map((cipher) => here.unboxKey(cipher)))
    expect(keys.filter((key) => key !== null)).toHaveLength(
      ciphers.filter((_, n) => n % 5 < 3).length,
    )
    for (const [i, key] of keys.entries())
      if (key !== null) expect(plainOf(key)(ciphers[i] as Uint8Array)).not.toBeNull()
  })

  test('opens on after it was closed', async () => {
    pool = openerPool(me.keys, { workers: 1 })
    const ciphers = mixed(40)
    await keysBy(pool, ciphers)
    const underWay = pool.unboxKeys(ciphers)
    expect(underWay).not.toBeNull()
    await pool.close()
    const keys = (await underWay) ?? []
    expect(await keysBy(pool, ciphers)).toEqual(keys)
    expect(keys[0]).toHaveLength(33)
  })

  test.each([0, 17, 1.5, Number.NaN])('of %s workers is refused', (workers) => {
    expect(() => openerPool(me.keys, { workers })).toThrow(RangeError)
  })

  test.each([
    ['exit', dying('process.exit(3)')],
    ['throw', dying(`throw new Error('died')`)],
    ['reject', dying(`Promise.reject(new Error('died'))`)],
    ['cannot be started', () => null],
  ])('answers everything when its workers %s', async (_name, startHand) => {
    let started = 0
    pool = openerPoolOf(me.keys, { workers: 2 }, (secret) => {
      started++
      return startHand(secret)
    })
    const ciphers = mixed(30)
    const here = openerOf(me.keys)
    const expected = ciphers.map((cipher) => here.unboxKey(cipher))
    for (let n = 0; n < 6; n++) expect(await keysBy(pool, ciphers)).toEqual(expected)
    expect(started).toBeLessThanOrEqual(6)
  })

  test('hands the key to workers as it is, and wipes its own copy', async () => {
    const given: Uint8Array[] = []
    const copies: number[][] = []
    pool = openerPoolOf(me.keys, { workers: 1 }, (secret) => {
      given.push(secret)
      copies.push([...secret])
      return null
    })
    await pool.unboxKeys(mixed(1))
    expect(copies).toEqual([[...ssbSecretKeyToPrivateBoxSecret(me.keys)]])
    expect(given[0]?.every((byte) => byte === 0)).toBe(true)
  })
})

describe('a log that is opened by a pool', () => {
  const COUNT = 300
  const isMine = (n: number): boolean => n % 3 !== 0

  /** What is found in a log of boxes, two of three for me. */
  async function contentsBy(box: Box): Promise<readonly unknown[]> {
    const author = writer(20)
    running = await start({ boxes: [], log: memory() })
    const boxes = Array.from({ length: COUNT }, (_, n) =>
      author.next(boxedTo({ type: 'post', n }, isMine(n) ? me : bob)),
    )
    await add(running, ...boxes)
    running.api.addBox(box)
    await running.api.settled()
    const found: unknown[] = []
    for await (const list of running.api.read()) found.push(...list.map(({ content }) => content))
    const { current, target } = running.api.progress()
    expect(current).toBe(target)
    return found
  }
  const contents = Array.from({ length: COUNT }, (_, n) => ({ type: 'post', n })).filter(({ n }) =>
    isMine(n),
  )

  test('is opened whole, each message tried once, and the workers end', async () => {
    const made: UnboxHand[] = []
    pool = openerPoolOf(me.keys, { workers: 1 }, (secret) => {
      const hand = UnboxHand.start(secret)
      if (hand !== null) made.push(hand)
      return hand
    })
    const { unboxKey, unboxKeys } = pool
    await keysBy(pool, mixed(1))
    let here = 0
    let there = 0
    const counted: Opener1 = {
      ...pool,
      unboxKey(cipher) {
        here++
        return unboxKey(cipher)
      },
      unboxKeys(ciphers) {
        const asked = unboxKeys(ciphers)
        if (asked !== null) there += ciphers.length
        return asked
      },
    }
    expect(await contentsBy(box1(counted))).toEqual(contents)
    expect(there).toBeGreaterThan(0)
    expect(here + there).toBe(COUNT)
    await running?.stop()
    running = undefined
    expect(made.length).toBeGreaterThan(0)
    expect(made.every((hand) => hand.isClosed)).toBe(true)
  })

  test('loses nothing to workers that die', async () => {
    pool = openerPoolOf(me.keys, { workers: 2 }, dying('process.exit(1)'))
    expect(await contentsBy(box1(pool))).toEqual(contents)
  })

  test('loses nothing to a format that cannot open many after all', async () => {
    const box: Box = { ...box1(openerOf(me.keys)), unboxMany: () => Promise.reject(new Error()) }
    expect(await contentsBy(box)).toEqual(contents)
  })
})
