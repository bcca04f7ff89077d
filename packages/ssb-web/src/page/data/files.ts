import type { BlobId } from '@scuttlebot/ssb-ref'
import { texts } from '../texts.ts'
import type { Attached } from './draft.ts'
import type { PageRemote } from './rpc.ts'

/** Bytes that a blob must stay below, or peers do not fetch it. */
const BYTES_BELOW = 5_242_880
const CHUNK = 65_536

/**
 * Add a file to the server's blobs; one for few is encrypted. Nobody is told of it yet: see {@link tellOf}.
 *
 * @throws Error with a sentence when it is too large for peers
 */
export async function addFile(
  remote: Pick<PageRemote, 'blobs'>,
  file: File,
  isPrivate: boolean,
): Promise<Attached> {
  const limit = (size: number): void => {
    if (size >= BYTES_BELOW) throw new Error(texts.compose.tooLarge(BYTES_BELOW))
  }
  limit(file.size)
  const { storedOf } = await import('./link.ts')
  const { id, link, bytes } = storedOf(new Uint8Array(await file.arrayBuffer()), isPrivate)
  limit(bytes.length)
  async function* chunks(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += CHUNK) yield bytes.subarray(at, at + CHUNK)
  }
  await remote.blobs.add(chunks(), id)
  return { link, name: file.name, size: file.size, type: file.type || 'application/octet-stream' }
}

/** Peers who want what we write are told of its files at once. */
export async function tellOf(
  remote: Pick<PageRemote, 'blobs'>,
  files: readonly Attached[],
): Promise<void> {
  for (const { link } of files) {
    const [id = ''] = link.split('?', 1)
    await remote.blobs.push(id as BlobId)
  }
}

/** What a text says to show a file. */
export function markdownOf({ link, name, type }: Attached): string {
  const plain = name.replace(/[[\]()]/g, '')
  return `${type.startsWith('image/') ? '!' : ''}[${plain}](${link})`
}
