import { request } from 'node:http'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { keyOfFeedId } from '@scuttlebot/ssb-ref'
import { createClient } from '@scuttlebot/ssb-shs'
import { afterEach, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { dial } from '../src/secure.ts'
import { targetsOf } from '../src/targets.ts'
import { dial as dialWs, listen } from '../src/ws.ts'
import { identity, networkKey, type Running, start, stopAll, until } from './helpers.ts'

const servers: Server[] = []
afterEach(async () => {
  await stopAll()
  for (const server of servers.splice(0)) server.close()
})

const ws = (host = '127.0.0.1') => ({ listen: [{ transport: 'ws', host, port: 0 } as const] })
const wsAddress = (server: Running): string => server.api.addresses()[0] ?? ''
const urlOf = (server: Running): string => wsAddress(server).split('~')[0] ?? ''

/** A request as any program may make it. */
function ask(
  server: Running,
  path: string,
  headers: Record<string, string> = {},
  method = 'GET',
): Promise<[status: number, body: string]> {
  const { port } = new URL(urlOf(server))
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, path, headers, method }, (response) => {
      let body = ''
      response.setEncoding('utf8').on('data', (text: string) => {
        body += text
      })
      response.on('end', () => resolve([response.statusCode ?? 0, body]))
    })
    asked.on('error', reject).end()
  })
}

test('whoever is refused a WebSocket does not keep its connection, though it never ends its half', async () => {
  const listener = await listen(
    { host: '127.0.0.1', port: 0, mayOpen: () => false },
    { onArrival: () => undefined },
  )
  const socket = connect({ host: '127.0.0.1', port: listener.port, allowHalfOpen: true })
  let [isAnswered, isClosed] = [false, false]
  socket.on('end', () => {
    isAnswered = true
  })
  socket.on('close', () => {
    isClosed = true
  })
  socket.on('error', () => undefined).resume()
  const fields = { Upgrade: 'websocket', 'Sec-WebSocket-Version': '13', 'Sec-WebSocket-Key': 'x' }
  const lines = Object.entries(fields).map((field) => field.join(': '))
  socket.write(['GET / HTTP/1.1', 'Host: x', 'Connection: Upgrade', ...lines, '', ''].join('\r\n'))
  await until(() => isAnswered)
  await until(() => {
    if (!isClosed) socket.write('x')
    return isClosed
  })
  await listener.close()
})

describe('two of ours', () => {
  test.each(['127.0.0.1', '::1'])('call each other over WebSockets on %s', async (host) => {
    const server = await start(1, ws(host))
    const seen: string[] = []
    server.host.hooks.authorize.add(1, ({ transport }) => void seen.push(transport))
    expect(wsAddress(server)).toMatch(/^ws:\/\/[^/]+:\d+~shs:.{44}$/)
    const friend = await start(2)
    const peer = await friend.api.connect(wsAddress(server))
    expect(await peer.mux.call(['echo'], ['x'.repeat(50_000)])).toHaveLength(50_000)
    const back = server.api.peers()[0]
    expect(back?.id).toBe(friend.id)
    expect(await back?.mux.call(['caller'], [])).toEqual({ peer: server.id, roles: ['anonymous'] })
    expect(seen).toEqual(['ws'])
    await peer.close()
    await until(() => server.api.peers().length === 0)
    expect(server.events).toEqual(['+in', '-in the other side closed it'])
  })

  test('a stream of megabytes, both ends slow by turns', async () => {
    const server = await start(1, ws())
    const connection = await dial({
      address: wsAddress(server),
      networkKey,
      keys: identity(3).keys,
    })
    let bytes = 0
    for await (const item of connection.mux.source(['count'], [300, 10_000]))
      bytes += String(item).length
    expect(bytes).toBe(3_000_000)
    await connection.close()
  })

  test('stopping closes all, without waiting for anybody', async () => {
    const server = await start(1, ws())
    const client = await dial({ address: wsAddress(server), networkKey, keys: identity(3).keys })
    const half = new WebSocket(urlOf(server))
    await new Promise((resolve) => half.once('open', resolve))
    await server.host.stop()
    await client.closed
    await until(() => half.readyState === WebSocket.CLOSED)
  })
})

test('a client that knows only npm ws and the handshake gets through it', async () => {
  const server = await start(1, ws())
  const socket = new WebSocket(urlOf(server))
  await new Promise((resolve) => socket.once('open', resolve))
  const keys = identity(9).keys
  const shake = createClient({ networkKey, keys, serverKey: server.keys.publicKey })
  const isDone = new Promise<boolean>((resolve) => {
    socket.on('message', (chunk: Buffer) => {
      const step = shake.receive(new Uint8Array(chunk))
      if ('send' in step && step.send !== undefined) socket.send(step.send)
      if (step.state === 'done' || step.state === 'failed') resolve(step.state === 'done')
    })
  })
  socket.send(shake.start() ?? '')
  expect(await isDone).toBe(true)
  socket.terminate()
})

test('random frames and too large ones are met with a closed socket', async () => {
  const server = await start(1, ws())
  for (const [data, options] of [
    [Buffer.alloc(200, 7), {}],
    ['text that is no handshake, and long enough to be one of its messages, which it is not', {}],
    [Buffer.alloc((1 << 20) + 1), {}],
  ] as const) {
    const socket = new WebSocket(urlOf(server))
    socket.on('error', () => undefined)
    await new Promise((resolve) => socket.once('open', resolve))
    socket.send(data, options)
    await new Promise((resolve) => socket.once('close', resolve))
  }
  await until(() => server.api.stats().handshakesFailed === 3)
  expect(server.api.stats().connections).toBe(0)
})

