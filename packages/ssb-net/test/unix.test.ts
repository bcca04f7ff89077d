import {
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { dial } from '../src/secure.ts'
import { dial as dialUnix, listen } from '../src/unix.ts'
import { identity, networkKey, start, stopAll, until } from './helpers.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ssb-net-'))
})
afterEach(async () => {
  await stopAll()
  rmSync(folder, { recursive: true })
})

const client = { keys: identity(7).keys, networkKey }

describe('the socket in the data folder', () => {
  test('makes whoever opens it the owner, who is no peer', async () => {
    const server = await start(1, { folder, listen: [{ transport: 'unix' }] })
    const path = join(folder, 'socket')
    expect(statSync(path).mode & 0o777).toBe(0o600)
    const [address] = server.api.addresses()
    expect(address).toBe(`unix:${path}~noauth:${server.id.slice(1, 45)}`)
    expect(server.api.addresses(['local', 'public'])).toEqual([])
    const one = await dial({ ...client, address: address as string })
    const two = await dial({ ...client, address: `unix:${path}~noauth` })
    expect(one.id).toBe(server.id)
    expect(two.id).toBe(identity(7).id)
    expect(await one.mux.call(['secret'], [])).toBe('for the owner')
    expect(await two.mux.call(['caller'], [])).toEqual({ peer: server.id, roles: ['owner'] })
    expect(server.api.stats()).toMatchObject({ peers: 0, clients: 2, connections: 0 })
    expect(server.events).toEqual([])
    const big = 'x'.repeat(3_000_000)
    expect(await one.mux.call(['echo'], [big])).toBe(big)
    await one.close()
    await until(() => server.api.stats().clients === 1)
    await server.host.stop()
    expect(await two.mux.closed).toBe(null)
    expect(existsSync(path)).toBe(false)
  })

  test('is not made without a data folder', async () => {
    const server = await start(1, { listen: [{ transport: 'unix' }] })
    expect(server.api.addresses()).toEqual([])
  })

  test('survives noise, a hang-up inside a frame, and a frame of 4 GiB', async () => {
    const server = await start(1, { folder, listen: [{ transport: 'unix' }] })
    const path = join(folder, 'socket')
    const frames = [
      new Uint8Array([2, 0, 0]),
      new Uint8Array([2, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 1]),
      new Uint8Array(100).fill(0xff),
      new Uint8Array(9),
    ]
    for (const frame of frames) {
      const { wire } = await dialUnix(path)
      let isClosed = false
      wire.onClose = () => {
        isClosed = true
      }
      wire.resume()
      wire.write(frame)
      wire.end()
      await until(() => isClosed)
    }
    await until(() => server.api.stats().clients === 0)
    const connection = await dial({ ...client, address: `unix:${path}~noauth` })
    expect(await connection.mux.call(['echo'], ['alive'])).toBe('alive')
  })
})

describe('a socket file that is there already', () => {
  const handlers = { onArrival: () => undefined }

  test('is replaced when nobody answers', async () => {
    const path = join(folder, 'stale')
    await leaveSocketBehind(path)
    const listener = await listen(path, handlers)
    await listener.close()
    expect(existsSync(path)).toBe(false)
  })

  test('is replaced by one alone of many that find it dead at once', async () => {
    const path = join(folder, 'stale')
    await leaveSocketBehind(path)
    const results = await Promise.allSettled(
      Array.from({ length: 10 }, () => listen(path, handlers)),
    )
    const codes = results.map((one) => (one.status === 'rejected' ? one.reason.code : 'got it'))
    expect(codes.sort()).toEqual([...Array(9).fill('SSB_NET_IN_USE'), 'got it'].sort())
    // the one that has it is the one that answers
    await expect(dialUnix(path)).resolves.toBeTruthy()
    expect(readdirSync(folder)).toEqual(['stale'])
    for (const one of results) if (one.status === 'fulfilled') await one.value.close()
  })

  test('is replaced also where a process has died over it', async () => {
    const path = join(folder, 'stale')
    await leaveSocketBehind(path)
    mkdirSync(`${path}.turn`)
    const longAgo = Date.now() / 1000 - 6
    utimesSync(`${path}.turn`, longAgo, longAgo)
    await (await listen(path, handlers)).close()
  })

  test('is left alone when somebody answers', async () => {
    const path = join(folder, 'live')
    const listener = await listen(path, handlers)
    await expect(listen(path, handlers)).rejects.toMatchObject({ code: 'SSB_NET_IN_USE' })
    await expect(dialUnix(path)).resolves.toBeTruthy()
    await listener.close()
  })

  test('is left alone when it is no socket', async () => {
    const path = join(folder, 'file')
    writeFileSync(path, 'precious')
    await expect(listen(path, handlers)).rejects.toMatchObject({ code: 'SSB_NET_IN_USE' })
    expect(statSync(path).size).toBe(8)
  })

  test('a path that is too long or missing is a typed error', async () => {
    const long = join(folder, 'x'.repeat(200))
    await expect(listen(long, handlers)).rejects.toMatchObject({ code: 'SSB_NET_LISTEN' })
    const missing = join(folder, 'no', 'folder')
    await expect(listen(missing, handlers)).rejects.toMatchObject({ code: 'SSB_NET_LISTEN' })
    await expect(dialUnix(missing)).rejects.toMatchObject({ code: 'SSB_NET_UNREACHABLE' })
  })
})

/** A socket file whose process is gone: as the kernel leaves it when nobody unlinks. */
async function leaveSocketBehind(path: string): Promise<void> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(`${path}.live`, resolve))
  linkSync(`${path}.live`, path)
  await new Promise((resolve) => server.close(resolve))
}
