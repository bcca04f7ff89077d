// A disk that fails: nothing is left behind, nobody else is blamed, and it is tried again.
import { connectHosts } from '@scuttlebot/ssb-plugin/testing'
import { describe, expect, test } from 'vitest'
import { type BlobStorage, type MemoryStorage, memoryStorage, RETRY_MS } from '../src/index.ts'
import { bytesOf, idOf, make, settle } from './world.ts'

/** Memory whose steps fail when told; the steps are counted. */
function faulty(): { storage: BlobStorage; memory: MemoryStorage; failAt: Set<string> } {
  const memory = memoryStorage()
  const failAt = new Set<string>()
  const step = (name: string): void => {
    if (failAt.has(name))
      throw Object.assign(new Error(`ENOSPC: /secret/path`), { code: 'ENOSPC', syscall: name })
  }
  const storage: BlobStorage = {
    ...memory,
    async writer() {
      step('open')
      const inner = await memory.writer()
      return {
        async write(chunks) {
          step('write')
          await inner.write(chunks)
        },
        async commit(id) {
          try {
            step('commit')
          } catch (error) {
            await inner.abort()
            throw error
          }
          return await inner.commit(id)
        },
        abort: () => inner.abort(),
      }
    },
    async *read(id, range) {
      let first = true
      for await (const chunk of memory.read(id, range)) {
        if (!first) step('read')
        first = false
        yield chunk
      }
    },
    notes: {
      ...memory.notes,
      async append(lines, durable) {
        step('note')
        await memory.notes.append(lines, durable)
      },
    },
  }
  return { storage, memory, failAt }
}

const BYTES = bytesOf(1_000_000)
const ID = idOf(BYTES)

async function* pieces(): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < BYTES.length; at += 65_536) yield BYTES.slice(at, at + 65_536)
}

describe('when the disk fails', () => {
  test.each(['open', 'write', 'commit', 'note'])(
    'at %s, adding fails, and works later',
    async (name) => {
      const { storage, memory, failAt } = faulty()
      const a = await make('A', 'B', { storage })
      failAt.add(name)
      await expect(a.blobs.add(pieces())).rejects.toThrow('ENOSPC')
      expect(memory.writing).toBe(0)
      // A note that is missing does not make the blob go away again.
      expect((await a.blobs.status()).blobs).toBe(name === 'note' ? 1 : 0)
      failAt.clear()
      expect(await a.blobs.add(pieces())).toBe(ID)
      expect(await a.blobs.status()).toMatchObject({ blobs: 1, bytes: BYTES.length })
    },
  )

  test.each(['open', 'write', 'commit'])('at %s, a transfer is tried again', async (name) => {
    const { storage, memory, failAt } = faulty()
    const [a, b] = [await make('A', 'B', { storage }), await make('B')]
    const lies: unknown[] = []
    a.blobs.lied.on((...lie) => lies.push(lie))
    await b.blobs.add(BYTES)
    connectHosts(a.host, b.host)
    failAt.add(name)
    const wanted = a.blobs.want(ID)
    await settle()
    expect(memory.writing).toBe(0)
    expect((await a.blobs.explain(ID)).want?.peers[0]?.answer).toMatch('local: ENOSPC')
    failAt.clear()
    a.clock.advance(RETRY_MS + 2000)
    await wanted
    expect(lies).toEqual([])
  })

  test('while a blob is read, the peer hears of it without a path', async () => {
    const { storage, failAt } = faulty()
    const [a, b] = [await make('A', 'B', { storage }), await make('B')]
    await a.blobs.add(pieces())
    failAt.add('read')
    connectHosts(b.host, a.host)
    const wanted = b.blobs.want(ID).catch(() => undefined)
    await settle()
    expect(await b.blobs.has(ID)).toBe(false)
    expect(b.storage.writing).toBe(0)
    const { outgoing } = connectHosts(b.host, a.host)
    const error = await (async () => {
      for await (const _ of outgoing.mux.source(['blobs', 'get'], [ID]));
    })().catch((failure: Error) => failure)
    expect(String(error)).toContain('ENOSPC')
    // A failure of the system does not tell its path or text to a peer.
    expect(String(error)).not.toContain('/')
    await b.host.stop()
    await wanted
  })
})
