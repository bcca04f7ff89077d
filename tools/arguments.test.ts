import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'

/** A tool that needs nothing built, as its arguments. */
function generate(...args: string[]): [number | null, string, string] {
  const file = join(import.meta.dirname, 'generate', 'main.mjs')
  const { status, stdout, stderr } = spawnSync(process.execPath, [file, ...args], {
    encoding: 'utf8',
  })
  return [status, stdout, stderr]
}
const USAGE = /\nusage: node tools\/generate\/main\.mjs \[--feeds 100\] .*\n$/

test('an unknown option is named, and how to call the tool is told', () => {
  const [status, stdout, stderr] = generate('--nonsense')
  expect([status, stdout]).toEqual([2, ''])
  expect(stderr).toMatch(/^Unknown option '--nonsense'\.\n/)
  expect(stderr).toMatch(USAGE)
})

test('what should be a number and is none is refused', () => {
  const [status, stdout, stderr] = generate('--feeds', 'many')
  expect([status, stdout]).toEqual([2, ''])
  expect(stderr).toMatch(/^--feeds takes a whole number, from 1, not "many"\.\n/)
  expect(stderr).toMatch(USAGE)
})

test('help is what the main file begins with', () => {
  const [status, stdout] = generate('--help')
  expect(status).toBe(0)
  expect(stdout).toMatch(/^node tools\/generate\/main\.mjs .*\nWrites message values/)
})
