import { createHost } from '@scuttlebot/ssb-plugin'
import { connectHosts, type ManualClock, manualClock } from '@scuttlebot/ssb-plugin/testing'
import type { FeedId } from '@scuttlebot/ssb-ref'
import { expect, test } from 'vitest'
import { type GossipNet, gossip, PING_MS } from '../src/index.ts'

const id = (letter: string): FeedId => `@${letter.repeat(42)}A=.ed25519` as FeedId

/** A network that has nothing to dial, and a host with it. */
function host(letter: string, clock: ManualClock, peers: GossipNet['peers'] = () => []) {
  const net = {
    name: 'net' as const,
    needs: {},
    manifest: {},
    setup: () => ({
      api: {
        connect: (address: string) => Promise.reject(new Error(`cannot reach ${address}`)),
        disconnect: async () => false,
        peers,
      } satisfies GossipNet,
      handlers: {},
    }),
  }
  return createHost({
    keys: { id: id(letter), sign: () => new Uint8Array(64) },
    clock,
    plugins: [net, gossip()] as never,
  })
}

/** Let everything happen that does not wait for time. */
const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 50; turn++) await Promise.resolve()
}

test('the sides of a connection take turns with pings, one each five minutes', async () => {
  const clockA = manualClock(1_000_000)
  const clockB = manualClock(1_500_000)
  const sizes: number[] = []
  const [a, b] = [host('A', clockA), host('B', clockB)]
  const connection = connectHosts(a, b, {
    wire: (deliver, _from, bytes) => {
      if (bytes > 0) sizes.push(bytes)
      queueMicrotask(deliver)
    },
  })
  await settle()
  // The call with the first time, and its answer.
  const first = sizes.length
  expect(connection.outgoing.mux.stats.bytesIn).toBeGreaterThan(0)
  clockB.advance(PING_MS - 1)
  await settle()
  expect(sizes.length).toBe(first)
  clockB.advance(1)
  await settle()
  // B has begun a round, A has answered.
  expect(sizes.length).toBe(first + 2)
  clockB.advance(PING_MS)
  await settle()
  expect(sizes.length).toBe(first + 2)
  clockA.advance(PING_MS)
  await settle()
  expect(sizes.length).toBe(first + 4)
  connection.cut()
  await settle()
  expect([clockA.pending, clockB.pending]).toEqual([0, 0])
})

test.each([
  ['', 'not a valid address:""'],
  ['nonsense', 'not a valid address:"nonsense"'],
  [null, 'not a valid address:null'],
  [{ host: 'x' }, 'not a valid address:{"host":"x"}'],
  [id('C'), `no known address for peer:${id('C')}`],
  [
    'net:127.0.0.1:1~shs:iojj3XQJ8ZX9UtstPLpdcspnCb8dlBIb83SIAbQPb1w=',
    'cannot reach net:127.0.0.1:1~shs:iojj3XQJ8ZX9UtstPLpdcspnCb8dlBIb83SIAbQPb1w=',
  ],
  [
    { host: '127.0.0.1', port: 1, key: '@iojj3XQJ8ZX9UtstPLpdcspnCb8dlBIb83SIAbQPb1w=.ed25519' },
    'cannot reach net:127.0.0.1:1~shs:iojj3XQJ8ZX9UtstPLpdcspnCb8dlBIb83SIAbQPb1w=',
  ],
])('gossip.connect of %j answers with a sentence', async (address, text) => {
  const made = host('A', manualClock())
  const owner = { peer: null, rights: ['owner'] }
  await expect(made.call(owner, ['gossip', 'connect'], address)).rejects.toThrow(text)
})
