// The baseline: box stream over TCP between two processes, and nothing else. `send PORT BYTES` or `receive BYTES`.
// With a folder, `receive BYTES FOLDER` also hashes what comes, and writes and syncs it in files of the size of blobs.
import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { load } from '../lib/packages.mjs'

const { Boxer, Unboxer } = await load('ssb-box-stream')
const CHUNK = 65_536
const FILE_BYTES = 5 * 1024 * 1024 - 1
const WRITE_BYTES = 1 << 19
const key = new Uint8Array(32).fill(7)
const nonce = new Uint8Array(24)
const [role, ...rest] = process.argv.slice(2)

/** Hash, and write and sync in files, with one write under way while more is taken in. */
function keeper(folder) {
  let hash = createHash('sha256')
  let waiting = []
  let waitingBytes = 0
  let fileBytes = 0
  let file = null
  let count = 0
  let working = Promise.resolve()
  const write = async (chunks, isLast) => {
    file ??= await open(join(folder, `stored${count++}`), 'wx')
    await file.writev(chunks)
    if (!isLast) return
    await file.datasync()
    await file.close()
    file = null
  }
  const pass = (isLast) => {
    const chunks = waiting
    waiting = []
    waitingBytes = 0
    const before = working
    working = before.then(() => write(chunks, isLast))
    return before
  }
  return {
    /** What to wait for before more is taken in, or nothing. */
    take(part) {
      hash.update(part)
      waiting.push(part)
      waitingBytes += part.length
      fileBytes += part.length
      if (fileBytes >= FILE_BYTES) {
        fileBytes = 0
        hash.digest()
        hash = createHash('sha256')
        return pass(true)
      }
      return waitingBytes >= WRITE_BYTES ? pass(false) : null
    },
    end() {
      if (waiting.length > 0) pass(true)
      return working
    },
  }
}

if (role === 'receive') {
  const wanted = Number(rest[0])
  const kept = rest[1] === undefined ? null : keeper(rest[1])
  const server = createServer((socket) => {
    const unboxer = new Unboxer(key, nonce)
    let got = 0
    socket.on('data', async (chunk) => {
      const { ok, plain } = unboxer.push(chunk)
      if (!ok) process.exit(1)
      let full = null
      for (const part of plain) {
        got += part.length
        full = kept?.take(part) ?? full
      }
      if (got < wanted) {
        if (full === null) return
        socket.pause()
        await full
        socket.resume()
        return
      }
      if (socket.writableEnded) return
      await kept?.end()
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
