// Posts, names and contents that are made to break out. Nothing of them may run, ask for anything, or leave its place.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../../lib/packages.mjs'
import { farewell } from './first-hour.mjs'

/** The list of the unit tests, read as text: it is TypeScript, and all Nodes have to be able to run this. */
function attacks() {
  const text = readFileSync(join(root, 'packages/ssb-web/test/page/attacks.ts'), 'utf8')
  const body = text
    .slice(text.indexOf('const KEY'))
    .replace(/export const (\w+): [^=]*=/, 'const $1 =')
  return new Function(`${body}\nreturn ATTACKS`)()
}

/** Contents that are no posts as they should be. */
const ODD = [
  { type: 'post' },
  { type: 'post', text: { toString: 'x' } },
  { type: 'post', text: 'odd', mentions: 'x', root: {}, branch: 7, recps: [[]] },
  { type: 'post', text: 'odd', contentWarning: '<img src=x onerror=alert(1)>' },
  { type: 'vote', vote: null },
  { type: 'about', about: 7, name: {} },
  { type: '<script>alert(1)</script>', text: 'x' },
  { type: '__proto__', text: 'x' },
  { type: 'post', text: 'odd', channel: '<svg onload=alert(1)>' },
]

export async function hostileTexts(world) {
  const { a, b, check, pages } = world
  const { page } = pages.left
  const client = await b.client()
  // half of a surrogate pair is refused by publish; the unit tests have those
  const texts = attacks().filter((text) => text.isWellFormed())
  for (const text of texts)
    if (text.length < 4_000) await client.remote.publish({ type: 'post', text })
  for (const content of ODD) await client.remote.publish(content).catch(() => undefined)
  await client.remote.publish({ type: 'about', about: b.id, name: '<img src=x onerror=alert(1)>' })
  await client.remote.publish({
    type: 'about',
    about: b.id,
    description: '<script>alert(1)</script>',
  })
  await client.remote.publish({ type: 'post', text: 'The last of the hostile ones' })
  await client.remote.gossip.connect(a.address).catch(() => undefined)
  const last = await client.remote.latestSequence(b.id)
  await client.close()
  // what comes while the page is open waits there for a click
  const reader = await a.client()
  for (let n = 0; n < 300 && (await reader.remote.latestSequence(b.id)) !== last; n++)
    await page.waitForTimeout(100)
  await reader.close()

  let alerts = 0
  page.on('dialog', (dialog) => {
    alerts += 1
    void dialog.dismiss()
  })
  await page.goto(`${a.url}#/profile/${encodeURIComponent(b.id)}`)
  await page.reload()
  await page
    .locator('article', { hasText: 'The last of the hostile ones' })
    .waitFor({ timeout: 30_000 })
  // from the end to the beginning: only what is near the screen is drawn
  const seen = new Set()
  const found = new Set()
  for (let n = 0; n < 6; n++) {
    await page.evaluate(() => scrollTo(0, document.body.scrollHeight))
    await page.waitForTimeout(150)
  }
  for (;;) {
    const { drawn, bad, top } = await page.evaluate(seeHostile)
    for (const one of drawn) seen.add(one)
    for (const one of bad) found.add(one)
    if (top === 0) break
    await page.evaluate(() => scrollBy(0, -innerHeight))
    await page.waitForTimeout(150)
  }
  check(
    'hostile: the texts are shown',
    seen.size >= texts.length,
    `${seen.size} of ${texts.length}`,
  )
  check(
    'hostile: nothing is in the page but what markdown makes',
    found.size === 0,
    [...found].join('\n'),
  )
  check('hostile: nothing has run', alerts === 0, alerts)
  check('hostile: the page is still ours', (await page.locator('nav a').count()) === 10)
  for (const place of ['timeline', 'search/script', 'people', 'network', 'storage']) {
    await page.goto(`${a.url}#/${place}`)
    await page.waitForTimeout(300)
  }
  check('hostile: nor on other pages', alerts === 0, alerts)
  await farewell(world)
}

/** In the page: which messages are drawn now, and what is in them that markdown does not make. */
function seeHostile() {
  const bad = [...document.querySelectorAll('.markdown *')].filter(
    (one) =>
      !/^(A|B|BLOCKQUOTE|BR|CODE|DEL|EM|H[1-6]|HR|IMG|LI|OL|P|PRE|S|STRONG|TABLE|TBODY|TD|TH|THEAD|TR|UL)$/.test(
        one.tagName,
      ) ||
      [...one.attributes].some(({ name }) => /^on|^style$|^id$/.test(name)) ||
      (one.tagName === 'A' && !/^(https?:|mailto:)/.test(one.protocol)) ||
      (one.tagName === 'IMG' && !one.getAttribute('src')?.startsWith('/blobs/get/')),
  )
  const links = [...document.querySelectorAll('article time')].map((time) => time.parentElement)
  return {
    drawn: links.map((link) => link.getAttribute('href')),
    bad: bad.map((one) => one.outerHTML.slice(0, 200)),
    top: Math.round(scrollY),
  }
}
