// What a newcomer does first, between two servers.
import { openPage } from '../browser.mjs'
import { picture } from '../picture.mjs'

const file = (name, mimeType, buffer) => ({ name, mimeType, buffer })

const at = (server, page, argument = '') =>
  `${server.url}#/${page}${argument === '' ? '' : `/${encodeURIComponent(argument)}`}`

/** Open the page of a server in a profile of its own, paired by its link. */
async function pair(world, server) {
  const opened = await openPage(world.browser, { viewport: { width: 1100, height: 850 } })
  await opened.page.goto(server.link)
  await opened.page.getByRole('heading', { name: 'Home' }).waitFor()
  return opened
}

async function nameYourself(page, name, colour) {
  await page.getByLabel('Your name').fill(name)
  await page.getByRole('button', { name: 'Save' }).click()
  await page
    .getByLabel('Choose a picture')
    .setInputFiles(file('me.png', 'image/png', picture(96, colour)))
  await page.locator('.self img.avatar').waitFor()
}

async function publish(page, text) {
  await page.getByLabel('Text', { exact: true }).fill(text)
  await page.getByRole('button', { name: 'Publish' }).click()
}

/** Two people meet: leaves `world.pages`, both paired, following each other. */
export async function firstHour(world) {
  const { a, b, check } = world
  const [left, right] = [await pair(world, a), await pair(world, b)]
  world.pages = { left, right }
  const { page: ada } = left
  const { page: bea } = right
  check('a link pairs a browser', !(await ada.evaluate(() => location.hash)).includes('pair'))
  const other = await openPage(world.browser)
  await other.page.goto(a.link)
  await other.page.getByText('does not take this link').waitFor()
  check('a link that was used pairs no other one', true)
  await other.page.context().close()

  await nameYourself(ada, 'Ada', [190, 90, 60])
  await nameYourself(bea, 'Bea', [90, 150, 90])
  check('a name and a picture', (await ada.getByLabel('Your name').inputValue()) === 'Ada')

  await ada.goto(at(a, 'network'))
  await ada.getByRole('button', { name: 'Make an invite' }).click()
  const code = await ada.locator('[role=status] code').textContent()
  await bea.getByLabel('Invite code').fill(code)
  await bea.getByRole('button', { name: 'Use an invite' }).click()
  await bea.getByText('Done: you follow').waitFor()
  check('an invite made in one browser is used in the other', true)

  await ada.goto(at(a, 'profile', b.id))
  await ada.getByText('follows you').waitFor()
  const follow = ada.getByRole('button', { name: 'Follow', exact: true })
  if (await follow.isVisible()) await follow.click()
  await ada.getByText('You follow them').waitFor()
  check('following each other', true)

  await bea.goto(at(b, 'timeline'))
  await ada.goto(at(a, 'timeline'))
  await ada
    .getByLabel('Attach a file')
    .setInputFiles(file('sea.png', 'image/png', picture(320, [70, 140, 190])))
  await ada.waitForFunction(() => document.querySelector('textarea')?.value.includes('.sha256'))
  const text = await ada.getByLabel('Text', { exact: true }).inputValue()
  await publish(ada, `Hello from the sea\n\n${text}`)
  await ada.locator('article', { hasText: 'Hello from the sea' }).waitFor()
  check('a post with a picture', true)
  await bea.getByRole('button', { name: /new message/ }).click()
  const post = bea.locator('article', { hasText: 'Hello from the sea' })
  await post.locator('.markdown img').waitFor()
  await bea.waitForFunction(
    () => (document.querySelector('.markdown img')?.naturalWidth ?? 0) > 0,
    undefined,
    { timeout: 20_000 },
  )
  check('it arrives on the other one live, with its picture', true)

  await post.getByRole('button', { name: /Like/ }).click()
  await post.getByRole('button', { name: '1 like' }).waitFor()
  await post.getByRole('link', { name: 'Reply' }).click()
  await bea.getByText('Reply to this thread').waitFor()
  await bea.getByLabel('Text', { exact: true }).fill('A warm hello to @Ad')
  await bea.locator('.suggestions button', { hasText: 'Ada' }).click()
  check(
    'a mention is completed',
    (await bea.getByLabel('Text', { exact: true }).inputValue()).includes(`[@Ada](${a.id})`),
  )
  await bea.getByRole('button', { name: 'Publish' }).click()
  await bea.locator('article', { hasText: 'A warm hello' }).waitFor()
  await ada.getByRole('button', { name: /new message/ }).click()
  await ada.locator('article', { hasText: 'A warm hello' }).waitFor()
  check('a reply comes back', true)

  await ada.goto(at(a, 'compose', b.id))
  await publish(ada, 'Between you and me')
  await ada.locator('article', { hasText: 'Between you and me' }).waitFor()
  await bea.goto(at(b, 'private'))
  await bea.locator('article', { hasText: 'Between you and me' }).first().waitFor()
  check('a private message', true)
  await bea.goto(at(b, 'timeline'))
  await bea.locator('article', { hasText: 'A warm hello' }).waitFor()
  check('it is not in the timeline', (await bea.getByText('Between you and me').count()) === 0)

  await bea.goto(at(b, 'search', 'sea'))
  await bea.locator('article', { hasText: 'Hello from the sea' }).waitFor()
  check('a search', true)

  await comesBack(world)
}

async function comesBack({ a, check, pages }) {
  const { page } = pages.left
  await page.goto(at(a, 'timeline'))
  await page.locator('article').first().waitFor()
  await a.stop()
  await page.getByText('The server is away').waitFor()
  check('the page says that its server is away', (await page.locator('article').count()) > 0)
  await a.start()
  await page.getByText('The server is away').waitFor({ state: 'detached', timeout: 20_000 })
  await publish(page, 'Back again')
  await page.locator('article', { hasText: 'Back again' }).waitFor()
  check('and goes on by itself when it is back', true)
}

/** The other end of the story: leaves nobody who is followed. */
export async function farewell({ a, b, check, pages }) {
  const { page } = pages.left
  await page.goto(at(a, 'profile', b.id))
  await page.getByRole('button', { name: 'Block' }).click()
  await page.getByText('You block them').waitFor()
  check('blocking', true)
  for (const [name, { said, foreign }] of Object.entries(pages)) {
    const faults = said.filter(
      (text) => !/WebSocket connection to|ERR_CONNECTION_REFUSED/.test(text),
    )
    check(`${name}: the page has no errors`, faults.length === 0, faults.join('\n'))
    check(`${name}: nothing was asked of anybody else`, foreign.length === 0, foreign.join('\n'))
  }
}
