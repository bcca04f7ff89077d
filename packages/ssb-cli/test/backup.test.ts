import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Client } from '@scuttlebot/ssb-client'
import { expect, test, vi } from 'vitest'
import { runBackup } from '../src/backup.ts'
import type { Io } from '../src/io.ts'

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
