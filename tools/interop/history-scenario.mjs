// One reference server and ours over createHistoryStream: handshakes both ways round, a long feed each way, live messages.
import { createHash } from 'node:crypto'
import { variedContents } from '../generate/generate.mjs'
import { startPeer } from '../peers/peers.mjs'
import { clientPackages } from './client.mjs'
import { startOurs } from './ours.mjs'
import { agree } from './report.mjs'

const LONG_MS = 120_000

/** A feed's ids and values, in order: what must be the same on both sides, byte for byte. */
const essence = (messages) => messages.map(({ key, value }) => ({ key, value }))

/** Ids are the hashes of the bytes, sequences have no gaps, and each message names the one before. */
function checkChain(messages) {
  let previous = null
  for (const [n, { key, value }] of messages.entries()) {
    if (value.sequence !== n + 1 || value.previous !== previous)
      throw new Error(`message ${n + 1} does not follow the one before`)
    const hash = createHash('sha256').update(JSON.stringify(value, null, 2), 'latin1')
    if (`%${hash.digest('base64')}.sha256` !== key)
      throw new Error(`message ${n + 1} has another id`)
    previous = key
  }
}

/** The contents of the long feed, as each kind of server wants private ones. */
function contents(count, recipients, safe) {
  return variedContents({ count, safe }).map((content, n) =>
    typeof content === 'string'
      ? {
          content: { type: 'post', text: `private ${n}, jen pro přátele 🔒`, recps: recipients },
          recps: recipients,
        }
      : { content },
  )
}

/** Publish through our server, in order; private ones are boxed as a client does. */
async function publishOurs(ours, list) {
  const { ssbKeys } = clientPackages()
  await Promise.all(
    list.map(({ content, recps }) => ours.publish(recps ? ssbKeys.box(content, recps) : content)),
  )
}

/**
 * @param {'ss' | 'db2'} stack
 * @param {ReturnType<import('./report.mjs').createReport>} report
 * @param {{ count: number }} options how many messages the long feeds have
 */
export async function historyScenario(stack, report, { count }) {
  const peer = await startPeer(stack, { seed: `history-${stack}`, ebt: false })
  const ours = await startOurs()
  /** The db2 stack has no client for createHistoryStream: its driver fetches. */
  const fetches = stack === 'db2'
  try {
    await report.step('each follows the other', async () => {
      await peer.call('follow', { feed: ours.id })
      await ours.follow(peer.id)
    })
    await report.step(`they publish ${count} messages`, () =>
      peer.call('publishAll', { contents: contents(count, [peer.id, ours.id]) }),
    )
    await report.step(`we publish ${count} messages`, () =>
      publishOurs(ours, contents(count, [ours.id, peer.id], true)),
    )
    const theirHead = (await peer.call('clock'))[peer.id]
    const ourHead = (await ours.clock())[ours.id]

    await report.step('they dial us, and call us', async () => {
      await peer.call('connect', { address: ours.address })
      const [first] = await peer.call('remoteHistory', {
        feed: ours.id,
        options: { id: ours.id, limit: 1, keys: true },
      })
      agree('first messages', essence([first]), essence((await ours.history(ours.id)).slice(0, 1)))
    })
    await report.step(`their feed comes to us (${theirHead} messages)`, () =>
      ours.waitClock({ [peer.id]: theirHead }, LONG_MS),
    )
    await report.step(`our feed goes to them (${ourHead} messages)`, async () => {
      if (fetches) await peer.call('fetch', { peer: ours.id, feed: ours.id })
      await peer.call('waitClock', { clock: { [ours.id]: ourHead }, timeout: LONG_MS })
    })
    await report.step('ids, bytes and order of their feed agree', async () => {
      const ourCopy = await ours.history(peer.id)
      agree('feeds', essence(ourCopy), essence(await peer.call('history', { feed: peer.id })))
      checkChain(ourCopy)
      return `${ourCopy.length} messages`
    })
    await report.step('ids, bytes and order of our feed agree', async () => {
      const original = await ours.history(ours.id)
      agree('feeds', essence(original), essence(await peer.call('history', { feed: ours.id })))
      checkChain(original)
      return `${original.length} messages`
    })
    await report.step('private messages open on the other side', async () => {
      const { ssbKeys } = clientPackages()
      const theirs = (await ours.history(peer.id)).find(
        ({ value }) => typeof value.content === 'string',
      )
      if (ssbKeys.unbox(theirs.value.content, ours.keys)?.type !== 'post')
        throw new Error('theirs does not open')
      const mine = (await ours.history(ours.id)).find(
        ({ value }) => typeof value.content === 'string',
      )
      if ((await peer.call('unbox', { value: mine.value }))?.type !== 'post')
        throw new Error('ours does not open')
    })
    await report.step('live messages both ways', () => live(peer, ours, fetches))

    await peer.call('disconnect', { feed: ours.id })
    await peer.call('waitClosed', { feed: ours.id })
    await report.step('what was published meanwhile', async () => {
      await peer.call('publish', { content: { type: 'post', text: 'while apart' } })
      await ours.publish({ type: 'post', text: 'while apart, ours' })
    })
    await report.step('we dial them, and both catch up', async () => {
      await ours.connect(peer.address)
      await peer.call('waitConnected', { feed: ours.id })
      if (fetches) await peer.call('fetch', { peer: ours.id, feed: ours.id })
      await ours.waitClock({ [peer.id]: (await peer.call('clock'))[peer.id] })
      await peer.call('waitClock', { clock: { [ours.id]: (await ours.clock())[ours.id] } })
    })
    await report.step('live messages both ways on our connection', () => live(peer, ours, fetches))
    await report.step('both logs still agree', async () => {
      for (const feed of [peer.id, ours.id])
        agree(
          `copies of ${feed}`,
          essence(await ours.history(feed)),
          essence(await peer.call('history', { feed })),
        )
    })
  } finally {
    await peer.close()
    await ours.close()
  }
}

/** A few messages each way while connected, and how long they take. */
async function live(peer, ours, fetches) {
  if (fetches) await peer.call('fetch', { peer: ours.id, feed: ours.id, live: true })
  const times = { in: [], out: [] }
  for (let n = 0; n < 5; n++) {
    let start = Date.now()
    const { value } = await peer.call('publish', { content: { type: 'post', text: `live ${n}` } })
    await ours.waitClock({ [peer.id]: value.sequence })
    times.in.push(Date.now() - start)
    start = Date.now()
    const published = await ours.publish({ type: 'post', text: `live from us ${n}` })
    await peer.call('waitClock', { clock: { [ours.id]: published.value.sequence } })
    times.out.push(Date.now() - start)
  }
  return `to us ${times.in.join(', ')} ms, to them ${times.out.join(', ')} ms`
}
