// Brings a file of messages into a server that runs, as a person would.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { root } from '../../lib/packages.mjs'

/** Put the messages into a server by its command; how many a second. */
export function importInto(server, file, total) {
  const start = Date.now()
  const bin = join(root, 'packages/ssb-server/dist/bin.js')
  const done = spawnSync(process.execPath, [bin, '--path', server.path, 'import', file], {
    encoding: 'utf8',
  })
  if (done.status !== 0) throw new Error(`the import failed: ${done.stderr}`)
  return total / ((Date.now() - start) / 1000)
}
