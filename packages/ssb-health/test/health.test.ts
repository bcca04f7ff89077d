import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createHost, type Metric, type Nothing, type Plugin } from '@scuttlebot/ssb-plugin'
import { afterEach, describe, expect, test } from 'vitest'
import { type HealthNet, type HealthOptions, health, prometheusText } from '../src/index.ts'

const id = `@${Buffer.alloc(32, 1).toString('base64')}.ed25519` as const
type Handler = (
  request: IncomingMessage,
  response: ServerResponse,
  caller: { readonly isLocal: boolean },
) => boolean

const stops: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
})

/** A host with an HTTP side, and a store that says what is given. */
async function serve(
  status: Readonly<Record<string, unknown>> = {},
  options: HealthOptions = {},
  isLocal = true,
) {
  const handlers = new Set<Handler>()
  const use = (handler: Handler) => {
    handlers.add(handler)
    return () => void handlers.delete(handler)
  }
  const net: Plugin<'net', HealthNet, Nothing> = {
    name: 'net',
    needs: {},
    manifest: {},
    setup: ({ hooks, metrics }) => {
      hooks.status.add((value) => ({ ...value, ...status }))
      metrics.gauge('net_connections', 'Open connections.', () => 3, 10)
      return { api: { http: { use } }, handlers: {} }
    },
  }
  const keys = { id, sign: (bytes: Uint8Array) => bytes }
  const host = createHost({ keys, plugins: [net, health(options)] as const })
  await host.start()
  const server = createServer((request, response) => {
    for (const handler of handlers) if (handler(request, response, { isLocal })) return
    response.writeHead(404).end()
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  stops.push(
    () => host.stop(),
    () => new Promise((done) => server.close(done)),
  )
  const { port } = server.address() as AddressInfo
  const ask = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, init)
    return { status: response.status, text: await response.text(), headers: response.headers }
  }
  return { ask, handlers, host }
}

describe('over HTTP', () => {
  test('alive and ready', async () => {
    const { ask } = await serve()
    expect(await ask('/healthz')).toMatchObject({ status: 200, text: 'ok\n' })
    expect(await ask('/readyz?verbose')).toMatchObject({ status: 200, text: 'ready\n' })
    expect((await ask('/healthz', { method: 'HEAD' })).text).toBe('')
  })

  test('not ready while an index is behind', async () => {
    const sync = { sync: false, since: 9, plugins: { links: 4, type: 9 } }
    const { ask } = await serve({ sync })
    expect(await ask('/readyz')).toMatchObject({
      status: 503,
      text: 'indexes are catching up: links\n',
    })
  })

  test('a locked feed is told, and is no reason to restart', async () => {
    const { ask } = await serve({ feed: { locked: ['a reason'] } })
    expect(await ask('/readyz')).toMatchObject({
      status: 200,
      text: 'ready\npublishing is locked\n',
    })
  })

  test('the figures of all plugins and of the process', async () => {
    const { ask } = await serve()
    const { text, headers } = await ask('/metrics')
    expect(headers.get('content-type')).toContain('version=0.0.4')
    expect(text).toContain(
      '# TYPE scuttlebot_net_connections gauge\nscuttlebot_net_connections 3\n',
    )
    expect(text).toContain('scuttlebot_net_connections_limit 10\n')
    expect(text).toMatch(/^scuttlebot_process_resident_memory_bytes \d+$/m)
  })

  test('nothing else is answered, and nothing is written', async () => {
    const { ask } = await serve()
    expect((await ask('/')).status).toBe(404)
    expect((await ask('/toString')).status).toBe(404)
    expect((await ask('/metrics', { method: 'POST' })).status).toBe(405)
  })

  test('others only when told so', async () => {
    expect((await (await serve({}, {}, false)).ask('/metrics')).status).toBe(403)
    expect((await (await serve({}, { remote: true }, false)).ask('/metrics')).status).toBe(200)
  })

  test('it is gone with the host', async () => {
    const { handlers, host } = await serve()
    expect(handlers.size).toBe(1)
    await host.stop()
    expect(handlers.size).toBe(0)
  })
})

test('what is no number, and line ends in help, do no harm', () => {
  const metrics: Metric[] = [
    { name: 'a', kind: 'gauge', help: 'one\ntwo \\', value: Number.NaN },
    { name: 'b_total', kind: 'counter', help: 'one\ntwo \\', value: 2 },
  ]
  expect(prometheusText(metrics)).toBe(
    '# HELP scuttlebot_b_total one\\ntwo \\\\\n# TYPE scuttlebot_b_total counter\nscuttlebot_b_total 2\n',
  )
})
