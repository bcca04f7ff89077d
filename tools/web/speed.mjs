// node tools/web/speed.mjs [--feeds 5000] [--messages 20]
// The page with many messages and people: when something is first read, what scrolling and the drawing cost, and what
// the tab holds. Figures, without a verdict: they are those of this machine, with whatever else it does.
import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { dataFile } from '../generate/generate.mjs'
import { table } from '../lib/table.mjs'
import { openBrowser, openPage } from './browser.mjs'
import { Server } from './server.mjs'

const { values: flags } = parseArgs({
  options: {
    feeds: { type: 'string', default: '5000' },
    messages: { type: 'string', default: '20' },
  },
})

/** All messages of a file, with a contact for the first of each feed, so that they are people we know. */
async function fill(server, file) {
  const client = await server.client()
  const authors = new Set()
  async function* values() {
    for await (const line of createInterface({ input: createReadStream(file) })) {
      const value = JSON.parse(line)
      authors.add(value.author)
      yield value
    }
  }
  await client.remote.createWriteStream(values())
  const all = [...authors]
  for (let at = 0; at < all.length; at += 500)
    await Promise.all(all.slice(at, at + 500).map((id) => client.remote.friends.follow(id)))
  await client.close()
}

/** In the page: remember what kept it from answering. */
function watchTasks() {
  globalThis.tasks = []
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) globalThis.tasks.push(Math.round(duration))
  }).observe({ type: 'longtask', buffered: true })
}

const rows = []
const server = await new Server('speed').start()
const browser = await openBrowser()
try {
  const file = dataFile({
    feeds: Number(flags.feeds),
    messages: Number(flags.messages),
    seed: 'web',
    varied: false,
  })
  await fill(server, file)
  const { page } = await openPage(browser, { viewport: { width: 1100, height: 850 } })
  await page.goto(server.link)
  await page.locator('.self').waitFor()
  await page.addInitScript(watchTasks)
  await page.goto(`${server.url}#/timeline`)
  await page.reload()
  await page.locator('article').first().waitFor()
  const painted = await page.evaluate(
    () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime,
  )
  const shown = await page.evaluate(() => performance.now())
  rows.push(['first paint', `${Math.round(painted)} ms`])
  rows.push(['first messages shown, at most', `${Math.round(shown)} ms`])
  await page.evaluate(() => globalThis.tasks.splice(0))
  for (let n = 0; n < 60; n++) {
    await page.mouse.wheel(0, 1_500)
    await page.waitForTimeout(60)
  }
  const articles = await page.locator('article').count()
  const tasks = await page.evaluate(() => globalThis.tasks.splice(0))
  rows.push(['messages after scrolling', articles])
  rows.push(['long tasks while scrolling', tasks.length === 0 ? 'none' : `${tasks.join(', ')} ms`])
  await page.goto(`${server.url}#/people`)
  await page.locator('canvas').waitFor({ timeout: 60_000 })
  await page.waitForTimeout(4_000)
  const drawing = await page.evaluate(() => globalThis.tasks.splice(0))
  rows.push([
    'long tasks while drawing',
    drawing.length === 0 ? 'none' : `${drawing.join(', ')} ms`,
  ])
  const frames = await page.evaluate(async () => {
    const canvas = document.querySelector('canvas')
    const times = []
    let last = performance.now()
    for (let n = 0; n < 60; n++) {
      canvas.dispatchEvent(
        new WheelEvent('wheel', { deltaY: n % 2 ? 100 : -100, cancelable: true }),
      )
      await new Promise(requestAnimationFrame)
      times.push(performance.now() - last)
      last = performance.now()
    }
    return times.toSorted((a, b) => a - b)
  })
  rows.push([
    'frame while zooming: median, slowest',
    `${frames[30].toFixed(1)}, ${frames[59].toFixed(1)} ms`,
  ])
  const session = await page.context().newCDPSession(page)
  await session.send('HeapProfiler.collectGarbage')
  const { usedSize } = await session.send('Runtime.getHeapUsage')
  rows.push(['heap of the tab', `${(usedSize / 1e6).toFixed(0)} MB`])
} finally {
  await browser.close()
  await server.remove()
}
console.log(table(['with many messages', ''], rows))
