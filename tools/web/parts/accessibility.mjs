// What axe-core finds, on every page, in light and dark, wide and narrow.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { findThread, pagesOf, visit } from './pages.mjs'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

const LOOKS = [
  { colorScheme: 'light', width: 1100 },
  { colorScheme: 'dark', width: 390 },
]

export async function checkAccessibility(world) {
  const { a, check, pages } = world
  const { page } = pages.left
  const thread = await findThread(world)
  // the policy of the page lets no script in: what is run here is run by the browser's own hand
  for (const { colorScheme, width } of LOOKS) {
    await page.emulateMedia({ colorScheme })
    await page.setViewportSize({ width, height: 850 })
    for (const [name, hash] of pagesOf({ ...world, thread })) {
      await visit(page, a.url + hash)
      await page.evaluate(AXE)
      const { violations } = await page.evaluate(() => globalThis.axe.run())
      const serious = violations.filter(({ impact }) => ['serious', 'critical'].includes(impact))
      const told = serious.map(
        ({ id, nodes }) =>
          `${id}: ${nodes.slice(0, 3).map(({ html, failureSummary }) => `${html.slice(0, 150)} ${failureSummary?.slice(0, 200)}`)}`,
      )
      check(`axe: ${name}, ${colorScheme}, ${width}`, serious.length === 0, told.join('\n'))
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      )
      check(`fits: ${name}, ${width}`, overflow <= 0, `${overflow} px too wide`)
    }
  }
  await page.emulateMedia({ colorScheme: 'light' })
  await page.setViewportSize({ width: 1100, height: 850 })
}
