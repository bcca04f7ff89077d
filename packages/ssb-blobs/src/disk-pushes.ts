import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { isBlobId } from '@scuttlebot/ssb-ref'
import { pushNote, readNote } from './catalog.ts'
import { diskNotes } from './disk-notes.ts'

/**
 * Have blobs of a folder, which no server has open, pushed when one starts on it; resolves when that is written down,
 * with how many are new. Those whose push is noted already, or was, stay as they are, and what is no id is passed over.
 */
export async function notePushes(folder: string, ids: Iterable<string>): Promise<number> {
  await mkdir(folder, { recursive: true })
  const notes = diskNotes(join(folder, 'notes'))
  try {
    const known = new Set<string>()
    for (const line of await notes.read()) {
      const note = readNote(line)
      if (note?.[0] === 'push' || note?.[0] === 'pushed') known.add(note[1])
    }
    const fresh = [...ids].filter(isBlobId).filter((id) => !known.has(id))
    await notes.append(fresh.map(pushNote), true)
    return fresh.length
  } finally {
    await notes.close()
  }
}
