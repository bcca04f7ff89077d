import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  beginMigration,
  copyOldFolder,
  fileSource,
  isServed,
  migrationState,
  oldLogs,
  oldPushes,
  readMigration,
  writeMigration,
} from '../src/files.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ssb-migrate-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function put(name: string, text = 'x'): string {
  const path = join(folder, name)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
  return path
}

describe('the logs of a folder', () => {
  test('none in an empty one, nor in one without a folder', () => {
    expect(oldLogs(folder)).toEqual([])
    expect(oldLogs(join(folder, 'none'))).toEqual([])
    expect(migrationState(put('a-file'))).toBe('none')
    put('flume/log.offset', '')
    expect(oldLogs(folder)).toEqual([])
  })

  test('the one of ssb-server comes first', () => {
    const db2 = put('db2/log.bipf', 'abc')
    const flume = put('flume/log.offset', 'ab')
    expect(oldLogs(folder)).toEqual([
      { kind: 'flume', path: flume, bytes: 2 },
      { kind: 'db2', path: db2, bytes: 3 },
    ])
  })

  test.each([
    ['a compaction', ['db2/log.bipf', 'db2/log.bipf.compaction'], 'compaction'],
    ['scuttlebot 10', ['db/CURRENT'], 'scuttlebot 10'],
    ['go-sbot', ['log/data', 'indexes/x'], 'go-sbot'],
  ])('refuses %s with what to do', (_, names, words) => {
    for (const name of names) put(name)
    expect(() => oldLogs(folder)).toThrow(words)
  })
})

describe('what an old server was still pushing', () => {
  test('a list that ssb-blobs 2.0.1 has written, from its table and its log, which stays as it is', async () => {
    const list = join(folder, 'blobs_push')
    cpSync(fileURLToPath(new URL('fixtures/ssb-blobs-2.0.1/blobs_push', import.meta.url)), list, {
      recursive: true,
    })
    const content = () =>
      readdirSync(list).map((name) => [name, readFileSync(join(list, name), 'hex')])
    const before = content()
    // Four were pushed, one of which has reached its goal in a second run; of one there is no blob.
    expect(await oldPushes(folder)).toEqual([
      '&CQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQk=.sha256',
      '&p5N7ZLjKpY8Dchu2us9ceMsjX+vg5wsbhM2ZVBRhoI4=.sha256',
      '&semTJFBb0y2g4fhdz14ZoJ2wSB6KFfYsQesyAwSo6Sc=.sha256',
    ])
    expect(content()).toEqual(before)
  })

  test('nothing without a list, and null for one that cannot be read', async () => {
    expect(await oldPushes(folder)).toEqual([])
    put('blobs_push/CURRENT', 'nonsense')
    expect(await oldPushes(folder)).toBe(null)
  })
})

describe('the state of a migration', () => {
  const at = '2026-01-01T00:00:00.000Z'
  test('none, needed, done, and changed by the old server', () => {
    expect(migrationState(folder)).toBe('none')
    put('flume/log.offset', 'ab')
    expect(migrationState(folder)).toBe('needed')
    writeMigration(folder, { from: folder, logs: oldLogs(folder), at, added: 1, refused: 0 })
    expect(migrationState(folder)).toBe('done')
    expect(readMigration(folder)).toMatchObject({ from: folder, added: 1 })
    put('flume/log.offset', 'abc')
    expect(migrationState(folder)).toBe('changed')
  })

  test('unfinished from its begin to its end, though nothing else in the folder tells', async () => {
    await beginMigration(folder, '/elsewhere')
    expect(migrationState(folder)).toBe('unfinished')
    await beginMigration(folder, '/elsewhere')
    writeMigration(folder, { from: '/elsewhere', logs: [], at, added: 1, refused: 0 })
    expect(migrationState(folder)).toBe('none')
  })

  test('one from elsewhere does not speak for an old log here', () => {
    put('flume/log.offset', 'ab')
    writeMigration(folder, { from: '/elsewhere', logs: oldLogs(folder), at, added: 1, refused: 0 })
    expect(migrationState(folder)).toBe('needed')
  })

  test.each(['', '{', '[]', 'null', '{"from":1}'])('a record of %j counts for none', (text) => {
    put('flume/log.offset', 'ab')
    put('migrated.json', text)
    expect(migrationState(folder)).toBe('needed')
  })
})

test('a file is read at the length that it had', async () => {
  const path = put('log', 'abcdef')
  const source = await fileSource(path)
  writeFileSync(path, 'ghi', { flag: 'a' })
  expect(source.size).toBe(6)
  expect(Buffer.from(await source.read(4, 10)).toString()).toBe('ef')
  await source.close()
  await expect(fileSource(join(folder, 'none'))).rejects.toThrow('cannot be read (ENOENT)')
})

test('a folder is served while somebody answers on its socket', async () => {
  expect(await isServed(folder)).toBe(false)
  const server = createServer()
  await new Promise<void>((done) => server.listen(join(folder, 'socket'), done))
  expect(await isServed(folder)).toBe(true)
  await new Promise((done) => server.close(done))
  put('socket')
  expect(await isServed(folder)).toBe(false)
})

describe('a copy', () => {
  test('has key, peers and blobs, and a second one has nothing to do', async () => {
    put('old/secret', 'key')
    put('old/gossip.json', '[]')
    put('old/blobs/sha256/ab/cdef', 'blob')
    put('old/blobs/sha256/ab/cdff.part', 'half')
    const [from, to] = [join(folder, 'old'), join(folder, 'new')]
    expect(await copyOldFolder(from, to)).toEqual({ blobs: 1, bytes: 4 })
    expect(readFileSync(join(to, 'secret'), 'utf8')).toBe('key')
    expect(statSync(join(to, 'secret')).mode & 0o777).toBe(0o400)
    expect(readFileSync(join(to, 'blobs/sha256/ab/cdef'), 'utf8')).toBe('blob')
    expect(readFileSync(join(to, 'gossip.json'), 'utf8')).toBe('[]')
    expect(await copyOldFolder(from, to)).toEqual({ blobs: 0, bytes: 0 })
  })

  test('a blob that was cut short is copied again', async () => {
    put('old/secret', 'key')
    put('old/blobs/sha256/ab/cdef', 'blob')
    put('new/blobs/sha256/ab/cdef', 'bl')
    await copyOldFolder(join(folder, 'old'), join(folder, 'new'))
    expect(readFileSync(join(folder, 'new/blobs/sha256/ab/cdef'), 'utf8')).toBe('blob')
  })

  test('the key appears whole: what killed runs have left is no key', async () => {
    put('old/secret', 'key')
    put('new/secret', '')
    put('new/secret.part', 'ke')
    const [from, to] = [join(folder, 'old'), join(folder, 'new')]
    await copyOldFolder(from, to)
    expect(readFileSync(join(to, 'secret'), 'utf8')).toBe('key')
    expect(statSync(join(to, 'secret')).mode & 0o777).toBe(0o400)
    expect(readdirSync(to)).toEqual(['secret'])
  })

  test('needs a key, and never writes over one', async () => {
    const [from, to] = [join(folder, 'old'), join(folder, 'new')]
    await expect(copyOldFolder(from, to)).rejects.toThrow('no readable key')
    put('old/secret', 'key')
    put('new/secret', 'another')
    await expect(copyOldFolder(from, to)).rejects.toThrow('is another key than')
    expect(readFileSync(join(to, 'secret'), 'utf8')).toBe('another')
  })
})
