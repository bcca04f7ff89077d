// Who is let in and as what, over the wire: the owner, masters, the hooks in their order, those who are blocked.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { requireConfig } from '@scuttlebot/ssb-config'
import { fromBase64 } from '@scuttlebot/ssb-encode'
import { generate, type Keys, keyPairOf } from '@scuttlebot/ssb-keys'
import { dial } from '@scuttlebot/ssb-net/secure'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createServer, type Server } from '../src/index.ts'

let folder = ''
let server: Server
const owner = generate()
const master = generate()
const other = generate()

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ssb-server-'))
  const flags = [
    { key: 'path', value: folder },
    { key: 'port', value: '0' },
    { key: 'local-only', value: true },
    { key: 'ws.port', value: '0' },
    { key: 'master', value: master.id },
  ]
  const { config } = requireConfig({ home: folder, flags })
  server = createServer({ config, keys: owner, isNew: true })
})
afterEach(async () => {
  await server.stop()
  rmSync(folder, { recursive: true })
})

const NETWORK_KEY = fromBase64('1KHLiKZvAvjbY1ziZEHMXawbCEIM6qwjCDm3VYRan/s=') as Uint8Array

/** What `whoami`, a method of the owner, answers to somebody; `closed`: he was not let in. */
async function asked(who: Keys, way = 'net:'): Promise<unknown> {
  const address = server.plugins.net.addresses().find((one) => one.startsWith(way)) ?? ''
  try {
    const connection = await dial({ address, keys: keyPairOf(who), networkKey: NETWORK_KEY })
    try {
      return await connection.mux.call(['whoami'], [])
    } catch (error) {
      return error instanceof Error ? error.message : error
    } finally {
      await connection.close()
    }
  } catch (error) {
    return (error as { cause?: { code?: unknown } }).cause?.code
  }
}

const mine = { id: owner.id }
const refused = 'method:whoami is not in list of allowed methods'
const closed = 'SSB_SHS_NOT_ACCEPTED'

test.each(['net:', 'ws:', 'unix:'])('the owner over %s', async (way) => {
  await server.start()
  expect(await asked(owner, way)).toEqual(mine)
  // whoever opens the socket is the owner, whatever key he has
  expect(await asked(other, way)).toEqual(way === 'unix:' ? mine : refused)
})

test('a master may all that the owner may, others may not', async () => {
  await server.start()
  expect(await asked(master)).toEqual(mine)
  expect(await asked(master, 'ws:')).toEqual(mine)
  expect(await asked(other)).toBe(refused)
})

test('one who is blocked is not let in, master or not', async () => {
  await server.start()
  for (const { id } of [master, other])
    await server.plugins.store.publish({ type: 'contact', contact: id, blocking: true })
  expect([await asked(master), await asked(other)]).toEqual([closed, closed])
  expect(await asked(owner)).toEqual(mine)
})

test('hooks are asked in their order, and the first answer counts', async () => {
  const seen: string[] = []
  const { authorize } = server.hooks
  authorize.add(70, () => void seen.push('late'))
  authorize.add(10, ({ peer, transport }) => {
    seen.push(`early ${transport}`)
    if (peer === other.id) return { allow: true, permissions: { allow: ['whoami'], deny: null } }
    return undefined
  })
  await server.start()
  expect(await asked(other)).toEqual(mine)
  expect(seen).toEqual(['early net'])
  seen.length = 0
  // the plugin for masters answers in between
  expect(await asked(master, 'ws:')).toEqual(mine)
  expect(seen).toEqual(['early ws'])
  seen.length = 0
  expect(await asked(generate())).toBe(refused)
  expect(seen).toEqual(['early net', 'late'])
  // nobody is asked about the owner
  seen.length = 0
  await asked(owner)
  expect(seen).toEqual([])
})

test('a hook that refuses, and one that throws, let nobody in but the owner', async () => {
  server.hooks.authorize.add(1, ({ peer }) => {
    if (peer === master.id) throw new Error('on purpose')
    return { allow: false, reason: 'closed' }
  })
  await server.start()
  expect([await asked(master), await asked(other)]).toEqual([closed, closed])
  expect(await asked(owner)).toEqual(mine)
})
