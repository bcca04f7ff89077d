// Node only: what ssb-blobs was still pushing.
import { existsSync } from 'node:fs'
import { copyFile, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ClassicLevel } from 'classic-level'

/**
 * The blobs that an old server was still offering to its peers, as ids that nobody has checked; `null` when its list,
 * the LevelDB in `blobs_push`, cannot be read. A copy of it is opened, since LevelDB writes when it opens.
 */
export async function oldPushes(folder: string): Promise<readonly string[] | null> {
  const list = join(folder, 'blobs_push')
  if (!existsSync(list)) return []
  const copy = await mkdtemp(join(tmpdir(), 'ssb-migrate-'))
  try {
    for (const name of await readdir(list)) await copyFile(join(list, name), join(copy, name))
    const level = new ClassicLevel(copy, { createIfMissing: false })
    try {
      return await level.keys().all()
    } finally {
      await level.close()
    }
  } catch {
    return null
  } finally {
    await rm(copy, { recursive: true, force: true })
  }
}
