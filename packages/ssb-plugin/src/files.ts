/**
 * Files of plugins that outlive a kill and a loss of power. Needs Node.
 *
 * @packageDocumentation
 */
import { open, rename } from 'node:fs/promises'
import { dirname } from 'node:path'

/** How {@link replaceFile} writes. */
export interface ReplaceOptions {
  /**
   * Whether the file is on the disk when the call resolves; so by default. Without it a loss of power may leave an
   * empty file: for what can be had again.
   */
  readonly isDurable?: boolean
}

/**
 * Make the names in a folder durable: of files that were made, moved or removed there. Windows cannot, and need not.
 */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

/**
 * Put a text in place of a file, or where there was none: written beside it, as `<path>.new`, and moved over it, so
 * that whoever reads, after a kill too, finds the old text or the new one whole. Only the own user may read it. The
 * folder must be there; calls for one path must not overlap.
 */
export async function replaceFile(
  path: string,
  text: string,
  { isDurable = true }: ReplaceOptions = {},
): Promise<void> {
  const fresh = `${path}.new`
  const file = await open(fresh, 'w', 0o600)
  try {
    await file.writeFile(text)
    if (isDurable) await file.sync()
  } finally {
    await file.close()
  }
  await rename(fresh, path)
  if (isDurable) await syncFolder(dirname(path))
}
