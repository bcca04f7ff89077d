// A link that is opened where the page is already, and a browser that is let in no more.
import { openPage } from '../browser.mjs'

export async function letInNoMore({ b, browser, check }) {
  const client = await b.client()
  const { page, said } = await openPage(browser)
  await page.goto(b.url)
  await page.getByText('not paired yet').waitFor()
  const before = await client.remote.web.sessions()
  await page.goto((await client.remote.web.pair()).url)
  await page.getByRole('heading', { name: 'Home' }).waitFor()
  check('a link pairs where the page is open already', !page.url().includes('pair'))

  await page.goto(`${b.url}#/timeline`)
  await page.locator('article').first().waitFor()
  const known = new Set(before.map(({ id }) => id))
  const [session] = (await client.remote.web.sessions()).filter(({ id }) => !known.has(id))
  await client.remote.web.revoke(session.id)
  await client.close()
  await page.getByText('not paired yet').waitFor()
  check('a browser that is let in no more says so', (await page.locator('article').count()) === 0)
  check('and has no errors', said.length === 0, said.join('\n'))
  await page.context().close()
}
