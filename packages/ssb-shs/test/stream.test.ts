import { describe, expect, test } from 'vitest'
import type { SecureChannel } from '../src/stream.ts'
import { accept, connect, HANDSHAKE_MS } from '../src/stream.ts'
import { clientKeys, fixedPair, networkKey, seed, sent, serverKeys } from './helpers.ts'
import { FakeTimers, MemoryWire, settle, wirePair } from './memory-wire.ts'

const dialler = { networkKey, keys: clientKeys, serverKey: serverKeys.publicKey }
const listener = { networkKey, keys: serverKeys, authorize: () => true }

interface Seen {
  text: string
  ends: (Error | null)[]
  closed: number
}

function watch(channel: SecureChannel): Seen {
  const seen: Seen = { text: '', ends: [], closed: 0 }
  channel.onData = (chunk) => {
    seen.text += Buffer.from(chunk).toString()
  }
  channel.onEnd = (error) => void seen.ends.push(error)
  channel.onClose = () => {
    seen.closed += 1
  }
  channel.resume()
  return seen
}

async function channels() {
  const [clientWire, serverWire] = wirePair()
  const timers = new FakeTimers()
  const [client, server] = await Promise.all([
    connect({ ...dialler, wire: clientWire, timers }),
    accept({ ...listener, wire: serverWire, timers }),
  ])
  return { client, server, clientWire, serverWire, timers }
}

const text = (value: string): Uint8Array => new Uint8Array(Buffer.from(value))

describe('a channel', () => {
  test('knows the other side, carries both directions, and leaves no timer', async () => {
    const { client, server, timers } = await channels()
    expect(client.remote).toEqual(serverKeys.publicKey)
    expect(server.remote).toEqual(clientKeys.publicKey)
    expect(timers.pending).toBe(0)
    const [atClient, atServer] = [watch(client), watch(server)]
    client.write([text('to '), text('the server')])
    server.write([text('to the client')])
    await settle()
    expect(atServer.text).toBe('to the server')
    expect(atClient.text).toBe('to the client')
    expect(server.bytesIn).toBe(34 + 13)
    expect(client.bytesOut).toBe(34 + 13)
  })

  test('writes the chunks of one call in one piece, and hands on the back-pressure', async () => {
    const { client, clientWire } = await channels()
    const before = clientWire.written.length
    expect(client.write([new Uint8Array(4096), new Uint8Array(10)])).toBe(true)
    expect(clientWire.written.length).toBe(before + 1)
    clientWire.takes = false
    expect(client.write([text('more')])).toBe(false)
    let drained = 0
    client.onDrain = () => {
      drained += 1
    }
    clientWire.onDrain?.()
    expect(drained).toBe(1)
  })

  test('ends with a goodbye', async () => {
    const { client, server, clientWire } = await channels()
    const [atClient, atServer] = [watch(client), watch(server)]
    client.write([text('last words')])
    client.end()
    client.end()
    expect(client.write([text('too late')])).toBe(true)
    await settle()
    expect(atServer).toMatchObject({ text: 'last words', ends: [null] })
    expect(clientWire.written.at(-1)?.length).toBe(34)
    server.end()
    await settle()
    expect(atClient.ends).toEqual([null])
  })

  test('takes an end without a goodbye at the border of a packet as clean', async () => {
    const { client, server, clientWire } = await channels()
    const atServer = watch(server)
    client.write([text('whole')])
    clientWire.end()
    await settle()
    expect(atServer).toMatchObject({ text: 'whole', ends: [null] })
  })

  test('takes an end inside a packet as an error', async () => {
    const { server, serverWire } = await channels()
    const atServer = watch(server)
    serverWire.deliver(new Uint8Array(33))
    serverWire.deliver('end')
    await settle()
    expect(atServer.ends).toMatchObject([{ code: 'SSB_SHS_TRUNCATED' }])
    expect(serverWire.destroyed).toBe(true)
    expect(atServer.closed).toBe(1)
  })

  test('takes forged bytes as an error', async () => {
    const { server, serverWire } = await channels()
    const atServer = watch(server)
    serverWire.deliver(new Uint8Array(34))
    serverWire.deliver(new Uint8Array(34))
    await settle()
    expect(atServer.ends).toMatchObject([{ code: 'SSB_BOX_STREAM_BAD_HEADER' }])
  })

  test('tells an end that came before anybody listened', async () => {
    const { server, serverWire } = await channels()
    serverWire.onError?.(new Error('reset'))
    serverWire.onClose?.()
    const atServer = watch(server)
    expect(atServer.ends).toMatchObject([{ message: 'reset' }])
    expect(atServer.closed).toBe(1)
  })

  test('delivers nothing before the first resume, and early bytes after it', async () => {
    const wire = new MemoryWire()
    const { client } = fixedPair()
    const accepting = accept({ ...listener, wire })
    wire.deliver(client.start() as Uint8Array)
    await settle()
    const hello = sent(client.receive(wire.written[0] as Uint8Array))
    wire.deliver(new Uint8Array([...hello, ...new Uint8Array(34)]))
    const server = await accepting
    await settle()
    expect(server.bytesIn).toBe(0)
    const atServer = watch(server)
    expect(server.bytesIn).toBe(34)
    expect(atServer.ends).toMatchObject([{ code: 'SSB_BOX_STREAM_BAD_HEADER' }])
  })
})

