import { describe, expect, test } from 'vitest'
import { progressMeter, progressText } from '../src/progress.ts'
import { run, type Served } from './world.ts'

const served = (bytes: readonly Uint8Array[]): Served => ({
  manifest: { blobs: { get: { kind: 'source' }, size: { kind: 'async' } } },
  handlers: {
    blobs: {
      async *get() {
        yield* bytes
      },
      size: () => 7,
    },
  },
})
const text = (words: string): Served => served([new TextEncoder().encode(words)])

describe('blobs.get', () => {
  test('gives the bytes as they are', async () => {
    const ran = await run(['blobs.get', '&x'], {
      served: served([new Uint8Array([0, 255]), new Uint8Array([10])]),
      errIsTTY: true,
    })
    expect([...ran.bytes]).toEqual([0, 255, 10])
    expect(ran).toMatchObject({ code: 0, err: '' })
  })

  test('a short text is shown on a terminal, unable to steer it', async () => {
    const ran = await run(['blobs.get', '&x'], {
      served: text('one\ntwo\u001b[2J'),
      outIsTTY: true,
    })
    expect(ran).toMatchObject({ code: 0, out: 'one\ntwo [2J\n' })
  })

  test.each([
    ['bytes', served([new Uint8Array([137, 80, 78, 71])])],
    ['a zero', text('a\0b')],
    ['a long text', text('x'.repeat(65_537))],
  ])('%s is not', async (_, what) => {
    const ran = await run(['blobs.get', '&x'], { served: what, outIsTTY: true })
    expect([ran.code, ran.out]).toEqual([1, ''])
    expect(ran.err).toContain('blobs.get ID > FILE')
  })
})

describe('progress', () => {
  test.each([
    [0, 5e6, 200, '[------------------------]   0 %  0.0 of 5.0 MB, 0.0 MB/s'],
    [2.5e6, 5e6, 500, '[############------------]  50 %  2.5 of 5.0 MB, 5.0 MB/s'],
    [5e6, 5e6, 1000, '[########################] 100 %  5.0 of 5.0 MB, 5.0 MB/s'],
    [6e6, 5e6, 1000, '[########################] 100 %  6.0 of 5.0 MB, 6.0 MB/s'],
    [1.25e6, null, 1000, '1.3 MB, 1.3 MB/s'],
    [0, 0, 0, '0.0 MB, 0.0 MB/s'],
  ])('%d of %s bytes after %d ms', (passed, size, ms, line) => {
    expect(progressText(passed, size, ms)).toBe(line)
  })

  async function drawn(errIsTTY: boolean, step: number): Promise<readonly string[]> {
    const lines: string[] = []
    let time = 0
    const io = { errIsTTY, now: () => (time += step), err: (line: string) => void lines.push(line) }
    const meter = progressMeter(io)
    async function* chunks(): AsyncGenerator<Uint8Array> {
      for (let i = 0; i < 4; i++) yield new Uint8Array(1e6)
    }
    let passed = 0
    for await (const chunk of meter.watch(chunks(), 4e6)) passed += chunk.length
    expect(passed).toBe(4e6)
    meter.end()
    meter.end()
    return lines
  }

  test('is drawn now and then, for people, and taken away', async () => {
    const lines = await drawn(true, 100)
    expect(lines.map((line) => /(\d+) %/.exec(line)?.[1])).toEqual(['50', '100', undefined])
    expect(lines.at(-1)).toBe('\r\u001b[K')
  })

  test('not when it is quick, nor when nobody looks', async () => {
    expect(await drawn(true, 10)).toEqual([])
    expect(await drawn(false, 500)).toEqual([])
  })
})
