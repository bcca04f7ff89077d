// A host with a network and the page, on a free port of this machine.
import { request } from 'node:http'
import { type KeyPair, signKeyPair } from '@scuttlebot/ssb-crypto'
import { toBase64 } from '@scuttlebot/ssb-encode'
import { net } from '@scuttlebot/ssb-net'
import { createHost, type Host } from '@scuttlebot/ssb-plugin'
import { type FeedId, feedIdFromKey } from '@scuttlebot/ssb-ref'
import { type BuiltFiles, type WebOptions, web } from '../src/index.ts'

export const networkKey: Uint8Array = new Uint8Array(32).fill(3)

export const keysOf = (byte: number): KeyPair => signKeyPair(new Uint8Array(32).fill(byte))
export const keyOf = (byte: number): string => toBase64(keysOf(byte).publicKey)
export const idOf = (byte: number): FeedId => feedIdFromKey(keyOf(byte))

const text = (value: string): Uint8Array => new TextEncoder().encode(value)

export const files: BuiltFiles = new Map([
  ['/', { type: 'text/html; charset=utf-8', bytes: text('<title>page</title>'), brotli: null }],
  [
    '/web/page-1.js',
    { type: 'text/javascript; charset=utf-8', bytes: text('1 + 1'), brotli: text('brotli') },
  ],
])

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly text: string
}

export interface Asked {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** A call from this process. */
export const owner = { peer: null, rights: ['owner'] } as const

const stops: (() => Promise<unknown>)[] = []

/** Stop all that was started. */
export async function stopAll(): Promise<void> {
  for (const stop of stops.splice(0).reverse()) await stop()
}

/** A host with a page, and how to ask it. */
export interface Running {
  readonly host: Host<readonly [ReturnType<typeof net>, ReturnType<typeof web>]>
  readonly port: number
  ask(path: string, asked?: Asked): Promise<Answer>
  stop(): Promise<void>
}

export async function start(
  options: Partial<WebOptions> = {},
  folder: string | null = null,
): Promise<Running> {
  const keys = keysOf(1)
  const host = createHost({
    keys: { id: idOf(1), sign: () => new Uint8Array(64) },
    folder,
    plugins: [
      net({ keys, networkKey, listen: [{ transport: 'ws', host: '127.0.0.1', port: 0 }] }),
      web({ networkKey, files: async () => files, ...options }),
    ] as const,
  })
  await host.start()
  let isStopped = false
  const stop = async (): Promise<void> => {
    if (!isStopped) await host.stop()
    isStopped = true
  }
  stops.push(stop)
  const [place] = host.plugins.net.http.places()
  const port = place?.port ?? 0
  const ask = (path: string, { method = 'GET', headers = {}, body }: Asked = {}): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const own = { Host: `localhost:${port}`, ...headers }
      const asked = request({ host: '127.0.0.1', port, path, method, headers: own }, (response) => {
        let said = ''
        response.setEncoding('utf8')
        response.on('data', (chunk: string) => {
          said += chunk
        })
        const { statusCode = 0 } = response
        response.on('end', () =>
          resolve({ status: statusCode, headers: response.headers, text: said }),
        )
      })
      asked.on('error', reject)
      asked.end(body)
    })
  return { host, port, ask, stop }
}

/** What a browser sends to be paired. */
export const pairing = (token: string, key: string, more: object = {}): Asked => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ token, key, name: 'Firefox on Linux', ...more }),
})

/** The token of a link. */
export const tokenOf = (link: string | null): string => link?.split('#pair=')[1] ?? ''
