// Debian's Chromium, driven by playwright-core.
import { chromium } from 'playwright-core'
import { findChromium } from '../browser/chromium.mjs'

/** Open a browser without a window. */
export async function openBrowser() {
  const command = findChromium()
  return await chromium.launch({
    executablePath: command.includes('/') ? command : `/usr/bin/${command}`,
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
  })
}

/**
 * A page in a profile of its own, which writes down what goes wrong in it.
 *
 * @param {import('playwright-core').Browser} browser
 * @param {object} options of `newContext`: viewport, colorScheme …
 * @returns {Promise<{ page: import('playwright-core').Page, said: string[], foreign: string[] }>} `said`: errors of
 *   the page; `foreign`: requests that went elsewhere
 */
export async function openPage(browser, options = {}) {
  const context = await browser.newContext({ locale: 'en-GB', ...options })
  const page = await context.newPage()
  const said = []
  const foreign = []
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) said.push(message.text())
  })
  page.on('pageerror', (error) => said.push(String(error.stack ?? error)))
  page.on('request', (request) => {
    const url = request.url()
    if (!/^(https?:\/\/localhost:\d+\/|data:|blob:)/.test(url)) foreign.push(url)
  })
  page.setDefaultTimeout(15_000)
  return { page, said, foreign }
}
