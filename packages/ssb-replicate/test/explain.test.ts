import { createPolicy } from '@scuttlebot/ssb-plugin'
import { expect, test } from 'vitest'
import { explain, type FeedAtPeer } from '../src/explain.ts'
import {
  REPLICATION_REASONS,
  type ReplicationExplained,
  type ReplicationReason,
  STALLED_MS,
} from '../src/index.ts'
import { id } from './fake.ts'

const [US, FEED, PEER, OTHER] = [id('A'), id('B'), id('C'), id('D')]
const NOW = 1_000_000

/** How things stand: what a peer has said, and what the policy says. */
interface Standing {
  readonly view?: Partial<FeedAtPeer>
  readonly connected?: boolean
  readonly wanted?: 'yes' | 'no' | 'blocked'
  readonly served?: boolean
  readonly about?: typeof PEER
  /** Whether another peer is connected that has not said anything. */
  readonly silent?: boolean
}

function reasonOf(standing: Standing): ReplicationExplained {
  const { view, connected = true, wanted = 'yes', served = true, about, silent } = standing
  const policy = createPolicy()
  policy.add('replicate', wanted === 'blocked' ? 'blocks' : 'graph', 0, () => ({
    allow: wanted === 'yes',
    reason: 'the test says so',
  }))
  policy.add('serve', 'test', 0, () => ({ allow: served, reason: 'the test says so' }))
  const whole = {
    peer: PEER,
    claimed: null,
    asked: false,
    activeAt: NOW,
    forked: false,
    verifying: 0,
  }
  return explain(
    {
      own: US,
      policy,
      have: 3,
      peers: new Set([...(connected ? [PEER] : []), ...(silent ? [OTHER] : [])]),
      now: NOW,
      views: view ? [{ ...whole, ...view }] : [],
    },
    FEED,
    about,
  )
}

const reached: readonly (readonly [ReplicationReason, Standing])[] = [
  ['not-wanted', { wanted: 'no' }],
  ['blocked', { wanted: 'blocked' }],
  ['blocked', { view: { claimed: 4 }, served: false }],
  ['no-peers', { connected: false }],
  ['nobody-has-more', {}],
  ['nobody-has-more', { view: { claimed: 3 } }],
  ['nobody-replicates-it', { view: { claimed: -1 } }],
  ['nobody-has-more', { view: { claimed: -1 }, silent: true }],
  ['nobody-replicates-it', { view: { claimed: -1 }, silent: true, about: PEER }],
  ['delivering', { view: { claimed: 4, asked: true, activeAt: NOW - STALLED_MS + 1 } }],
  ['stalled', { view: { claimed: 4, asked: true, activeAt: NOW - STALLED_MS } }],
  ['not-asked-yet', { view: { claimed: 4 } }],
  ['verifying', { view: { claimed: 4, verifying: 1 } }],
  ['forked', { view: { claimed: 4, forked: true } }],
  ['not-connected', { about: OTHER }],
]

test.each(reached)('%s is the answer to %j', (reason, standing) => {
  expect(reasonOf(standing).reason).toBe(reason)
})

test('of one peer alone nothing is said about the others', () => {
  const { text } = reasonOf({ view: { claimed: -1 }, silent: true, about: PEER })
  expect(text).toBe('That peer says that it does not replicate it.')
  expect(reasonOf({ view: { claimed: 2 }, about: PEER }).text).toBe(
    'That peer has not said that it has more than our 3 messages of this feed.',
  )
})

test('each reason can be the answer', () => {
  expect(new Set(reached.map(([reason]) => reason))).toEqual(new Set(REPLICATION_REASONS))
})

test('however things stand, there is an answer of the list, in a sentence', () => {
  const yesNo = [true, false] as const
  let count = 0
  for (const claimed of [null, -1, 0, 3, 4])
    for (const asked of yesNo)
      for (const forked of yesNo)
        for (const verifying of [0, 1])
          for (const activeAt of [0, NOW])
            for (const wanted of ['yes', 'no', 'blocked'] as const)
              for (const served of yesNo)
                for (const connected of yesNo)
                  for (const about of [{}, { about: PEER }, { about: OTHER }]) {
                    const view = { claimed, asked, forked, verifying, activeAt }
                    const { reason, text } = reasonOf({ view, wanted, served, connected, ...about })
                    if (!REPLICATION_REASONS.includes(reason) || !/^.+\.$/.test(text))
                      throw new Error(`${reason}: ${text}`)
                    count++
                  }
  expect(count).toBe(2880)
})
