// The baseline: box stream over TCP between two processes, and nothing else. `send PORT BYTES` or `receive BYTES`.
import { connect, createServer } from 'node:net'
import { load } from '../lib/packages.mjs'

const { Boxer, Unboxer } = await load('ssb-box-stream')
const CHUNK = 65_536
const key = new Uint8Array(32).fill(7)
const nonce = new Uint8Array(24)
const [role, ...rest] = process.argv.slice(2)

if (role === 'receive') {
  const wanted = Number(rest[0])
  const server = createServer((socket) => {
    const unboxer = new Unboxer(key, nonce)
    let got = 0
    socket.on('data', (chunk) => {
      const { ok, plain } = unboxer.push(chunk)
      if (!ok) process.exit(1)
      for (const part of plain) got += part.length
      if (got < wanted || socket.writableEnded) return
      socket.end('x')
      server.close()
    })
  })
  server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }))
} else {
  const [port, bytes] = rest.map(Number)
  const boxer = new Boxer(key, nonce)
  const chunk = new Uint8Array(CHUNK)
  const socket = connect(port, '127.0.0.1', async () => {
    const start = process.hrtime.bigint()
    const done = new Promise((resolve) => socket.once('data', resolve))
    for (let sent = 0; sent < bytes; sent += CHUNK) {
      if (!socket.write(boxer.box([chunk])))
        await new Promise((resolve) => socket.once('drain', resolve))
    }
    await done
    process.send({ seconds: Number(process.hrtime.bigint() - start) / 1e9 }, () => process.exit(0))
  })
}
