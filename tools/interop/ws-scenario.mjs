// WebSockets: npm's ssb-client (multiserver's ws) at our port, ours at the port of ssb-server 16 (ssb-ws), and the reverse.
import { startPeer } from '../peers/peers.mjs'
import { clientPackages, connectClient } from './client.mjs'
import { startOurs } from './ours.mjs'
import { agree } from './report.mjs'

/** Our WebSocket address, as the server itself tells it. */
async function wsAddress(ours) {
  const address = await ours.call('address', 'device')
  return address.split(';').find((one) => one.startsWith('ws://'))
}

/** Two servers over one connection: each has what the other has published. */
async function replicate(ours, theirs) {
  await ours.follow(theirs.id)
  await theirs.call('follow', { feed: ours.id })
  const big = 'x'.repeat(5000)
  for (let n = 0; n < 200; n += 1) {
    await ours.publish({ type: 'post', text: `ours ${n} ${big}` })
    await theirs.call('publish', { content: { type: 'post', text: `theirs ${n} ${big}` } })
  }
  const [a, b] = [await ours.clock(), await theirs.call('clock')]
  await ours.waitClock({ [theirs.id]: b[theirs.id] })
  await theirs.call('waitClock', { clock: { [ours.id]: a[ours.id] } })
}

export async function wsScenario(report) {
  const { ssbKeys } = clientPackages()
  const ours = await startOurs({ flags: ['--ws.port', '0', '--allowPrivate'] })
  const second = await startOurs({ name: 'second', flags: ['--ws.port', '0', '--allowPrivate'] })
  const theirs = await startPeer('ss', { seed: 'ws-one', ws: true })
  const others = await startPeer('ss', { seed: 'ws-two', ws: true })
  try {
    const address = await wsAddress(ours)
    await report.step('ssb-client as the owner over our ws port', async () => {
      const client = await connectClient({ keys: ours.keys, address })
      agree('whoami', { id: ours.id }, await client.call('whoami'))
      const content = { type: 'post', text: `${'ž'.repeat(4000)} over a WebSocket` }
      const { key } = await client.call('publish', content)
      agree('the message', content, (await client.call('get', key)).content)
      const bytes = Buffer.alloc(3_000_000, 'blob')
      const id = await client.addBlob(bytes)
      // the reference client calls it done when the last byte has left
      await client.call('blobs.want', id)
      const got = Buffer.concat(await client.collect('blobs.get', id))
      agree('the blob', true, got.equals(bytes))
      const watched = client.watch('createLogStream', { live: true, old: false, sync: false }, 1)
      await new Promise((resolve) => setTimeout(resolve, 200))
      await ours.publish({ type: 'post', text: 'live' })
      agree('a live stream', 'live', (await watched.first)[0].value.content.text)
      watched.end()
      await client.close()
      return address.split('~')[0]
    })
    await report.step('ssb-client as a stranger over our ws port', async () => {
      const client = await connectClient({ keys: ssbKeys.generate(), address })
      const refused = await client.call('whoami').then(
        () => 'allowed',
        (error) => error.message,
      )
      agree('refused', 'method:whoami is not in list of allowed methods', refused)
      await client.close()
    })
    await report.step('ours dials the ws port of ssb-server', async () => {
      await ours.connect(theirs.wsAddress)
      const [peer] = (await ours.call('gossip.peers')).filter(({ key }) => key === theirs.id)
      agree('the way', true, peer?.address.startsWith('ws://') === true)
      await replicate(ours, theirs)
    })
    await report.step('ssb-server dials our ws port', async () => {
      await others.call('follow', { feed: second.id })
      await second.follow(others.id)
      await others.call('connect', { address: await wsAddress(second) })
      await others.call('waitConnected', { feed: second.id })
      await replicate(second, others)
    })
    await report.step('ssb-server accepts an invite of ours over ws', async () => {
      const code = await second.call('invite.create', { modern: true })
      agree('the form', true, code.startsWith('ws://127.0.0.1:'))
      await theirs.call('inviteAccept', { code })
      agree('we follow', true, (await second.call('friends.hops'))[theirs.id] === 1)
    })
    await report.step('ours accepts an invite of ssb-server over ws', async () => {
      const legacy = await theirs.call('inviteCreate', { options: 1 })
      const code = `${theirs.wsAddress}:${legacy.split('~')[1]}`
      const published = await second.call('invite.accept', code)
      // the follow was published when they came with our invite
      const types = published.map(({ value }) => value.content.type)
      agree('what is published', ['pub'], types)
      agree('where it is', theirs.wsAddress, published[0].value.content.address)
    })
  } finally {
    await Promise.all([ours.close(), second.close(), theirs.close(), others.close()])
  }
}
