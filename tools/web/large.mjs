// The page with many messages and people, measured: when something is first read, what scrolling and the drawing cost,
// what the tab holds. Part of `npm run web -- --large`; a folder that is given is filled once and kept.
import { createReadStream, readFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { createInterface } from 'node:readline'
import { dataFile } from '../generate/generate.mjs'
import { table } from '../lib/table.mjs'
import { openBrowser, openPage } from './browser.mjs'
import { Server } from './server.mjs'

const FEEDS = 5_000
const MESSAGES = 20
const ROUNDS = 5
/** What the issue of the page asks for. */
const LIMITS = { firstMs: 1_000, taskMs: 50, frameMs: 50, tabBytes: 200e6 }

/** All messages of a file, with a contact for each feed, so that they are people we know. */
async function fill(server) {
  const client = await server.client()
  const { remote } = client
  if (Object.keys(await remote.getVectorClock()).length < FEEDS) {
    const file = dataFile({ feeds: FEEDS, messages: MESSAGES, seed: 'web', varied: false })
    const authors = new Set()
    async function* values() {
      for await (const line of createInterface({ input: createReadStream(file) })) {
        const value = JSON.parse(line)
        authors.add(value.author)
        yield value
      }
    }
    await remote.createWriteStream(values())
    const all = [...authors]
    for (let at = 0; at < all.length; at += 500)
      await Promise.all(all.slice(at, at + 500).map((id) => remote.friends.follow(id)))
  }
  // It goes on indexing what it was just given, which a server that has had its messages for a while does not.
  const isAtRest = async () =>
    Object.values(await remote.progress()).every(({ current, target }) => current >= target)
  while (!(await isAtRest())) await new Promise((resolve) => setTimeout(resolve, 250))
  const clock = await remote.getVectorClock()
  await client.close()
  const counts = Object.values(clock)
  return { feeds: counts.length, messages: counts.reduce((sum, n) => sum + n, 0) }
}

/** In the page, before anything else: when the first message stands there, and what kept the page from answering. */
function watch() {
  globalThis.tasks = []
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) globalThis.tasks.push(Math.round(duration))
  }).observe({ type: 'longtask', buffered: true })
  const seen = new MutationObserver(() => {
    if (document.querySelector('article .markdown') === null) return
    seen.disconnect()
    // after the frame that shows it
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel()
      port1.onmessage = () => {
        globalThis.firstMessage = performance.now()
      }
      port2.postMessage(0)
    })
  })
  seen.observe(document, { subtree: true, childList: true })
}

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]
const takeTasks = (page) => page.evaluate(() => globalThis.tasks.splice(0))
const worst = (tasks) => Math.max(0, ...tasks)
const told = (tasks) => (tasks.length === 0 ? 'none' : `${tasks.join(', ')} ms`)

/** From a cold browser (nothing in its caches), then again and again. */
async function firstMessages(browser, server, add) {
  const { page } = await openPage(browser, { viewport: { width: 1100, height: 850 } })
  const session = await page.context().newCDPSession(page)
  await page.goto(server.link)
  await page.locator('.self').waitFor()
  await page.addInitScript(watch)
  const times = []
  let painted = 0
  const all = []
  for (let n = 0; n <= ROUNDS; n++) {
    await page.goto('about:blank')
    if (n === 0) await session.send('Network.clearBrowserCache')
    await page.goto(`${server.url}#/timeline`)
    await page.waitForFunction(() => globalThis.firstMessage !== undefined)
    times.push(await page.evaluate(() => globalThis.firstMessage))
    if (n === 0)
      painted = await page.evaluate(
        () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime,
      )
    await page.waitForTimeout(500)
    all.push(...(await takeTasks(page)))
  }
  const [cold, ...warm] = times
  add('first paint, cold', `${Math.round(painted)} ms`)
  add('first message painted, cold', `${Math.round(cold)} ms`, cold < LIMITS.firstMs)
  const again = `${Math.round(median(warm))} ms, ${Math.round(Math.max(...warm))} ms`
  add('again: median, slowest', again, Math.max(...warm) < LIMITS.firstMs)
  add('long tasks while opening', told(all))
  return page
}

