import { connectHosts } from '@scuttlebot/ssb-plugin/testing'
import type { BlobId } from '@scuttlebot/ssb-ref'
import { describe, expect, test } from 'vitest'
import { RETRY_MS } from '../src/index.ts'
import { bytesOf, collectBytes, idOf, liar, make, says, settle } from './world.ts'

const BYTES = bytesOf(600_000)
const ID = idOf(BYTES)

type Asked = { readonly key: BlobId; readonly start?: number; readonly end?: number }

/** A peer that sends up to `cut` bytes and then does as `after` says. */
function provider(
  letter: string,
  cut: number,
  after: 'hang' | 'fail' | 'end',
  asked: Asked[],
  bytes = BYTES,
) {
  const send = async function* (argument: Asked): AsyncGenerator<Uint8Array> {
    asked.push(argument)
    const { start = 0, end = bytes.length } = argument
    for (let at = start; at < Math.min(end, cut); at += 65_536)
      yield bytes.slice(at, Math.min(at + 65_536, end, cut))
    if (after === 'fail') throw new Error('disk failure')
    if (after === 'hang') await new Promise(() => undefined)
  }
  return liar(letter, {
    createWants: () => says({ [ID]: bytes.length }),
    get: send,
    getSlice: send,
  })
}

describe('a transfer that is cut', () => {
  test('goes on with another provider where it stood', async () => {
    const a = await make('A')
    const asked: Asked[] = []
    const first = connectHosts(a.host, await provider('B', 100_000, 'hang', asked))
    const wanted = a.blobs.want(ID)
    await settle()
    expect((await a.blobs.explain(ID)).transfer).toMatchObject({ received: 100_000, size: 600_000 })
    expect((await a.blobs.explain(ID)).summary).toMatch(/100000 of 600000 bytes/)
    first.cut()
    await settle()
    connectHosts(a.host, await provider('C', 1e9, 'end', asked))
    await wanted
    expect(asked[0]).toEqual({ key: ID, max: 5_242_880 })
    expect(asked[1]).toMatchObject({ key: ID, start: 100_000, end: 600_000 })
    expect(Buffer.compare(await collectBytes(a.blobs.get(ID)), BYTES)).toBe(0)
    expect(a.storage.writing).toBe(0)
  })

  test('is whole when the connection dies after the last byte', async () => {
    const a = await make('A')
    const asked: Asked[] = []
    const { cut } = connectHosts(a.host, await provider('B', 600_000, 'hang', asked))
    const wanted = a.blobs.want(ID)
    await settle()
    expect(await a.blobs.has(ID)).toBe(false)
    cut()
    await wanted
    expect(await a.blobs.size(ID)).toBe(600_000)
  })

  test('is whole when the provider forgets to end it', async () => {
    const a = await make('A')
    const asked: Asked[] = []
    connectHosts(a.host, await provider('B', 600_000, 'hang', asked))
    const wanted = a.blobs.want(ID)
    await settle()
    a.clock.advance(31_000)
    await wanted
  })

  test('is given to another when no more bytes come', async () => {
    const a = await make('A')
    const asked: Asked[] = []
    connectHosts(a.host, await provider('B', 100_000, 'hang', asked))
    const wanted = a.blobs.want(ID)
    await settle()
    connectHosts(a.host, await provider('C', 1e9, 'end', asked))
    await settle()
    expect(asked.length).toBe(1)
    a.clock.advance(31_000)
    await wanted
    expect(asked[1]).toMatchObject({ start: 100_000 })
  })

  test('begins anew with one provider when the parts of two do not fit', async () => {
    const a = await make('A')
    const asked: Asked[] = []
    const lies: unknown[] = []
    a.blobs.lied.on((...lie) => lies.push(lie))
    const first = connectHosts(
      a.host,
      await provider('B', 100_000, 'hang', asked, bytesOf(600_000, 5)),
    )
    const wanted = a.blobs.want(ID)
    await settle()
    first.cut()
    await settle()
    connectHosts(a.host, await provider('C', 1e9, 'end', asked))
    await settle()
    expect(asked[1]).toMatchObject({ start: 100_000 })
    a.clock.advance(RETRY_MS + 2000)
    await wanted
    expect(asked[2]).toEqual({ key: ID, max: 5_242_880 })
    expect(lies).toEqual([])
    expect(Buffer.compare(await collectBytes(a.blobs.get(ID)), BYTES)).toBe(0)
  })

  test('asks for the whole where no parts are given', async () => {
    const a = await make('A')
    const asked: Asked[] = []
    const first = connectHosts(a.host, await provider('B', 100_000, 'hang', asked))
    const wanted = a.blobs.want(ID)
    await settle()
    first.cut()
    await settle()
    const whole = await liar('C', {
      createWants: () => says({ [ID]: 600_000 }),
      get: async function* () {
        yield BYTES
      },
    })
    connectHosts(a.host, whole)
    await settle()
    a.clock.advance(RETRY_MS + 2000)
    await wanted
  })

  test('leaves nothing behind when the server stops', async () => {
    const a = await make('A')
    const asked: Asked[] = []
    const first = connectHosts(a.host, await provider('B', 599_000, 'hang', asked))
    const wanted = a.blobs.want(ID).catch((error: { code: string }) => error.code)
    await settle()
    first.cut()
    await settle()
    expect(a.storage.writing).toBe(1)
    await a.host.stop()
    expect(a.storage.writing).toBe(0)
    expect(await wanted).toBe('SSB_BLOBS_STOPPED')
  })

  test('a provider that fails three times is given up', async () => {
    const a = await make('A')
    const asked: Asked[] = []
    connectHosts(a.host, await provider('B', 0, 'hang', asked))
    const wanted = a.blobs.want(ID).catch(() => undefined)
    await settle()
    for (let n = 0; n < 20; n++) {
      a.clock.advance(31_000)
      await settle()
    }
    expect(asked.length).toBe(3)
    await a.host.stop()
    await wanted
  })
})

test('a want of before is taken up again after a restart', async () => {
  const a = await make('A')
  const wanted = a.blobs.want(ID).catch(() => undefined)
  await settle()
  await a.host.stop()
  await wanted
  const again = await make('A', 'ABC', { storage: a.storage })
  const b = await make('B')
  connectHosts(again.host, b.host)
  await b.blobs.add(BYTES)
  await settle(100)
  expect(await again.blobs.has(ID)).toBe(true)
})

test.each([
  ['a peer that we know', 'B', true],
  ['a stranger', 'S', false],
])('%s that sends slowly is waited for: %j', async (_, letter, isWaitedFor) => {
  const a = await make('A', 'B')
  let send = (): void => undefined
  const dripping = await liar(letter, {
    createWants: () => says({ [ID]: BYTES.length }),
    async *get() {
      for (let at = 0; at < BYTES.length; at += 20_000) {
        await new Promise<void>((resolve) => {
          send = resolve
        })
        yield BYTES.slice(at, at + 20_000)
      }
    },
  })
  connectHosts(a.host, dripping)
  const wanted = a.blobs.want(ID)
  await settle()
  // 5000 bytes each second, for 100 seconds.
  for (let part = 0; part < 25; part++) {
    send()
    await settle(3)
    a.clock.advance(4000)
  }
  const { transfer } = await a.blobs.explain(ID)
  expect(transfer?.received === 500_000).toBe(isWaitedFor)
  await a.host.stop()
  await expect(wanted).rejects.toMatchObject({ code: 'SSB_BLOBS_STOPPED' })
})
