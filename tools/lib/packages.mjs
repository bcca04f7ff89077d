// The built packages, by name. The tools are no workspace members, so they find the packages through the exports maps.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

/** The repository's root folder. */
export const root = fileURLToPath(new URL('../..', import.meta.url))

/**
 * The file behind an entry of a built package.
 *
 * @param {string} entry such as `ssb-validate` or `ssb-validate/pool`
 * @returns {string} an absolute path
 */
export function entryFile(entry) {
  const [name, ...rest] = entry.split('/')
  const folder = join(root, 'packages', name)
  const { exports } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const target = exports[['.', ...rest].join('/')]?.default
  if (typeof target !== 'string') throw new Error(`@scuttlebot/${entry} is not exported`)
  const file = join(folder, target)
  if (!existsSync(file)) throw new Error(`@scuttlebot/${entry} is not built (${target} is missing)`)
  return file
}

/**
 * Import an entry of a built package.
 *
 * @param {string} entry such as `ssb-validate` or `ssb-validate/pool`
 * @returns {Promise<any>} the module
 */
export const load = (entry) => import(pathToFileURL(entryFile(entry)).href)
