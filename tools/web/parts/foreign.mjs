// What a page of elsewhere, open in the same browser, can reach: nothing.
import { createServer } from 'node:http'
import { openPage } from '../browser.mjs'

/** Runs in the foreign page: try everything that a page can try. */
async function tryAll(target) {
  const ws = target.replace('http', 'ws')
  const answerOf = (promise) => promise.then(String, () => 'refused')
  const socket = (url) =>
    new Promise((resolve) => {
      const one = new WebSocket(url)
      one.onopen = () => resolve('opened')
      one.onerror = () => resolve('refused')
    })
  const frame = () =>
    new Promise((resolve) => {
      const one = document.createElement('iframe')
      one.onload = () => {
        try {
          resolve(one.contentDocument?.body?.textContent ? 'read' : 'refused')
        } catch {
          resolve('refused')
        }
      }
      one.src = target
      document.body.append(one)
    })
  const script = () =>
    new Promise((resolve) => {
      const one = document.createElement('script')
      one.onload = () => resolve('loaded')
      one.onerror = () => resolve('refused')
      one.src = `${target}manifest.json`
      document.body.append(one)
    })
  const post = (type) =>
    answerOf(
      fetch(`${target}web/pair`, {
        method: 'POST',
        headers: { 'content-type': type },
        body: '{"token":"x","key":"x"}',
      }).then((response) => response.text()),
    )
  return {
    fetch: await answerOf(fetch(target).then((response) => response.text())),
    'fetch without CORS': await answerOf(
      fetch(target, { mode: 'no-cors' }).then((response) =>
        response.type === 'opaque' ? 'refused' : 'read',
      ),
    ),
    post: await post('application/json'),
    'post as a form would': await post('text/plain'),
    'a WebSocket': await socket(ws),
    'a frame': await frame(),
    'a script': await script(),
  }
}

export async function foreignPages({ a, browser, check }) {
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><body>elsewhere')
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address()
  // names that lead to this machine, as an attacker's do when he wants them to
  const context = await browser.newContext()
  const page = await context.newPage()
  await page.goto(`http://evil.localhost:${port}/`)
  const tried = await page.evaluate(tryAll, a.url)
  for (const [what, came] of Object.entries(tried))
    check(`elsewhere: ${what} is refused`, came === 'refused', came)

  const rebound = new URL(a.url)
  rebound.hostname = 'evil.localhost'
  const answer = await page.goto(rebound.href)
  check(
    'elsewhere: a name that leads here gets nothing',
    answer?.status() === 421,
    answer?.status(),
  )
  const opened = await page.evaluate(
    (url) =>
      new Promise((resolve) => {
        const one = new WebSocket(url)
        one.onopen = () => resolve(true)
        one.onerror = () => resolve(false)
      }),
    rebound.href.replace('http', 'ws'),
  )
  check('elsewhere: nor does its WebSocket', opened === false)
  await context.close()
  server.close()
  const { page: stranger } = await openPage(browser)
  await stranger.goto(a.url)
  await stranger.getByText('not paired yet').waitFor()
  check('a browser that was not paired sees how to be', true)
  await stranger.context().close()
}
