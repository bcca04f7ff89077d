// What a start says of the page, and to whom.

import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server as TcpServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { requireConfig } from '@scuttlebot/ssb-config'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type StartOptions, startServer } from '../src/index.ts'

let home: string
const taken: TcpServer[] = []
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'ssb-greeting-'))
})
afterEach(async () => {
  for (const one of taken.splice(0)) await new Promise((resolve) => one.close(resolve))
  rmSync(home, { recursive: true })
})

/** Start, and stop once it has greeted. */
async function greet(
  flags: Readonly<Record<string, unknown>>,
  more: Partial<StartOptions> = {},
): Promise<{ readonly greeting: string; readonly log: string }> {
  const all = { 'local-only': true, port: 0, 'web.enabled': true, path: home, ...flags }
  const entries = Object.entries(all).map(([key, value]) => ({
    key,
    value: typeof value === 'boolean' ? value : String(value),
  }))
  const { config } = requireConfig({ home, flags: entries })
  const abort = new AbortController()
  let greeting = ''
  let log = ''
  const code = await startServer({
    config,
    warnings: [],
    program: 'sbot',
    stateFolder: join(home, 'state'),
    out: async (text) => {
      greeting += text
      abort.abort()
    },
    err: (text) => {
      log += text
    },
    signal: abort.signal,
    ...more,
  })
  expect(code).toBe(0)
  return { greeting, log }
}

/** Listen on a port until the test has ended; `false`: somebody has it. */
async function take(port: number): Promise<boolean> {
  const other = createServer()
  const isOurs = await new Promise<boolean>((resolve) => {
    other.once('error', () => resolve(false))
    other.listen(port, '127.0.0.1', () => resolve(true))
  })
  if (isOurs) taken.push(other)
  return isOurs
}

async function isFree(port: number): Promise<boolean> {
  if (!(await take(port))) return false
  const other = taken.pop()
  await new Promise((resolve) => other?.close(resolve))
  return true
}

test('a link that pairs a browser is for a terminal alone', async () => {
  const seen = await greet({}, { isTerminal: true })
  expect(seen.greeting).toMatch(
    /within ten minutes.*\n {2}http:\/\/localhost:\d+\/#pair=[\w-]{32}\n/,
  )
  expect(seen.log).not.toContain('another program')
  const logged = await greet({})
  expect(logged.greeting).not.toContain('pair=')
  expect(logged.greeting).toMatch(/page is http:\/\/localhost:\d+\/ and/)
  expect(logged.greeting).toContain(`  sbot --path ${home} web.pair\n`)
})

test('it is said that another program has the port of the page', async () => {
  // The page is 981 above the port of peers, where there is room. Both below those that systems give away by themselves,
  // so that no other test has them by chance.
  let above = 12_000 + (process.pid % 18_000)
  while (!(await take(above)) || !(await isFree(above - 981))) above++
  const { greeting, log } = await greet({ port: above - 981 })
  expect(log).toContain(`another program listens on port ${above}`)
  expect(greeting).toMatch(/page is http:\/\/localhost:\d+\//)
  expect(greeting).not.toContain(`localhost:${above}/`)
  await expect(greet({ port: 0, 'web.port': above })).rejects.toThrow()
})
