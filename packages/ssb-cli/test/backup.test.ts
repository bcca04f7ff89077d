import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Client } from '@scuttlebot/ssb-client'
import { expect, test, vi } from 'vitest'
import { checkSource, checkTarget, runBackup } from '../src/backup.ts'
import type { Io } from '../src/io.ts'
import { run, small } from './world.ts'

// A disk that takes half of each write, as one does that is nearly full.
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>()
  return {
    ...real,
    async open(...args: Parameters<typeof real.open>) {
      const handle = await real.open(...args)
      const whole = handle.write.bind(handle) as (bytes: Uint8Array) => Promise<unknown>
      handle.write = ((bytes: Uint8Array) =>
        whole(bytes.subarray(0, Math.ceil(bytes.length / 2)))) as never
      return handle
    },
  }
})

test('a backup is whole, however the disk takes it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ssb-cli-'))
  try {
    const file = join(folder, 'backup')
    const chunks = ['some', 'bytes', 'more'].map((text) => ({ bytes: Buffer.from(text) }))
    const client = {
      manifest: { backup: { make: 'source' } },
      mux: {
        source: () => ({
          async *batches() {
            yield chunks
          },
        }),
      },
    } as unknown as Client<unknown>
    const io = { err: () => undefined, signal: new AbortController().signal } as unknown as Io
    expect(await runBackup(client, file, 'a passphrase', io)).toBe(0)
    expect(await readFile(file, 'utf8')).toBe('somebytesmore')
    expect(await readdir(folder)).toEqual(['backup'])
  } finally {
    await rm(folder, { recursive: true })
  }
})

test('a file that is missing, or in the way, is told before anybody is asked', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ssb-cli-'))
  const asked: string[] = []
  try {
    const there = join(folder, 'there')
    await writeFile(there, '')
    for (const [argv, text] of [
      [['restore', join(folder, 'none')], 'none cannot be read: there is no such file.'],
      [['restore', folder], 'cannot be read: it is a folder.'],
      [['backup', there], 'there cannot be written: there is such a file already.'],
      [['backup', join(folder, 'no', 'x')], 'cannot be written: there is no such folder.'],
    ] as const) {
      const ran = await run(argv, {
        served: small,
        restore: () => Promise.reject(new Error('not this far')),
        secret: async (question) => {
          asked.push(question)
          return 'a passphrase'
        },
      })
      expect(ran).toMatchObject({ code: 1, out: '' })
      expect(ran.err).toContain(text)
    }
    expect(asked).toEqual([])
    await checkSource(there)
    await checkTarget(join(folder, 'new'))
  } finally {
    await rm(folder, { recursive: true })
  }
})
