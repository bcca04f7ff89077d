// Invites between our server and ssb-server 16: made by one, accepted by the other, and refused when they are used up.
import { startPeer } from '../peers/peers.mjs'
import { startOurs } from './ours.mjs'

/** What a promise fails with; `null`: it does not. */
const failure = (promise) =>
  promise.then(
    () => null,
    (error) => String(error.message ?? error),
  )

/** The contents of published messages. */
const contents = (messages) => messages.map(({ value }) => value.content)

const follow = (contact) => ({ type: 'contact', following: true, autofollow: true, contact })

const place = ({ address, id }) => ({
  type: 'pub',
  address: { host: '127.0.0.1', port: Number(/:(\d+)~/.exec(address)[1]), key: id },
})

/** The pub follows, the user follows and announces, and the pub's log arrives. */
async function checkJoined(report, pub, user, published) {
  report.check(
    `${user.name} publishes the follow and the address`,
    JSON.stringify(published) === JSON.stringify([follow(pub.id), place(pub)]),
    JSON.stringify(published),
  )
}

export async function inviteScenario(report) {
  const ours = await startOurs({ name: 'ours', flags: ['--allowPrivate'] })
  const theirs = await startPeer('ss', { seed: 'invite-pub' })
  const others = await startPeer('ss', { seed: 'invite-user' })
  try {
    await report.step('ours accepts an invite of ssb-server', async () => {
      const code = await theirs.call('inviteCreate', { options: { uses: 1, note: 'welcome' } })
      const published = await ours.call('invite.accept', code)
      await checkJoined(report, theirs, ours, contents(published))
      const [made] = await theirs.call('history', { feed: theirs.id })
      report.check(
        'ssb-server follows back',
        JSON.stringify(made.value.content) ===
          JSON.stringify({
            type: 'contact',
            contact: ours.id,
            following: true,
            pub: true,
            note: 'welcome',
          }),
        JSON.stringify(made.value.content),
      )
      await ours.waitClock({ [theirs.id]: 1 })
      report.check(
        'the same code again changes nothing',
        JSON.stringify(await ours.call('invite.accept', code)) === '[]',
      )
      const again = await failure(others.call('inviteAccept', { code }))
      report.check('ssb-server refuses its used-up code to another', again !== null)
    })
    await report.step('ssb-server accepts an invite of ours', async () => {
      const code = await ours.call('invite.create', { uses: 1, note: 'hello' })
      const published = await others.call('inviteAccept', { code })
      await checkJoined(report, ours, others, contents(published))
      const own = await ours.history(ours.id)
      const back = own.at(-1).value.content
      report.check(
        'ours follows back',
        JSON.stringify(back) ===
          JSON.stringify({
            type: 'contact',
            contact: others.id,
            following: true,
            pub: true,
            note: 'hello',
          }),
        JSON.stringify(back),
      )
      const refused = await failure(theirs.call('inviteAccept', { code }))
      report.check(
        'a used-up code is refused in words that ssb-server knows',
        refused?.includes('invite,use is not in list of allowed methods'),
        refused,
      )
    })
    await report.step('a used-up code of ssb-server is told in one sentence', async () => {
      const code = await theirs.call('inviteCreate', { options: 1 })
      await others.call('inviteAccept', { code })
      await ours.call('gossip.disconnect', theirs.id)
      const stranger = await startOurs({ name: 'stranger' })
      try {
        const text = await failure(stranger.call('invite.accept', code))
        report.check(
          'used up',
          text === 'The invite has been used as often as it may be, or has expired.',
          text,
        )
        await theirs.close()
        const gone = await failure(stranger.call('invite.accept', code))
        report.check('unreachable', gone?.startsWith('could not connect to server'), gone)
      } finally {
        await stranger.close()
      }
    })
  } finally {
    await Promise.all([ours.close(), theirs.close().catch(() => {}), others.close()])
  }
}
