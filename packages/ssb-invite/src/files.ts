/**
 * Keep invites in `invites.json` of the data folder.
 *
 * @packageDocumentation
 */
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { replaceFile } from '@scuttlebot/ssb-plugin/files'
import type { InviteStorage } from './storage.ts'

/**
 * Invites in a file of `folder`: written beside the old one, synced, and moved over it.
 * A file that cannot be read fails the start, as an empty one would bring used invites back to life.
 */
export function fileInvites(folder: string): InviteStorage {
  const file = join(folder, 'invites.json')
  return {
    async load() {
      let text: string
      try {
        text = await readFile(file, 'utf8')
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
        throw error
      }
      return JSON.parse(text) as unknown
    },
    async save(state) {
      await mkdir(folder, { recursive: true })
      await replaceFile(file, JSON.stringify(state))
    },
  }
}
