// What whoever keeps a server open looks at: bans, figures of the storage, settings with where they came from; and a
// file that is dropped.
import { picture } from '../picture.mjs'

/** Drop a file onto the composer, as the browser does when one is let go there. */
async function drop(page, name, bytes) {
  const data = await page.evaluateHandle(
    ([title, numbers]) => {
      const transfer = new DataTransfer()
      transfer.items.add(new File([Uint8Array.from(numbers)], title, { type: 'image/png' }))
      return transfer
    },
    [name, [...bytes]],
  )
  await page.dispatchEvent('form.composer', 'drop', { dataTransfer: data })
}

async function dropped({ a, check }, page, client) {
  const bytes = picture(64, [200, 40, 120])
  const before = new Set(await idsOf(client))
  await page.goto(`${a.url}#/compose`)
  await page.locator('form.composer').waitFor()
  await drop(page, 'dropped.png', bytes)
  await page.waitForFunction(() => document.querySelector('textarea')?.value.includes('.sha256'))
  const text = await page.getByLabel('Text', { exact: true }).inputValue()
  check('a file that is dropped is named in the text', text.includes('![dropped.png](&'), text)
  const id = /&[\w+/=]+\.sha256/.exec(text)?.[0]
  const size = await client.remote.blobs.size(id)
  check(
    'and the server has it, whole',
    size === bytes.length && !before.has(id),
    `${size} of ${bytes.length}`,
  )
}

async function idsOf(client) {
  const found = []
  for await (const id of client.remote.blobs.ls()) found.push(id)
  return found
}

async function bans({ a, b, check }, page, client) {
  await page.goto(`${a.url}#/network`)
  const card = page.locator('section.card', { hasText: 'Bans' })
  await card.getByText('Nobody is banned.').waitFor()
  await client.remote.gossip.ban(b.id, { reason: 'too loud for us' })
  await card.getByText('too loud for us').waitFor()
  check('a ban is shown with its reason', (await card.getByRole('button').count()) === 1)
  await card.getByRole('button', { name: 'Lift' }).click()
  await card.getByText('Nobody is banned.').waitFor()
  check('a ban is lifted', (await client.remote.gossip.bans()).length === 0)
}

async function figures({ a, check }, page, client) {
  await page.goto(`${a.url}#/storage`)
  const row = page.locator('tbody tr').filter({ has: page.locator(`a[title="${a.id}"]`) })
  await row.waitFor()
  await page.waitForFunction(() => !document.querySelector('tbody')?.textContent.includes('…'))
  const [, count, bytes] = await row.locator('td').allTextContents()
  const sequence = await client.remote.latestSequence(a.id)
  check('storage: how many messages of us', Number(count) === sequence, `${count} of ${sequence}`)
  const sizes = await client.remote.feed.sizes([a.id])
  const real = sizes[a.id].bytes
  const told = Number(/[\d.]+/.exec(bytes)?.[0]) * (bytes.includes('kB') ? 1_000 : 1)
  check('storage: how many bytes', Math.abs(told - real) <= 0.06 * real, `${bytes} of ${real}`)
  const { blobs } = await client.remote.blobs.status()
  const card = page.locator('section.card', { hasText: 'On the disk' })
  const said = await card.textContent()
  check('storage: how many blobs', blobs > 0 && said.includes(`${blobs} blob`), said)
}

async function origins({ a, check }, page) {
  await page.goto(`${a.url}#/settings`)
  await page.getByLabel('Filter').fill('allowPrivate')
  const row = page.locator('tr').filter({ has: page.getByText('allowPrivate', { exact: true }) })
  const [, value, origin] = await row.first().locator('td').allTextContents()
  check('a setting with its origin', value === 'true' && origin === '--allowPrivate', origin)
  await page.getByLabel('Filter').fill('')
  const all = await page.locator('tbody tr').count()
  await page.getByLabel('Only those that differ').check()
  const changed = await page.locator('tbody tr td:nth-child(3)').allTextContents()
  check(
    'only those that differ from the default',
    changed.length > 0 && changed.length < all && !changed.includes('default'),
    changed.join(', '),
  )
}

export async function upkeep(world) {
  const { page } = world.pages.left
  const client = await world.a.client()
  try {
    await dropped(world, page, client)
    await bans(world, page, client)
    await figures(world, page, client)
    await origins(world, page)
  } finally {
    await client.close()
  }
}