describe('the HTTP side', () => {
  test('plugins answer on the same port, in order, and errors stay inside', async () => {
    const server = await start(1, ws())
    expect(await ask(server, '/')).toEqual([404, 'not found\n'])
    const undo = server.api.http.use(({ url }, response) => {
      if (url !== '/mine') return false
      response.end('mine')
      return true
    })
    server.api.http.use(({ url }) => {
      if (url === '/bad') throw new Error('a secret of ours')
      return false
    })
    expect(await ask(server, '/mine')).toEqual([200, 'mine'])
    expect(await ask(server, '/bad')).toEqual([500, 'failed\n'])
    undo()
    expect(await ask(server, '/mine')).toEqual([404, 'not found\n'])
  })

  test.each([
    ['GET', 'localhost:1', undefined, 404],
    ['GET', '[::1]:1', undefined, 404],
    ['GET', '10.0.0.1', undefined, 404],
    ['GET', 'Pub.Example:1', undefined, 404],
    ['GET', 'evil.example', undefined, 421],
    ['GET', 'pub.example.evil.example', undefined, 421],
    ['POST', 'pub.example', undefined, 404],
    ['POST', 'pub.example', 'https://pub.example', 404],
    ['POST', 'pub.example', 'https://evil.example', 403],
    ['POST', 'pub.example', 'null', 403],
  ])('%s for host %s from origin %s: %i', async (method, host, origin, status) => {
    const server = await start(1, {
      listen: [{ transport: 'ws', port: 0, external: 'pub.example', isSecure: true }],
    })
    expect(server.api.addresses('public')).toEqual([
      `wss://pub.example:443~shs:${keyOfFeedId(server.id)}`,
    ])
    const headers = { host, ...(origin === undefined ? {} : { origin }) }
    expect((await ask(server, '/', headers, method))[0]).toBe(status)
  })
})

describe('addresses', () => {
  const key = keyOfFeedId(identity(1).id)
  test.each([
    [`ws://h.example:8989~shs:${key}`, 'ws', 'h.example', 8989],
    [`wss://h.example~shs:${key}`, 'ws', 'h.example', 443],
    [`wss://h.example/path/x~shs:${key}`, 'ws', 'h.example', 443],
    [`onion:abcdef.onion:8008~shs:${key}`, 'onion', 'abcdef.onion', 8008],
  ])('%s', (text, transport, host, port) => {
    expect(targetsOf(text)).toMatchObject([{ transport, host, port, id: identity(1).id }])
  })
  test.each([`ws://~shs:${key}`, `ws://u:p@h.example~shs:${key}`, 'ws://h.example:1~shs:x'])(
    '%s is none',
    (text) => {
      expect(targetsOf(text)).toEqual([])
    },
  )
})

describe('failures', () => {
  test('nobody there, no WebSocket there, given up', async () => {
    const failed = { code: 'SSB_NET_UNREACHABLE' }
    const listener = await listen({ host: '127.0.0.1', port: 0 }, { onArrival: () => undefined })
    const { port } = listener
    await listener.close()
    await expect(dialWs(`ws://127.0.0.1:${port}`)).rejects.toMatchObject(failed)
    await expect(dialWs('ws://127.0.0.1:1', AbortSignal.abort())).rejects.toMatchObject(failed)
    const server = await start(1)
    await expect(dialWs('http:/')).rejects.toMatchObject(failed)
    await expect(dialWs(`ws://127.0.0.1:${server.port}`)).rejects.toMatchObject(failed)
    const taken = { host: '127.0.0.1', port: server.port }
    const code = 'SSB_NET_LISTEN'
    await expect(listen(taken, { onArrival: () => undefined })).rejects.toMatchObject({ code })
  })
})

describe('onion through SOCKS5', () => {
  /** A proxy that connects everybody to one port. */
  async function proxy(to: number, reply = 0): Promise<{ port: number; asked: string[] }> {
    const asked: string[] = []
    const server = createServer((socket: Socket) => {
      socket.on('error', () => undefined)
      socket.once('data', () => {
        socket.write(new Uint8Array([5, 0]))
        socket.once('data', (wish: Buffer) => {
          const length = wish[4] ?? 0
          asked.push(`${wish.subarray(5, 5 + length)}:${wish.readUInt16BE(5 + length)}`)
          socket.write(new Uint8Array([5, reply, 0, 1, 0, 0, 0, 0, 0, 0]))
          if (reply !== 0) return
          const there = connect({ host: '127.0.0.1', port: to })
          there.on('error', () => socket.destroy())
          socket.pipe(there).pipe(socket)
        })
      })
    })
    servers.push(server)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return { port: (server.address() as { port: number }).port, asked }
  }

  test('the proxy is given the name, and a peer is found behind it', async () => {
    const server = await start(1)
    const { port, asked } = await proxy(server.port)
    const friend = await start(2, { socks: { host: '127.0.0.1', port } })
    const peer = await friend.api.connect(`onion:abc.onion:8008~shs:${keyOfFeedId(server.id)}`)
    expect(await peer.mux.call(['echo'], [1])).toBe(1)
    expect(asked).toEqual(['abc.onion:8008'])
  })

  test('a proxy that refuses, and none', async () => {
    const address = `onion:abc.onion:8008~shs:${keyOfFeedId(identity(1).id)}`
    const { port } = await proxy(0, 5)
    const friend = await start(2, { socks: { host: '127.0.0.1', port } })
    await expect(friend.api.connect(address)).rejects.toThrow('the proxy says: refused')
    const server = await start(3)
    await server.host.stop()
    const other = await start(4, { socks: { host: '127.0.0.1', port: server.port } })
    const code = 'SSB_NET_UNREACHABLE'
    await expect(other.api.connect(address)).rejects.toMatchObject({ code })
  })
})
