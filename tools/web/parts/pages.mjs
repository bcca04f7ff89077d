// Every page of the page, as a name and where it is.

/** @returns {readonly (readonly [name: string, hash: string])[]} */
export const pagesOf = ({ b, thread }) => [
  ['home', '#/home'],
  ['timeline', '#/timeline'],
  ['thread', `#/thread/${encodeURIComponent(thread)}`],
  ['profile', `#/profile/${encodeURIComponent(b.id)}`],
  ['compose', `#/compose/${encodeURIComponent(b.id)}`],
  ['private', '#/private'],
  ['people', '#/people'],
  ['network', '#/network'],
  ['search', '#/search/sea'],
  ['storage', '#/storage'],
  ['settings', '#/settings'],
  ['logs', '#/logs'],
]

/** The thread of the first hour, as a page links to it. */
export async function findThread({ a, pages }) {
  const { page } = pages.left
  await page.goto(`${a.url}#/search/hello`)
  const link = page
    .locator('article', { hasText: 'Hello from the sea' })
    .getByRole('link', { name: 'Reply' })
  return decodeURIComponent((await link.getAttribute('href')).split('/thread/')[1])
}

/** Go to a page and wait until it has what it asked for. */
export async function visit(page, url) {
  await page.goto(url)
  await page.locator('h1').waitFor()
  await page.waitForFunction(() => !document.body.textContent.includes('Loading …'))
  await page.waitForTimeout(/people|network/.test(url) ? 900 : 250)
}
