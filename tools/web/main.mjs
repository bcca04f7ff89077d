// node tools/web/main.mjs [--shots DIR] [--only PART] | --large [--path DIR]
// The page of two live servers in headless Chromium: what a newcomer does in the first hour, by mouse and by keyboard;
// hostile texts; what a page of elsewhere can reach; what axe-core finds. With --shots a picture of each page is kept.
// --large: none of that, but how fast the page is with 100,000 messages of 5,000 feeds; see large.mjs.
import { parseArgs } from '../lib/arguments.mjs'
import { table } from '../lib/table.mjs'
import { openBrowser } from './browser.mjs'
import { measureLarge } from './large.mjs'
import { checkAccessibility } from './parts/accessibility.mjs'
import { firstHour } from './parts/first-hour.mjs'
import { foreignPages } from './parts/foreign.mjs'
import { hostileTexts } from './parts/hostile.mjs'
import { byKeyboard } from './parts/keyboard.mjs'
import { takePictures } from './parts/pictures.mjs'
import { letInNoMore } from './parts/revoked.mjs'
import { upkeep } from './parts/upkeep.mjs'
import { Server } from './server.mjs'

const { values: flags } = parseArgs({
  options: {
    shots: { type: 'string' },
    only: { type: 'string' },
    large: { type: 'boolean', default: false },
    path: { type: 'string' },
  },
})
if (flags.large) process.exit((await measureLarge({ path: flags.path })) ? 0 : 1)

const results = []
const world = {
  a: new Server('a'),
  b: new Server('b'),
  browser: await openBrowser(),
  shots: flags.shots,
  /** Say that something holds; the run goes on when it does not. */
  check(name, holds, why = '') {
    results.push({ name, holds: holds === true, why: String(why).slice(0, 600) })
  },
}
const PARTS = {
  firstHour,
  letInNoMore,
  takePictures,
  upkeep,
  byKeyboard,
  hostileTexts,
  foreignPages,
  checkAccessibility,
}

const start = Date.now()
try {
  await Promise.all([world.a.start(), world.b.start()])
  for (const [name, part] of Object.entries(PARTS)) {
    if (flags.only !== undefined && name !== 'firstHour' && name !== flags.only) continue
    try {
      await part(world)
    } catch (error) {
      world.check(`${name} comes to its end`, false, error.stack)
    }
  }
} finally {
  await world.browser.close()
  await Promise.all([world.a.remove(), world.b.remove()])
}
console.log(
  table(
    ['in Chromium', ''],
    results.map(({ name, holds }) => [name, holds ? '' : 'FAILED']),
  ),
)
const failed = results.filter(({ holds }) => !holds)
for (const { name, why } of failed) console.log(`\n${name}: ${why}`)
console.log(
  `\n${results.length - failed.length} passed, ${failed.length} failed, in ${((Date.now() - start) / 1000).toFixed(1)} s`,
)
process.exitCode = failed.length > 0 ? 1 : 0
