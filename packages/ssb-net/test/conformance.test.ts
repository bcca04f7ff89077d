import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { transportConformance } from '../src/conformance.ts'
import { memoryTransport } from '../src/memory.ts'
import * as tcp from '../src/tcp.ts'
import * as unix from '../src/unix.ts'
import * as ws from '../src/ws.ts'

const runner = { describe, test }

describe.each(['127.0.0.1', '::1'])('net on %s', (host) => {
  transportConformance(runner, () => ({
    listen: (handlers) => tcp.listen({ host, port: 0 }, handlers),
    dial: ({ port }, signal) => tcp.dial({ host, port }, signal),
  }))
})

describe.each(['127.0.0.1', '::1'])('ws on %s', (host) => {
  const name = host === '::1' ? '[::1]' : host
  transportConformance(runner, () => ({
    listen: (handlers) => ws.listen({ host, port: 0 }, handlers),
    dial: ({ port }, signal) => ws.dial(`ws://${name}:${port}`, signal),
  }))
})

describe('unix', () => {
  transportConformance(runner, () => {
    const folder = mkdtempSync(join(tmpdir(), 'ssb-net-'))
    const path = join(folder, 'socket')
    return {
      listen: (handlers) => unix.listen(path, handlers),
      dial: (_, signal) => unix.dial(path, signal),
      remove: () => rmSync(folder, { recursive: true }),
    }
  })
})

describe('memory', () => {
  transportConformance(runner, () => {
    const transport = memoryTransport()
    return {
      listen: (handlers) => transport.listen(handlers),
      dial: (_, signal) => transport.dial(signal),
    }
  })
})

test('memory: one listener at a time, and another after it', async () => {
  const { listen, dial } = memoryTransport()
  const handlers = { onArrival: () => undefined }
  const listener = await listen(handlers)
  await expect(listen(handlers)).rejects.toMatchObject({ code: 'SSB_NET_IN_USE' })
  await listener.close()
  await expect(dial()).rejects.toMatchObject({ code: 'SSB_NET_UNREACHABLE' })
  await (await listen(handlers)).close()
})
