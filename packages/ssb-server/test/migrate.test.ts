import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { requireConfig } from '@scuttlebot/ssb-config'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { migrateFolder, stateFolderOf } from '../src/index.ts'
import { World } from './world.ts'

/** A record of `flume/log.offset`: see docs/OLD-LOGS.md. */
function flumeLog(lines: readonly string[]): Buffer {
  let log = Buffer.alloc(0)
  for (const line of lines) {
    const body = Buffer.from(line)
    const record = Buffer.alloc(body.length + 12)
    record.writeUInt32BE(body.length, 0)
    record.set(body, 4)
    record.writeUInt32BE(body.length, 4 + body.length)
    record.writeUInt32BE(log.length + record.length, 8 + body.length)
    log = Buffer.concat([log, record])
  }
  return log
}

const received = (line: string): number => (JSON.parse(line) as { timestamp: number }).timestamp

let old: World
let lines: string[]
let id = ''
beforeEach(async () => {
  // A server whose messages are put into the form of the old log.
  const writer = new World()
  const running = await writer.start()
  id = running.id
  for (const text of ['one', 'two', 'three', 'four'])
    await writer.sbot(['publish', '--type', 'post', '--text', text])
  lines = (await writer.sbot(['export'])).out.trim().split('\n')
  await running.stop()
  old = new World()
  mkdirSync(join(old.path, 'flume'), { recursive: true })
  cpSync(join(writer.path, 'secret'), join(old.path, 'secret'))
  await writer.end()
  write(4)
})
afterEach(() => old.end())

const write = (count: number, tail: Buffer = Buffer.alloc(0)): void =>
  writeFileSync(
    join(old.path, 'flume/log.offset'),
    Buffer.concat([flumeLog(lines.slice(0, count)), tail]),
  )