async function scroll(page, add) {
  for (let n = 0; n < 120; n++) {
    await page.mouse.wheel(0, 1_500)
    await page.waitForTimeout(60)
  }
  const tasks = await takeTasks(page)
  const sheets = await page.locator('[role="feed"] .sheet').count()
  const drawn = await page.locator('article').count()
  add('sheets of messages after scrolling, messages drawn', `${sheets}, ${drawn}`)
  add('long tasks while scrolling', told(tasks), worst(tasks) <= LIMITS.taskMs)
}

async function people(page, server, add) {
  await page.goto(`${server.url}#/people`)
  await page.locator('canvas').waitFor({ timeout: 60_000 })
  await page.waitForTimeout(5_000)
  const drawing = await takeTasks(page)
  add('long tasks while drawing', told(drawing), worst(drawing) <= LIMITS.taskMs)
  const frames = await page.evaluate(async () => {
    const canvas = document.querySelector('canvas')
    const times = []
    let last = performance.now()
    for (let n = 0; n < 120; n++) {
      const deltaY = n % 2 ? 100 : -100
      canvas.dispatchEvent(new WheelEvent('wheel', { deltaY, cancelable: true }))
      await new Promise(requestAnimationFrame)
      times.push(performance.now() - last)
      last = performance.now()
    }
    return times.toSorted((a, b) => a - b)
  })
  const slowest = frames.at(-1)
  const shown = `${median(frames).toFixed(1)} ms, ${slowest.toFixed(1)} ms`
  add('frame while zooming: median, slowest', shown, slowest <= LIMITS.frameMs)
  const moving = await takeTasks(page)
  add('long tasks while zooming', told(moving), worst(moving) <= LIMITS.taskMs)
}

/** Memory of the process of the tab, as the browser's own task manager counts it, and with all that it shares. */
async function memoryOf(browser, page) {
  const tab = await page.context().newCDPSession(page)
  const { usedSize: heap } = await tab.send('Runtime.getHeapUsage')
  const session = await browser.newBrowserCDPSession()
  const { processInfo } = await session.send('SystemInfo.getProcessInfo')
  const sizes = processInfo
    .filter(({ type }) => type === 'renderer')
    .map(({ id }) => {
      const text = readFileSync(`/proc/${id}/status`, 'utf8')
      const of = (name) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1]) * 1024
      return { own: of('RssAnon') + of('RssShmem') + of('VmSwap'), all: of('VmRSS') }
    })
  // others are spare ones without a page
  return { ...sizes.toSorted((a, b) => b.own - a.own)[0], heap }
}

const mega = (bytes) => `${(bytes / 1e6).toFixed(0)} MB`

/**
 * Measure; figures beyond what is asked for are marked.
 *
 * @param {{ path?: string }} options `path`: a data folder that is filled unless it is full, and kept
 * @returns {Promise<boolean>} whether all is within what is asked for
 */
export async function measureLarge({ path } = {}) {
  const rows = []
  let isWithin = true
  const add = (name, figure, holds = true) => {
    isWithin &&= holds
    rows.push([name, figure, holds ? '' : 'MISSED'])
  }
  const server = new Server('large', path)
  const browser = await openBrowser()
  try {
    await server.start()
    const { feeds, messages } = await fill(server)
    add('load of this machine before: what else runs counts, too', loadavg()[0].toFixed(1))
    add('messages, feeds', `${messages}, ${feeds}`)
    const page = await firstMessages(browser, server, add)
    await scroll(page, add)
    const timeline = await memoryOf(browser, page)
    await people(page, server, add)
    const drawn = await memoryOf(browser, page)
    for (const [name, { own, all, heap }] of Object.entries({ timeline, people: drawn })) {
      add(`memory of the tab, ${name}: its own`, mega(own), own < LIMITS.tabBytes)
      add('  with what it shares with other processes', mega(all))
      add('  of it objects of the page', mega(heap))
    }
  } finally {
    await browser.close()
    await server.remove()
  }
  console.log(table(['with many messages', '', ''], rows))
  console.log(isWithin ? 'all within what is asked for' : 'some are beyond what is asked for')
  return isWithin
}
