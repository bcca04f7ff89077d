import fc from 'fast-check'
import { expect, test } from 'vitest'
import { humanText } from '../src/human.ts'
import { isReplication, replicationText } from '../src/replication.ts'
import { NOW, run } from './world.ts'

const peer = {
  peer: `@${'B'.repeat(43)}=.ed25519`,
  feeds: 100,
  have: 25_000,
  want: 100_000,
  remaining: 75_000,
  received: 25_000,
  rate: 9876,
}
const status = {
  feeds: 101,
  messages: 25_000,
  remaining: 75_000,
  rate: 9876,
  received: 25_000,
  refused: 2,
  verifying: 640,
  legacyPeers: 0,
  peers: [peer],
}

test('a bar for all, a line for each peer', () => {
  expect(humanText(status, { now: NOW, isColourful: false, names: new Map() })).toBe(
    [
      '[######------------------]  25 %  25,000 of 100,000 messages, 9,876/s, 8 s left, 640 being verified, 2 refused',
      '  @BBBBBBBBBBB… sends 100 feeds, at 25,000 of 100,000, 9,876/s',
    ].join('\n'),
  )
})

test.each([
  [{ remaining: 0, rate: 0, verifying: 0, refused: 0, peers: [] }, '100 %  25,000 messages of 101'],
  [{ remaining: 1, rate: 0 }, ' 99 %  25,000 of 25,001 messages, nothing comes'],
  [{ messages: 0, remaining: 0 }, '100 %  0 messages'],
  [{ remaining: 75_000, rate: 100 }, '100/s, 13 min left'],
  [{ remaining: 75_000, rate: 1 }, '1/s, 20.8 h left'],
  [{ peers: [] }, '\n  no peer is connected'],
  [{ peers: [{ ...peer, have: 100_000 }] }, '… has sent 25,000'],
  [{ peers: Array.from({ length: 23 }, () => peer) }, '\n  and 3 more'],
])('%j says "%s"', (changed, text) => {
  expect(replicationText({ ...status, ...changed }, new Map())).toContain(text)
})

test('names of peers are made harmless', () => {
  const text = replicationText(status, new Map([[peer.peer, 'bob\u001b[2J\nx']]))
  expect(text.split('\n')).toHaveLength(2)
  expect(text).not.toContain('\u001b')
})

test('nothing else is taken for it, and no value at all makes it throw', () => {
  expect(isReplication(status)).toBe(true)
  expect(isReplication({ ...status, peers: [{ ...peer, rate: '1' }] })).toBe(false)
  fc.assert(
    fc.property(fc.anything(), (value) => {
      isReplication(value)
      expect(isReplication({ ...status, peers: value })).toBe(
        Array.isArray(value) && value.length === 0,
      )
    }),
  )
})

test('the changes are drawn in place on a terminal, and are JSON elsewhere', async () => {
  const served = {
    manifest: { replicate: { changes: { kind: 'source' } } },
    handlers: {
      replicate: {
        async *changes() {
          yield status
          yield { ...status, messages: 100_000, remaining: 0, rate: 0 }
        },
      },
    },
  }
  const drawn = await run(['replicate.changes'], { served, outIsTTY: true })
  expect(drawn.out.split('\u001b[2A\u001b[J').map((text) => text.split('\n').length)).toEqual([
    3, 3,
  ])
  expect(drawn.out).toContain('100 %')
  const plain = await run(['--json', 'replicate.changes'], { served, outIsTTY: true })
  expect(JSON.parse(plain.out.split('\n')[0] ?? '')).toEqual(status)
})
