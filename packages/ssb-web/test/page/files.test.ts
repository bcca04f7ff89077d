import { ready, sha256 } from '@scuttlebot/ssb-crypto'
import { toBase64 } from '@scuttlebot/ssb-encode'
import { beforeAll, describe, expect, test } from 'vitest'
import { contentOf, filesIn } from '../../src/page/data/draft.ts'
import { addFile, markdownOf, tellOf } from '../../src/page/data/files.ts'
import { hrefOf } from '../../src/page/parts/markdown.ts'

/** A server that keeps what it is given, and writes down whom it was told of. */
function server() {
  const kept = new Map<string, Uint8Array>()
  const told: string[] = []
  const blobs = {
    async add(chunks: AsyncIterable<Uint8Array>, id: string) {
      const parts: Uint8Array[] = []
      for await (const chunk of chunks) parts.push(chunk)
      kept.set(id, Buffer.concat(parts))
      return id
    },
    async push(id: string) {
      told.push(id)
      return true
    },
  }
  return { kept, told, remote: { blobs } as unknown as Parameters<typeof addFile>[0] }
}

const plain = new TextEncoder().encode('between you and me, '.repeat(5_000))
const file = new File([plain], 'no(te).txt', { type: 'text/plain' })

describe('a file that is attached', () => {
  beforeAll(async () => {
    await import('../../src/page/data/link.ts')
    await ready
  }, 60_000)

  test('for everybody is kept as it is, and nobody hears of it before it is published', async () => {
    const { kept, told, remote } = server()
    const added = await addFile(remote, file, false)
    expect([...kept]).toEqual([[added.link, Buffer.from(plain)]])
    expect(told).toEqual([])
    await tellOf(remote, [added])
    expect(told).toEqual([added.link])
  })

  test('for few is encrypted: who is told of it cannot read it', async () => {
    const { kept, told, remote } = server()
    const added = await addFile(remote, file, true)
    const [[id = '', bytes = new Uint8Array()] = []] = [...kept]
    expect(id).toBe(`&${toBase64(sha256(bytes))}.sha256`)
    expect(added).toMatchObject({ name: 'no(te).txt', size: plain.length, type: 'text/plain' })
    expect(added.link).toBe(`${id}?unbox=${toBase64(sha256(plain))}.boxs`)
    expect(Buffer.from(bytes).includes('between you')).toBe(false)
    await tellOf(remote, [added])
    expect(told).toEqual([id])
  })

  test('for few is linked to with its key, by the text and by what it mentions', async () => {
    const added = await addFile(server().remote, file, true)
    const text = markdownOf(added)
    expect(text).toBe(`[note.txt](${added.link})`)
    const content = contentOf({ text, root: null, branch: [], attached: [added] })
    expect(content['mentions']).toEqual([added])
    expect(hrefOf(added.link)).toContain('?unbox=')
  })

  test('is one of the message for as long as its text links to it', async () => {
    const added = await addFile(server().remote, file, false)
    expect(filesIn(`see ${markdownOf(added)}`, [added])).toEqual([added])
    expect(filesIn('see', [added])).toEqual([])
  })

  test.each([
    [5_242_880, false],
    [5_242_879, true],
  ])('is refused when peers would not fetch it: %i bytes, private: %s', async (size, isPrivate) => {
    const { kept, remote } = server()
    const large = new File([new Uint8Array(size)], 'large')
    await expect(addFile(remote, large, isPrivate)).rejects.toThrow('less than 5 MiB')
    expect(kept.size).toBe(0)
  })

  test('may be as large as peers fetch', async () => {
    const { kept, remote } = server()
    await addFile(remote, new File([new Uint8Array(5_242_879)], 'large'), false)
    expect(kept.size).toBe(1)
  })
})
