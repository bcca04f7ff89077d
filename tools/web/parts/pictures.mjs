// A picture of each page, to be looked at by people.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { findThread, pagesOf, visit } from './pages.mjs'

const LOOKS = [
  { name: 'desktop-light', colorScheme: 'light', width: 1100, height: 800 },
  { name: 'desktop-dark', colorScheme: 'dark', width: 1100, height: 800 },
  { name: 'phone-light', colorScheme: 'light', width: 390, height: 800 },
  { name: 'phone-dark', colorScheme: 'dark', width: 390, height: 800 },
]

export async function takePictures(world) {
  if (world.shots === undefined) return
  const { a, pages, shots } = world
  const { page } = pages.left
  const session = await page.context().newCDPSession(page)
  const thread = await findThread(world)
  mkdirSync(shots, { recursive: true })
  for (const { name: look, colorScheme, width, height } of LOOKS) {
    await page.emulateMedia({ colorScheme })
    await page.setViewportSize({ width, height })
    for (const [name, hash] of pagesOf({ ...world, thread })) {
      await visit(page, a.url + hash)
      const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: 55 })
      writeFileSync(join(shots, `${name}-${look}.webp`), Buffer.from(data, 'base64'))
    }
  }
}
