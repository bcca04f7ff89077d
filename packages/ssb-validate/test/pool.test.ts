import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { sign, signKeyPair } from '@scuttlebot/ssb-crypto'
import { afterEach, describe, expect, test } from 'vitest'
import { createValidator, inlineVerifier, type SignatureJob } from '../src/index.ts'
import { createPool, type Pool } from '../src/pool.ts'
import { createPoolOf } from '../src/pool-hands.ts'
import { feedOf } from './feeds.ts'

const pair = signKeyPair(new Uint8Array(32).fill(9))

function jobOf(i: number): SignatureJob {
  const message = new TextEncoder().encode(`message ${i} ${'é'.repeat(i % 50)}`)
  return { publicKey: pair.publicKey, signature: sign(message, pair.secretKey), message }
}

/** Good ones, and one of each kind of bad one. */
function mixed(count: number): SignatureJob[] {
  return Array.from({ length: count }, (_, i) => {
    const job = jobOf(i)
    switch (i % 11) {
      case 3:
        return { ...job, message: new Uint8Array() }
      case 4:
        return {
          ...job,
          signature: job.signature.map((byte, at) => (at === 63 ? byte ^ 128 : byte)),
        }
      case 5:
        return { ...job, signature: job.signature.subarray(1) }
      case 6:
        return { ...job, publicKey: new Uint8Array(32) }
      case 7:
        return { ...job, publicKey: new Uint8Array(31) }
      case 8:
        return { ...job, signature: new Uint8Array(64) }
      default:
        return job
    }
  })
}

let pool: Pool | undefined
afterEach(() => pool?.close())

describe('a pool', () => {
  test.each([0, 1, 7, 8, 15, 16, 17, 500])(
    'answers %i jobs as the calling thread does',
    async (count) => {
      pool = createPool({ workers: 2 })
      const jobs = mixed(count)
      const expected = await inlineVerifier().verify(jobs)
      expect(await pool.verify(jobs)).toEqual(expected)
      expect(expected.filter(Boolean).length).toBe(
        jobs.filter((_, i) => ![3, 4, 5, 6, 7, 8].includes(i % 11)).length,
      )
    },
  )

  test('takes batches that overlap', async () => {
    pool = createPool({ workers: 2 })
    const batches = Array.from({ length: 10 }, (_, i) => mixed(40 + i))
    const answers = await Promise.all(batches.map((jobs) => pool?.verify(jobs)))
    const inline = inlineVerifier()
    expect(answers).toEqual(await Promise.all(batches.map((jobs) => inline.verify(jobs))))
    expect(pool.size).toBe(2)
  })

  test('leaves the memory of its jobs alone', async () => {
    pool = createPool({ workers: 1 })
    const jobs = mixed(20)
    const before = jobs.map((job) => Array.from(job.message))
    await pool.verify(jobs)
    expect(jobs.map((job) => Array.from(job.message))).toEqual(before)
  })

  test('takes jobs longer than any message', async () => {
    pool = createPool({ workers: 1 })
    const messages = [8191, 8192, 8193, 30_000].map((length) => new Uint8Array(length).fill(7))
    const jobs = messages.map((message) => ({ ...jobOf(0), message }))
    const good = jobs.map((job) => ({ ...job, signature: sign(job.message, pair.secretKey) }))
    expect(await pool.verify([...jobs, ...good])).toEqual([
      false,
      false,
      false,
      false,
      true,
      true,
      true,
      true,
    ])
  })

  test('does not keep a process alive that has nothing for it', () => {
    const code = `import(process.argv[1]).then(({ createPool }) => createPool({ workers: 2 }).verify([]))`
    const built = fileURLToPath(new URL('../dist/pool.js', import.meta.url))
    const ended = spawnSync(process.execPath, ['-e', code, built], { timeout: 20_000 })
    expect([ended.status, ended.stderr.toString()]).toEqual([0, ''])
  })

  test.runIf(process.platform === 'linux')('stands back behind the thread that asks', async () => {
    // The 19th field; the second, in brackets, may hold blanks.
    const niceOf = (thread: string): number =>
      Number(readFileSync(`/proc/self/task/${thread}/stat`, 'utf8').split(') ')[1]?.split(' ')[16])
    const before = new Set(readdirSync('/proc/self/task'))
    pool = createPool({ workers: 2 })
    await pool.verify(mixed(64))
    const own = niceOf(String(process.pid))
    const stoodBack = (): string[] =>
      readdirSync('/proc/self/task').filter(
        (thread) => !before.has(thread) && niceOf(thread) === Math.min(own + 5, 19),
      )
    // One worker may have done the whole batch before the other has begun.
    await expect.poll(stoodBack, { timeout: 4000 }).toHaveLength(2)
    expect(readdirSync('/proc/self/task').some((thread) => niceOf(thread) === own)).toBe(true)
  })

  test.each([0, 65, 1.5, Number.NaN])('of %s workers is refused', (workers) => {
    expect(() => createPool({ workers })).toThrow(RangeError)
  })

  test('works on after it was closed, on the calling thread', async () => {
    pool = createPool({ workers: 2 })
    const jobs = mixed(100)
    const underWay = pool.verify(jobs)
    await pool.close()
    const expected = await inlineVerifier().verify(jobs)
    expect(await underWay).toEqual(expected)
    expect(await pool.verify(jobs)).toEqual(expected)
    expect(pool.size).toBe(0)
  })
})

/** A worker that takes jobs from a board, answers some of them, and then dies or says nothing more. */
const TAKER = `
const { parentPort } = require('node:worker_threads')
parentPort.on('message', ({ board }) => {
  const words = new Int32Array(board, 0, 3)
  const from = Atomics.add(words, 0, 4)
  const answers = new Uint8Array(board, 4 * (3 + 2 * words[2]), words[2])
  if (from < words[2]) answers[from] = 2
  process.exit(1)
})`

describe('workers that die', () => {
  const on = (what: string): string =>
    `require('node:worker_threads').parentPort.on('message', () => { ${what} })`

  test.each([
    ['exit', on('process.exit(3)')],
    ['throw', on(`throw new Error('died')`)],
    ['reject', on(`Promise.reject(new Error('died'))`)],
    ['throw at once', `throw new Error('born dead')`],
    ['are no code', `this is not JavaScript`],
  ])('%s: every batch is answered', async (_name, code) => {
    pool = createPoolOf(code, { workers: 2 })
    const jobs = mixed(60)
    const expected = await inlineVerifier().verify(jobs)
    for (let i = 0; i < 12; i++) expect(await pool.verify(jobs)).toEqual(expected)
  })
})

test('what a worker has answered before it died stands, and the rest is checked', async () => {
  pool = createPoolOf(TAKER, { workers: 1 })
  const jobs = Array.from({ length: 40 }, (_, i) => jobOf(i))
  expect(await pool.verify(jobs)).toEqual(jobs.map((_, i) => i !== 0))
})

test('a validator with a pool gives the verdicts of one without', async () => {
  pool = createPool({ workers: 2 })
  const values = feedOf('pool', 60).map((message) => message.value)
  const broken = values.map((value, i) =>
    i === 30 ? { ...value, timestamp: value.timestamp + 1 } : value,
  )
  const inline = await createValidator({ state: () => null }).validate(broken)
  const pooled = await createValidator({ state: () => null, verifier: pool }).validate(broken)
  expect(pooled).toEqual(inline)
  expect(pooled.map((verdict) => verdict.ok)).toEqual(values.map((_, i) => i < 30))
})
