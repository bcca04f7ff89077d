import { manualClock } from '@scuttlebot/ssb-plugin/testing'
import { afterEach, describe, expect, test } from 'vitest'
import { dial } from '../src/secure.ts'
import { identity, networkKey, start, stopAll, until } from './helpers.ts'

afterEach(stopAll)

describe('two connections to the same peer', () => {
  test('made at the same time leave one, the same for both', async () => {
    for (let round = 0; round < 20; round += 1) {
      const alice = await start(1)
      const bob = await start(2)
      const [toBob, toAlice] = await Promise.all([
        alice.api.connect(bob.address),
        bob.api.connect(alice.address),
      ])
      await until(
        () => alice.api.stats().connections === 1 && bob.api.stats().connections === 1,
        'one connection to be left',
      )
      expect(toBob.id).toBe(bob.id)
      expect(toAlice.id).toBe(alice.id)
      const [left] = alice.api.peers()
      const [right] = bob.api.peers()
      expect(alice.api.peers().length).toBe(1)
      expect(bob.api.peers().length).toBe(1)
      expect(left?.outgoing).toBe(!right?.outgoing)
      // the smaller id's dialling stays
      expect(left?.outgoing).toBe(alice.id < bob.id)
      expect(await left?.mux.call(['echo'], [round])).toBe(round)
      expect(await right?.mux.call(['echo'], [round])).toBe(round)
      await stopAll()
    }
  })

  test('dialled twice at the same time are one', async () => {
    const alice = await start(1)
    const bob = await start(2)
    const [one, two, three] = await Promise.all([
      alice.api.connect(bob.address),
      alice.api.connect(bob.address),
      alice.api.connect(`127.0.0.1:${bob.port}:${bob.id}`),
    ])
    expect(one).toBe(two)
    expect(three).toBe(one)
    expect(bob.events).toEqual(['+in'])
  })

  test('a dialling that fails does not spoil another one to a better address', async () => {
    const alice = await start(1)
    const bob = await start(2)
    const gone = await start(3)
    await gone.host.stop()
    const dead = bob.address.replace(String(bob.port), String(gone.port))
    const [bad, good] = await Promise.allSettled([
      alice.api.connect(dead),
      alice.api.connect(bob.address),
    ])
    expect(bad).toMatchObject({ status: 'rejected', reason: { code: 'SSB_NET_UNREACHABLE' } })
    expect(good.status).toBe('fulfilled')
  })

  test('of which the older is long there: the newer one stays', async () => {
    const clock = manualClock()
    const server = await start(1, { clock })
    const { keys } = identity(2)
    const first = await dial({ address: server.address, keys, networkKey })
    await until(() => server.api.peers().length === 1)
    clock.advance(60_000)
    const second = await dial({ address: server.address, keys, networkKey })
    await first.closed
    expect(server.events).toEqual([
      '+in',
      '-in replaced by another connection to the same peer',
      '+in',
    ])
    expect(await second.mux.call(['echo'], [2])).toBe(2)
    expect(server.api.stats().peers).toBe(1)
  })

  test('the owner may have any number of connections', async () => {
    const server = await start(1)
    const { keys } = server
    const clients = await Promise.all(
      Array.from({ length: 5 }, () => dial({ address: server.address, keys, networkKey })),
    )
    for (const client of clients)
      expect(await client.mux.call(['secret'], [])).toBe('for the owner')
    expect(server.api.stats()).toMatchObject({ peers: 0, clients: 5, connections: 5 })
    expect(server.events).toEqual([])
  })
})
