// What those may have of a port who ask over HTTP.
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { HTTP_BOUNDS, type HttpBounds } from '../src/http-bounds.ts'
import { type Listener, listen, type WsPlace } from '../src/ws.ts'

const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

async function start(
  bounds: Partial<HttpBounds>,
  onRequest: NonNullable<WsPlace['onRequest']> = () => undefined,
): Promise<Listener> {
  const place = { host: '127.0.0.1', port: 0, onRequest, bounds: { ...HTTP_BOUNDS, ...bounds } }
  const listener = await listen(place, { onArrival: () => undefined })
  ends.push(() => listener.close())
  return listener
}

/** Connect and ask; resolves when the connection is there. */
async function ask({ port }: Listener): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  ends.push(() => socket.destroy())
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')
  return socket
}

test('a connection on which nothing moves is given up', async () => {
  const socket = await ask(await start({ idleMs: 50 }))
  socket.resume()
  await once(socket, 'close')
  expect(socket.bytesRead).toBe(0)
})

test('an answer that drips for too long is ended', async () => {
  const listener = await start({ answerMs: 100 }, (_, response) => {
    const timer = setInterval(() => response.write('x'), 10)
    response.once('close', () => clearInterval(timer))
  })
  const socket = await ask(listener)
  socket.resume()
  await once(socket, 'close')
  expect(socket.bytesRead).toBeGreaterThan(0)
})

test('one address has so many connections, of which WebSockets are none', async () => {
  const listener = await start({ perAddressMax: 2, counted: () => true })
  const held = [await ask(listener), await ask(listener)]
  const third = await ask(listener)
  third.resume()
  await once(third, 'close')
  expect(held.map(({ destroyed }) => destroyed)).toEqual([false, false])
  held[0]?.destroy()
  // Its place is free as soon as the server has seen that.
  let ws: WebSocket | null = null
  while (ws === null) {
    const next = new WebSocket(`ws://127.0.0.1:${listener.port}`)
    ws = await new Promise<WebSocket | null>((resolve) => {
      next.once('open', () => resolve(next))
      next.once('error', () => resolve(null))
    })
  }
  const open = ws
  ends.push(() => open.terminate())
  const fourth = await ask(listener)
  const fifth = await ask(listener)
  fifth.resume()
  await once(fifth, 'close')
  expect([fourth.destroyed, open.readyState]).toEqual([false, WebSocket.OPEN])
})

test('programs of this machine are not counted', () => {
  for (const address of ['127.0.0.1', '::1', '::ffff:127.0.0.1'])
    expect(HTTP_BOUNDS.counted(address)).toBe(false)
  for (const address of ['192.168.1.2', '::ffff:203.0.113.1', '2001:db8::1'])
    expect(HTTP_BOUNDS.counted(address)).toBe(true)
})
