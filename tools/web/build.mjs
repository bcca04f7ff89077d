// Run by the build of ssb-web, in its folder: bundle the page into dist/page/.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { bundlePage, compressed } from './page.mjs'

const folder = resolve('dist/page')
const { files } = await bundlePage()
rmSync(folder, { recursive: true, force: true })
mkdirSync(folder, { recursive: true })
for (const [name, bytes] of files) {
  writeFileSync(join(folder, name), bytes)
  const small = compressed(name, bytes)
  if (small !== null) writeFileSync(join(folder, `${name}.br`), small)
}
