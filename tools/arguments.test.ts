import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const tools = import.meta.dirname
const names = readdirSync(tools).filter((name) => {
  const own = readdirSync(tools, { withFileTypes: true }).find((entry) => entry.name === name)
  return own?.isDirectory() === true && readdirSync(join(tools, name)).includes('main.mjs')
})

function call(name: string, ...args: string[]): [number | null, string, string] {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(tools, name, 'main.mjs'), ...args],
    { encoding: 'utf8', timeout: 20_000 },
  )
  return [status, stdout, stderr]
}

// Those that take no arguments say nothing of them.
test.each(names.filter((name) => !['peers', 'newcomer', 'reference'].includes(name)))(
  '%s tells how to call it',
  (name) => {
    const [status, , stderr] = call(name, '--nonsense')
    expect([status, stderr]).toEqual([
      2,
      expect.stringMatching(/^Unknown option '--nonsense'\.\nusage: n/),
    ])
  },
  30_000,
)

test('help is what the main file begins with', () => {
  const [status, stdout] = call('sim', '--help')
  expect([status, stdout]).toEqual([
    0,
    expect.stringMatching(/^npm run sim -- .*\nServers of the real plugins/),
  ])
})

test('what should be a number and is none is refused', () => {
  const [status, stdout, stderr] = call('sim', '--seeds', 'many')
  expect([status, stdout]).toEqual([2, ''])
  expect(stderr).toMatch(/^--seeds takes a whole number, from 1, not "many"\.\n/)
})
