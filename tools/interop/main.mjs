// node tools/interop/main.mjs [SCENARIO …] [--messages N] [--kills N]
// Our server, through its public commands, with reference servers and clients from npm, in a network of their own.
import { parseArgs } from '../lib/arguments.mjs'
import { enterNetns } from '../lib/netns.mjs'
import { installPeers } from '../peers/peers.mjs'
import { blobsBetweenScenario, blobsScenario } from './blobs-scenario.mjs'
import { clientScenario } from './client-scenario.mjs'
import { graphScenario, killScenario, lateFollowScenario, rowScenario } from './ebt-scenario.mjs'
import { historyScenario } from './history-scenario.mjs'
import { inviteScenario } from './invite-scenario.mjs'
import { installLan, lanReferenceScenario, lanScenario } from './lan-scenario.mjs'
import { privateClientScenario, privateOursScenario, privateScenario } from './private-scenario.mjs'
import { createReport, Unmet } from './report.mjs'
import { wsScenario } from './ws-scenario.mjs'

const { values: flags, positionals } = parseArgs(
  {
    allowPositionals: true,
    options: {
      messages: { type: 'string', default: '2000' },
      kills: { type: 'string', default: '20' },
    },
  },
  ['messages'],
)
const count = Number(flags.messages)
const kills = Number(flags.kills)

/** Name → what it is and what it does. */
const scenarios = {
  ss: ['ssb-server 16 over createHistoryStream', (r) => historyScenario('ss', r, { count })],
  db2: ['the ssb-db2 stack over createHistoryStream', (r) => historyScenario('db2', r, { count })],
  invite: ['invites: ours and ssb-server 16, both ways', (r) => inviteScenario(r)],
  lan: ['two of ours in a local network', (r) => lanScenario(r)],
  'lan-reference': [
    'ours, ssb-local and ssb-lan in a local network',
    (r) => lanReferenceScenario(r),
  ],
  ws: ['WebSockets: ours, ssb-server 16 and ssb-client, both ways', (r) => wsScenario(r)],
  client: ['ssb-client 4.9 as the owner of our server', (r) => clientScenario(r)],
  'private-ours': ['private messages: two of ours', (r) => privateOursScenario(r)],
  'private-client': ['private messages: what ssb-client is given', (r) => privateClientScenario(r)],
}
for (const kind of ['ss', 'db2']) {
  for (const dial of ['left', 'right'])
    scenarios[`ebt-${kind}-${dial}`] = [
      `EBT: ours and ${kind}, the ${dial === 'left' ? 'first' : 'second'} one dials`,
      (r) => rowScenario(['ours', kind], r, { dial }),
    ]
  scenarios[`ebt-${kind}-source`] = [
    `EBT: from ${kind} to ours`,
    (r) => rowScenario([kind, 'ours'], r),
  ]
  scenarios[`ebt-${kind}-between`] = [
    `EBT: ours, ${kind}, ours`,
    (r) => rowScenario(['ours', kind, 'ours'], r),
  ]
  scenarios[`graph-${kind}`] = [
    `follow, unfollow, block, unblock: ours and ${kind}`,
    (r) => graphScenario(['ours', kind], r),
  ]
  scenarios[`late-${kind}`] = [
    `follow while connected: ours, then ${kind}`,
    (r) => lateFollowScenario(['ours', kind], r),
  ]
  scenarios[`late-${kind}-ours`] = [
    `follow while connected: ${kind}, then ours`,
    (r) => lateFollowScenario([kind, 'ours'], r),
  ]
  scenarios[`blobs-${kind}`] = [`blobs: ours and ${kind}`, (r) => blobsScenario(kind, r)]
  scenarios[`blobs-${kind}-between`] = [
    `blobs: ours, ${kind}, ours`,
    (r) => blobsBetweenScenario(['ours', kind, 'ours'], r),
  ]
  scenarios[`private-${kind}`] = [
    `private messages: ours and ${kind}`,
    (r) => privateScenario(kind, r),
  ]
  scenarios[`kill-${kind}`] = [
    `EBT: ours and ${kind}, killed again and again`,
    (r) => killScenario(['ours', kind], r, { kills }),
  ]
}
scenarios['late-ss-ss'] = [
  'follow while connected: two of ss',
  (r) => lateFollowScenario(['ss', 'ss'], r),
]
scenarios['ebt-ours-between'] = ['EBT: ss, ours, db2', (r) => rowScenario(['ss', 'ours', 'db2'], r)]

scenarios['blobs-ours-between'] = [
  'blobs: ss, ours, db2',
  (r) => blobsBetweenScenario(['ss', 'ours', 'db2'], r),
]

const wanted = positionals.length > 0 ? positionals : Object.keys(scenarios)
const unknown = wanted.find((name) => !Object.hasOwn(scenarios, name))
if (unknown !== undefined) {
  console.error(`no scenario ${unknown}: there are ${Object.keys(scenarios).join(', ')}`)
  process.exit(2)
}
// Packages come from outside, everything after that stays inside.
installPeers()
installLan()
await enterNetns()

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1))
const failures = []
let made = 0
for (const name of wanted) {
  const [what, run] = scenarios[name]
  console.log(`${name}: ${what}`)
  const report = createReport(name)
  const start = Date.now()
  try {
    await run(report)
  } catch (error) {
    if (!(error instanceof Unmet)) {
      report.check('the scenario runs to its end', false, error.message)
      console.error(error)
    }
  }
  made += report.made
  failures.push(...report.failures)
  console.log(`  ${((Date.now() - start) / 1000).toFixed(1)} s\n`)
}
console.log(
  failures.length === 0
    ? `interop: all ${made} checks passed`
    : `interop: ${failures.length} of ${made} checks failed\n${failures.map((text) => `- ${text}`).join('\n')}`,
)
process.exit(failures.length === 0 ? 0 : 1)
