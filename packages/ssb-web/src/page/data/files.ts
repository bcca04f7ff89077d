import type { Attached } from './draft.ts'
import type { PageRemote } from './rpc.ts'

/** Bytes of a blob that peers fetch. */
export const FILE_MAX = 5_242_880
const CHUNK = 65_536

/** Add a file to the server's blobs. */
export async function addFile(remote: PageRemote, file: File): Promise<Attached> {
  const bytes = new Uint8Array(await file.arrayBuffer())
  const { blobIdOf } = await import('./link.ts')
  const link = blobIdOf(bytes)
  async function* chunks(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += CHUNK) yield bytes.subarray(at, at + CHUNK)
  }
  await remote.blobs.add(chunks(), link)
  // peers who want what we write should be told of it at once
  await remote.blobs.push(link)
  return {
    link,
    name: file.name,
    size: bytes.length,
    type: file.type || 'application/octet-stream',
  }
}

/** What a text says to show a file. */
export function markdownOf({ link, name, type }: Attached): string {
  const plain = name.replace(/[[\]()]/g, '')
  return `${type.startsWith('image/') ? '!' : ''}[${plain}](${link})`
}
