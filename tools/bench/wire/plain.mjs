// The floor: frames over plain TCP, echoed by another process.
import { connect, createServer } from 'node:net'

/** @returns what the client needs to know */
export async function serve() {
  const server = createServer({ noDelay: true }, (socket) => {
    socket.on('error', () => undefined)
    socket.on('data', (chunk) => socket.write(chunk))
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { port: server.address().port }
}

/** Frames of `size` bytes there and back, one at a time. */
export function client({ port }, size) {
  return {
    async open() {
      const socket = connect({ host: '127.0.0.1', port, noDelay: true })
      await new Promise((resolve) => socket.once('connect', resolve))
      const frame = Buffer.alloc(size, 1)
      let got = 0
      let wake = () => undefined
      socket.on('data', (chunk) => {
        got += chunk.length
        if (got < size) return
        got -= size
        wake()
      })
      return {
        call: () =>
          new Promise((resolve) => {
            wake = resolve
            socket.write(frame)
          }),
        close: () => socket.destroy(),
      }
    },
  }
}
