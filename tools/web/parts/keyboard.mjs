// The main path without a mouse.

/** Press Tab until what has the focus is called like that. */
async function tabTo(page, name, tries = 60) {
  for (let n = 0; n < tries; n++) {
    await page.keyboard.press('Tab')
    const found = await page.evaluate(() => {
      const one = document.activeElement
      return [one?.getAttribute('aria-label'), one?.textContent, one?.labels?.[0]?.textContent]
    })
    if (found.some((text) => text?.trim() === name)) return true
  }
  return false
}

/** Read, write and look around by keys alone. */
export async function byKeyboard({ a, check, pages }) {
  const { page } = pages.left
  await page.goto(`${a.url}#/home`)
  await page.reload()
  await page.getByRole('heading', { name: 'Home' }).waitFor()
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  check(
    'keys: the way past the list of pages',
    await page.evaluate(() => document.activeElement?.id === 'content'),
  )
  await page.reload()
  await page.getByRole('heading', { name: 'Home' }).waitFor()
  check('keys: to the timeline', await tabTo(page, 'Timeline'))
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Timeline' }).waitFor()
  check('keys: to the text', await tabTo(page, 'Text'))
  await page.keyboard.type('Written without a mouse')
  await page.keyboard.press('Control+Enter')
  await page.locator('article', { hasText: 'Written without a mouse' }).waitFor()
  check('keys: a post', true)
  check('keys: to the reply', await tabTo(page, 'Reply'))
  await page.keyboard.press('Enter')
  await page.getByText('Reply to this thread').waitFor()
  check('keys: a thread', true)
}