describe('a handshake that fails', () => {
  const both = async (o: {
    client?: object
    server?: object
  }): Promise<readonly [unknown, unknown]> => {
    const [clientWire, serverWire] = wirePair()
    const results = await Promise.allSettled([
      connect({ ...dialler, wire: clientWire, ...o.client }),
      accept({ ...listener, wire: serverWire, ...o.server }),
    ])
    expect(clientWire.destroyed).toBe(true)
    expect(serverWire.destroyed).toBe(true)
    const [client, server] = results.map((result) =>
      result.status === 'rejected' ? result.reason.code : 'fulfilled',
    )
    return [client, server]
  }

  test('for another network', async () => {
    expect(await both({ server: { networkKey: seed(9) } })).toEqual([
      'SSB_SHS_HUNG_UP',
      'SSB_SHS_CHALLENGE_INVALID',
    ])
  })

  test('for another server key', async () => {
    expect(await both({ client: { serverKey: clientKeys.publicKey } })).toEqual([
      'SSB_SHS_NOT_ACCEPTED',
      'SSB_SHS_HELLO_INVALID',
    ])
  })

  test('for something else that answers a little', async () => {
    const wire = new MemoryWire()
    const connecting = connect({ ...dialler, wire })
    wire.onData?.(new Uint8Array(63))
    wire.onEnd?.()
    await expect(connecting).rejects.toMatchObject({ code: 'SSB_SHS_HUNG_UP' })
  })

  test('for a client that is refused', async () => {
    const refused = ['SSB_SHS_NOT_ACCEPTED', 'SSB_SHS_REFUSED']
    expect(await both({ server: { authorize: () => false } })).toEqual(refused)
    expect(await both({ server: { authorize: async () => false } })).toEqual(refused)
    const authorize = () => {
      throw new Error('no')
    }
    expect(await both({ server: { authorize } })).toEqual(refused)
  })

  test('for an unusable server key, with nothing sent', async () => {
    const wire = new MemoryWire()
    const connecting = connect({ ...dialler, wire, serverKey: new Uint8Array(32) })
    await expect(connecting).rejects.toMatchObject({ code: 'SSB_SHS_KEY_WEAK' })
    expect(wire.written).toEqual([])
  })

  test('when it is given up, before or during', async () => {
    for (const early of [true, false]) {
      const abort = new AbortController()
      if (early) abort.abort()
      const wire = new MemoryWire()
      const connecting = connect({ ...dialler, wire, signal: abort.signal })
      abort.abort()
      await expect(connecting).rejects.toMatchObject({ code: 'SSB_SHS_ABORTED' })
      expect(wire.destroyed).toBe(true)
    }
  })

  test('when the wire breaks', async () => {
    const wire = new MemoryWire()
    const connecting = connect({ ...dialler, wire })
    wire.onError?.(new Error('reset'))
    await expect(connecting).rejects.toMatchObject({
      code: 'SSB_SHS_HUNG_UP',
      cause: { message: 'reset' },
    })
  })

  test('at one deadline, however often bytes come', async () => {
    const wire = new MemoryWire()
    const timers = new FakeTimers()
    const accepting = accept({ ...listener, wire, timers })
    const failure = expect(accepting).rejects.toMatchObject({ code: 'SSB_SHS_TIMEOUT' })
    const challenge = fixedPair().client.start() as Uint8Array
    for (let at = 0; at < 14; at += 1) {
      wire.deliver(challenge.subarray(at, at + 1))
      await settle()
      timers.advance(1000)
    }
    expect(wire.destroyed).toBe(false)
    timers.advance(HANDSHAKE_MS - 14_000 - 1)
    expect(wire.destroyed).toBe(false)
    timers.advance(1)
    await failure
    expect(wire.destroyed).toBe(true)
    expect(wire.written).toEqual([])
  })

  test('at the deadline while the authorisation hangs', async () => {
    const [clientWire, serverWire] = wirePair()
    const timers = new FakeTimers()
    const authorize = () => new Promise<boolean>(() => undefined)
    const accepting = accept({ ...listener, wire: serverWire, timers, authorize })
    const connecting = connect({ ...dialler, wire: clientWire, timers })
    const failures = Promise.allSettled([accepting, connecting])
    await settle()
    timers.advance(HANDSHAKE_MS)
    expect(await failures).toMatchObject([
      { reason: { code: 'SSB_SHS_TIMEOUT' } },
      { status: 'rejected' },
    ])
    expect(clientWire.destroyed && serverWire.destroyed).toBe(true)
  })
})