describe('sbot migrate', () => {
  test('a folder of ssb-server is not started on, and told what to do', async () => {
    const ran = await old.sbot(['start', '--port', '0', '--local-only'])
    expect(ran).toMatchObject({ code: 1, out: '' })
    expect(ran.err).toContain('sbot migrate')
    expect(existsSync(join(old.path, 'store'))).toBe(false)
  })

  test('takes over every message in place, with its receive time, and goes on behind them', async () => {
    const before = readFileSync(join(old.path, 'flume/log.offset'))
    const ran = await old.sbot(['migrate'])
    expect(ran).toMatchObject({ code: 0, err: '' })
    expect(ran.out).toMatch(/^4 messages read: 4 added, 0 known already, 0 refused/)
    expect(ran.out).toContain(`${id} goes on after its message 4`)
    await old.start()
    expect((await old.sbot(['export'])).out.trim().split('\n').map(received)).toEqual(
      lines.map(received),
    )
    const fifth = await old.sbot(['publish', '--type', 'post', '--text', 'five'])
    expect(JSON.parse(fifth.out)).toMatchObject({ value: { author: id, sequence: 5 } })
    expect(readFileSync(join(old.path, 'flume/log.offset')).equals(before)).toBe(true)
  })

  test('a second run finds everything there', async () => {
    await old.sbot(['migrate'])
    const ran = await old.sbot(['--json', 'migrate'])
    expect(ran.code).toBe(0)
    expect(JSON.parse(ran.out)).toMatchObject({ read: 4, added: 0, known: 4, refused: 0 })
  })

  test('what the old server has written since is taken over before a start', async () => {
    write(2)
    await old.sbot(['migrate'])
    write(4)
    const refused = await old.sbot(['start', '--port', '0', '--local-only'])
    expect(refused.code).toBe(1)
    expect(refused.err).toContain('has written to its database')
    expect((await old.sbot(['migrate'])).out).toMatch(/4 messages read: 2 added, 2 known/)
    await old.start()
    const next = await old.sbot(['publish', '--type', 'post', '--text', 'five'])
    expect(JSON.parse(next.out)).toMatchObject({ value: { sequence: 5 } })
  })

  test('into another folder, with key, peers and blobs', async () => {
    writeFileSync(join(old.path, 'gossip.json'), '[]')
    mkdirSync(join(old.path, 'blobs/sha256/ab'), { recursive: true })
    writeFileSync(join(old.path, 'blobs/sha256/ab/cd'), 'blob')
    const to = join(old.home, 'new')
    const ran = await old.sbot(['migrate', old.path, '--path', to])
    expect(ran).toMatchObject({ code: 0, err: '' })
    for (const name of ['secret', 'gossip.json', 'blobs/sha256/ab/cd'])
      expect(readFileSync(join(to, name)).equals(readFileSync(join(old.path, name)))).toBe(true)
    expect(existsSync(join(old.path, 'store'))).toBe(false)
    await old.start('--path', to)
    const next = await old.sbot(['--path', to, 'publish', '--type', 'post', '--text', 'five'])
    expect(JSON.parse(next.out)).toMatchObject({ value: { sequence: 5 } })
  })

  test('a run into another folder that was cut off locks that folder until another one has finished it', async () => {
    const to = join(old.home, 'new')
    const { config } = requireConfig({ home: old.home, flags: [{ key: 'path', value: to }] })
    const state = stateFolderOf({}, old.home)
    // Aborted after two of four messages of the own feed: to go on there would publish its third one again.
    let looks = 0
    const signal = {
      get aborted() {
        return ++looks > 2
      },
    } as AbortSignal
    const request = { config, from: old.path, progress: () => undefined, signal }
    expect(await migrateFolder(request, state)).toMatchObject({ isFinished: false, added: 2 })
    const refused = await old.sbot(['start', '--path', to, '--port', '0', '--local-only'])
    expect([refused.code, refused.out]).toEqual([1, ''])
    expect(refused.err).toContain('sbot migrate')
    expect(refused.err.trim().split('\n')).toHaveLength(1)
    expect((await old.sbot(['migrate', old.path, '--path', to])).code).toBe(0)
    await old.start('--path', to)
    const next = await old.sbot(['--path', to, 'publish', '--type', 'post', '--text', 'five'])
    expect(JSON.parse(next.out)).toMatchObject({ value: { sequence: 5 } })
  })

  test('blobs that ssb-blobs was still pushing go on being pushed, also into another folder', async () => {
    const made = fileURLToPath(
      new URL('../../ssb-migrate/test/fixtures/ssb-blobs-2.0.1', import.meta.url),
    )
    cpSync(made, old.path, { recursive: true })
    const to = join(old.home, 'new')
    const ran = await old.sbot(['migrate', old.path, '--path', to])
    expect(ran).toMatchObject({ code: 0, err: '' })
    expect(ran.out).toContain('3 blobs go on being pushed to peers')
    // Once more, as after a run that was killed: what is noted is not noted twice.
    const again = await old.sbot(['--json', 'migrate', old.path, '--path', to])
    expect(JSON.parse(again.out)).toMatchObject({ pushes: 0 })
    await old.start('--path', to)
    const status = await old.sbot(['--path', to, '--json', 'blobs.status'])
    // The third is not here, and cannot be given to anybody.
    expect(JSON.parse(status.out)).toMatchObject({ blobs: 3, pushes: 2 })
  })

  test('a list of pushes that cannot be read is told, and stops nothing', async () => {
    mkdirSync(join(old.path, 'blobs_push'))
    writeFileSync(join(old.path, 'blobs_push/CURRENT'), 'nonsense')
    const ran = await old.sbot(['migrate'])
    expect(ran).toMatchObject({ code: 0, err: '' })
    expect(ran.out).toContain('its list of blobs that were still pushed cannot be read')
  })

  test('a torn end and a broken message are told, and lock publishing when they were ours', async () => {
    lines[2] = (lines[2] ?? '').replace('three', 'thrEE')
    write(4, Buffer.from([0, 0, 1]))
    const ran = await old.sbot(['migrate'])
    expect(ran.code).toBe(2)
    expect(ran.out).toContain('4 messages read: 2 added, 0 known already, 2 refused')
    expect(ran.out).toContain('the last 3 bytes are no whole message')
    const file = readFileSync(join(old.path, 'migrate-refused.ndjson'), 'utf8').trim().split('\n')
    expect(file.map((line) => (JSON.parse(line) as { sequence: number }).sequence)).toEqual([3, 4])
    await old.start()
    const next = await old.sbot(['publish', '--type', 'post', '--text', 'five'])
    expect(next.code).toBe(1)
    expect(next.err).toContain('publishing now would fork it')
  })

  test('a folder without an old database, a running server, and a second word are one sentence', async () => {
    const empty = await old.sbot(['migrate', join(old.home, 'nowhere')])
    expect([empty.code, empty.err.split('\n').length]).toEqual([1, 2])
    expect(empty.err).toContain('no database of ssb-server or ssb-db2')
    expect((await old.sbot(['migrate', 'one', 'two'])).code).toBe(1)
    await old.sbot(['migrate'])
    await old.start()
    expect((await old.sbot(['migrate'])).err).toContain('stop it first')
  })
})
