import { linkSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { generate } from '@scuttlebot/ssb-keys'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { lockKey, stateFolderOf } from '../src/index.ts'
import { lockFile } from '../src/key-lock.ts'

let folder: string
const { id } = generate()
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ssb-lock-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test('one at a time, and again after the first has let go', async () => {
  const unlock = await lockKey(folder, id, '/data/one')
  await expect(lockKey(folder, id, '/data/two')).rejects.toThrow(
    `in use by process ${process.pid}, with /data/one`,
  )
  const other = await lockKey(folder, generate().id, '/data/two')
  await unlock()
  const again = await lockKey(folder, id, '/data/two')
  await again()
  await other()
})

test('a socket that a dead process has left is no lock', async () => {
  const file = lockFile(folder, id)
  mkdirSync(dirname(file), { recursive: true })
  // Closing unlinks the name that was bound; the file under another name is what a killed process leaves.
  const dead = createServer()
  await new Promise<void>((resolve) => dead.listen(`${file}.x`, resolve))
  linkSync(`${file}.x`, file)
  await new Promise<void>((resolve) => dead.close(() => resolve()))
  const unlock = await lockKey(folder, id, '/data/one')
  await unlock()
})

test('a holder that says nothing sensible is still a holder', async () => {
  const file = lockFile(folder, id)
  mkdirSync(dirname(file), { recursive: true })
  const odd = createServer((socket) => socket.on('error', () => undefined).end('?'))
  await new Promise<void>((resolve) => odd.listen(file, resolve))
  await expect(lockKey(folder, id, '/data')).rejects.toThrow('in use by another process')
  await new Promise<void>((resolve) => odd.close(() => resolve()))
})

test('a file in the way is not removed', async () => {
  const file = lockFile(folder, id)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, 'mine')
  await expect(lockKey(folder, id, '/data')).rejects.toThrow()
})

test.each([
  [{}, '/home/me/.local/state/ssb'],
  [{ XDG_STATE_HOME: '/var/me' }, '/var/me/ssb'],
  [{ XDG_STATE_HOME: 'relative' }, '/home/me/.local/state/ssb'],
  [{ XDG_STATE_HOME: '' }, '/home/me/.local/state/ssb'],
])('%j: %s', (environment, expected) => {
  expect(stateFolderOf(environment, '/home/me')).toBe(expected)
})
