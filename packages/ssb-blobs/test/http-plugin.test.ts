import { EventEmitter } from 'node:events'
import { createHost } from '@scuttlebot/ssb-plugin'
import { describe, expect, test } from 'vitest'
import { type BlobsHttpNeeds, blobsHttp } from '../src/http-plugin.ts'
import { BLOBS_PATH } from '../src/index.ts'
import { bytesOf, idOf } from './world.ts'

type Use = BlobsHttpNeeds['net']['http']['use']
type Handler = Parameters<Use>[0]

interface Asking {
  readonly isLocal?: boolean
  readonly isFromWeb?: boolean
  readonly remote?: boolean
  /** Somebody is connected, who has the blob. */
  readonly peer?: boolean
  readonly url?: string
}

const feed = (n: number) => `@${Buffer.alloc(32, n).toString('base64')}.ed25519` as const
const plugin = <Name extends string, Api>(name: Name, api: Api) =>
  ({ name, needs: {}, manifest: {}, setup: () => ({ api, handlers: {} }) }) as const

/** The answer of the plugin's handler, and whether the peers were asked. */
async function asked(asking: Asking): Promise<{ status: number | null; wanted: number }> {
  const { isLocal = true, isFromWeb = false, remote = false, peer = false } = asking
  const { url = BLOBS_PATH + idOf(bytesOf(10)) } = asking
  let handler: Handler = () => false
  let wanted = 0
  const use: Use = (one) => {
    handler = one
    return () => undefined
  }
  const blobs = {
    size: async () => (wanted > 0 ? 0 : null),
    get: () => [] as never,
    async want() {
      wanted++
      return true as const
    },
  }
  const host = createHost({
    keys: { id: feed(1), sign: (bytes) => bytes },
    plugins: [
      plugin('net', { http: { use } }),
      plugin('blobs', blobs),
      blobsHttp({ remote }),
    ] as const,
  })
  await host.start()
  if (peer) host.hooks.peerConnected.emit({ id: feed(2) } as never)
  const status = await new Promise<number | null>((resolve) => {
    const response = {
      writeHead(code: number) {
        resolve(code)
        return this
      },
      end: () => undefined,
    }
    const request = { url, method: 'HEAD', headers: {}, socket: new EventEmitter() }
    if (!handler(request as never, response as never, { isLocal, isFromWeb })) resolve(null)
  })
  await host.stop()
  return { status, wanted }
}

describe('who may ask', () => {
  test.each<[string, Asking, number | null]>([
    ['a program of this machine', {}, 404],
    ['another machine', { isLocal: false }, 403],
    ['another machine, where all may', { isLocal: false, remote: true }, 404],
    ['for what is not ours', { isLocal: false, url: '/metrics' }, null],
  ])('%s', async (_, asking, status) => {
    expect(await asked(asking)).toEqual({ status, wanted: 0 })
  })

  test.each<[string, Asking, number, number]>([
    ['a program of this machine', {}, 200, 1],
    ['a page of the web', { isFromWeb: true }, 404, 0],
    ['another machine', { isLocal: false }, 404, 0],
  ])('peers are asked for what is not here: %s', async (_, who, status, wanted) => {
    expect(await asked({ ...who, remote: true, peer: true })).toEqual({ status, wanted })
    expect(await asked({ ...who, remote: true })).toEqual({ status: 404, wanted: 0 })
  })
})
