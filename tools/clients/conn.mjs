// conn.* and the newer friends.*, which ssb-server 16 has not: compared with the ssb-db2 stack.
import { createHash } from 'node:crypto'
import { clientPackages, connectClient } from '../interop/client.mjs'
import { startOurs as startOther } from '../interop/ours.mjs'
import { startPeer } from '../peers/peers.mjs'
import { missing, normalise, parting, shapeOf } from './compare.mjs'
import { startOurs } from './servers.mjs'
import { createNotes } from './transcript.mjs'

const SEED = 'conn-reference'

async function answers(client, id, other) {
  const t = createNotes(client, { id, other: { id: other.id, address: other.address } })
  const nowhere = `net:127.0.0.1:1~shs:${Buffer.alloc(32, 7).toString('base64')}`
  await client.call('publish', { type: 'contact', contact: other.id, following: true })
  await t.askShape('friends.graph')
  await t.ask('friends.isFollowing', { source: id, dest: other.id })
  await t.ask('friends.isFollowing', { source: id, dest: other.id, details: true })
  await t.ask('friends.isBlocking', { source: id, dest: other.id })
  await t.ask('friends.hops')
  await t.ask('conn.remember', nowhere, { type: 'pub', autoconnect: false })
  await t.askShape('conn.dbPeers')
  await t.ask('conn.forget', nowhere)
  await t.ask('conn.dbPeers')
  await t.watch('conn.stagedPeers', undefined, 1, async () => {}, 'shape')
  await t.ask('conn.stage', nowhere, { type: 'internet' })
  await t.watch('conn.stagedPeers', undefined, 1, async () => {}, 'shape')
  await t.ask('conn.unstage', nowhere)
  await t.note(
    'conn.connect',
    [other.address],
    'none',
    client.call('conn.connect', other.address).then(() => 'done'),
  )
  await t.watch('conn.peers', undefined, 1, async () => {}, 'shape')
  await t.ask('conn.disconnect', other.address)
  await t.ask('conn.connect', nowhere)
  await t.ask('conn.stop')
  await t.note('conn.start', [], 'none', client.call('conn.start'))
  return t.steps.map((step) => ({
    ...step,
    what: normalise(step.what, t.names),
    got: normalise(step.got, t.names),
  }))
}

/** @param {ReturnType<import('../interop/report.mjs').createReport>} report */
export async function connScenario(report) {
  const { ssbKeys } = clientPackages()
  const other = await startOther({ name: 'other' })
  const reference = await startPeer('db2', { seed: SEED })
  const ours = await startOurs()
  try {
    const keys = ssbKeys.generate('ed25519', createHash('sha256').update(SEED).digest())
    const theirClient = await connectClient({ keys, address: reference.address })
    const theirs = await answers(theirClient, reference.id, other)
    await theirClient.close()
    const client = await ours.connect()
    const got = await answers(client, ours.id, other)
    await client.close()
    for (const [at, { what, how, got: wanted }] of theirs.entries()) {
      const had = got[at]?.got
      let differs = null
      const [kind, mine] = [wanted, had].map((one) => Object.keys(one ?? {})[0])
      // What a failed dial says is for people.
      if (kind !== mine) differs = parting(wanted, had)
      else if (kind === 'answer' && how === 'shape')
        differs = missing(shapeOf(wanted.answer), shapeOf(had.answer))
      else if (
        kind === 'answer' &&
        how === 'same' &&
        JSON.stringify(wanted) !== JSON.stringify(had)
      )
        differs = parting(wanted, had)
      report.check(`conn: ${what.slice(0, 110)}`, differs === null, differs ?? '')
    }
  } finally {
    await ours.close()
    await reference.close()
    await other.close()
  }
}
