// Folders below tools/ that have a lockfile of their own are installed on first use, by `npm ci`.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const tools = fileURLToPath(new URL('..', import.meta.url))

/**
 * Bring the locked packages of a folder below tools/, unless they are there already.
 *
 * @param {string} folder relative to tools/, such as `peers/ssb-server`
 * @returns {string} the folder's absolute path
 */
export function ensureInstalled(folder) {
  const home = join(tools, folder)
  const lock = createHash('sha256').update(readFileSync(join(home, 'package-lock.json')))
  const key = `${lock.digest('hex')} ${process.versions.modules}`
  const stamp = join(home, 'node_modules', '.locked')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === key) return home
  console.error(`Installing ${folder} …`)
  const done = spawnSync('npm', ['ci', '--loglevel=error', '--no-audit', '--no-fund'], {
    cwd: home,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  })
  if (done.status !== 0) throw new Error(`npm ci failed in tools/${folder}`)
  writeFileSync(stamp, key)
  return home
}
