import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openDisk, refuseForeignFolder } from '../src/disk.ts'
import { all, makeStore, run, writer } from './make.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ssb-store-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

test('a store on disk is there again', async () => {
  const first = makeStore(openDisk(folder))
  await first.open()
  const a = writer(2)
  const messages = run(a, 300)
  await first.api.add(messages.map(({ bytes }) => bytes))
  await first.api.publish({ type: 'post', text: 'ä' })
  await first.close()
  const second = makeStore(openDisk(folder))
  await second.open()
  expect(second.api.position).toBe(300)
  expect((await all(second.api.feed(a.id))).map(({ key }) => key)).toEqual(
    messages.map(({ key }) => key),
  )
  await second.close()
})

test('nothing on disk is touched before it is opened', async () => {
  const database = openDisk(folder)
  const encoding = { keyEncoding: 'view', valueEncoding: 'view' } as const
  await expect(database.get(new Uint8Array(1), encoding)).rejects.toMatchObject({
    code: 'SSB_STORE_CLOSED',
  })
  await database.close()
  // an opening of its own accord would have begun
  await new Promise((resolve) => setImmediate(resolve))
  expect([database.status, readdirSync(folder)]).toEqual(['closed', []])
})

test('a second opening is refused with a sentence that names the process', async () => {
  const first = makeStore(openDisk(folder))
  await first.open()
  const second = makeStore(openDisk(folder))
  await expect(second.open()).rejects.toMatchObject({
    code: 'SSB_STORE_LOCKED',
    message: `the folder ${folder} is in use by process ${process.pid}: stop that server first, or choose another folder with --path`,
  })
  await first.close()
})

test.each(['flume', 'db2', 'db', 'log', 'ooo', 'sublogs', 'repo'])(
  'a folder with %s/ is refused',
  (name) => {
    refuseForeignFolder(folder)
    mkdirSync(join(folder, name))
    refuseForeignFolder(folder)
    writeFileSync(join(folder, name, 'log.offset'), 'x')
    expect(() => refuseForeignFolder(folder)).toThrow(
      expect.objectContaining({
        code: 'SSB_STORE_FOREIGN',
        message: expect.stringContaining(`(${name}/)`),
      }),
    )
  },
)

test.each(['log.offset', 'log.bipf', 'feeds.jlog', 'MANIFEST-000002'])(
  'a folder with a file %s is refused, whoever made it',
  (name) => {
    writeFileSync(join(folder, name), 'x')
    expect(() => refuseForeignFolder(folder)).toThrow(
      expect.objectContaining({
        code: 'SSB_STORE_FOREIGN',
        message: expect.stringContaining(`an unknown database (${name})`),
      }),
    )
  },
)

test('a folder in which our own server has run is not refused', async () => {
  const store = makeStore(openDisk(folder))
  await store.open()
  await store.close()
  for (const name of ['secret', 'search.db', 'peers.json']) writeFileSync(join(folder, name), '')
  refuseForeignFolder(folder)
})

test('all files of the write-ahead log are synced at once, also when there are none', async () => {
  const database = openDisk(folder, { writeBufferBytes: 64 << 10 })
  await database.open()
  await database.flush?.()
  const store = makeStore(database)
  await store.open()
  await store.api.add(run(writer(2), 300).map(({ bytes }) => bytes))
  await database.flush?.()
  expect(store.api.position).toBe(299)
  await store.close()
})
