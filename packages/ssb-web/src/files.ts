import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** One file of the page, as it is sent. */
export interface PageFile {
  readonly type: string
  readonly bytes: Uint8Array
  /** The same, compressed with brotli; `null`: it is not worth it. */
  readonly brotli: Uint8Array | null
}

/** The files of the page by their path: `/` and what it names. */
export type BuiltFiles = ReadonlyMap<string, PageFile>

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  webmanifest: 'application/manifest+json',
}

/** Where the build puts the page: beside the source as beside the built code. */
const FOLDER = fileURLToPath(new URL('../dist/page/', import.meta.url))

/**
 * The page as it was built; empty where it was not. `index.html` is `/`; the others have a hash of their content in
 * their names.
 */
export async function builtFiles(folder: string = FOLDER): Promise<BuiltFiles> {
  const names = await readdir(folder).catch((): string[] => [])
  const files = new Map<string, PageFile>()
  for (const name of names) {
    const type = TYPES[name.slice(name.lastIndexOf('.') + 1)]
    if (type === undefined) continue
    const bytes = await readFile(join(folder, name))
    const brotli = names.includes(`${name}.br`) ? await readFile(join(folder, `${name}.br`)) : null
    files.set(name === 'index.html' ? '/' : `/web/${name}`, { type, bytes, brotli })
  }
  return files
}
