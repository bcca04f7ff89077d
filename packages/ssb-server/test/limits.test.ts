import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isKey, keys, optionOf, requireConfig } from '@scuttlebot/ssb-config'
import { generate } from '@scuttlebot/ssb-keys'
import { afterAll, expect, test } from 'vitest'
import { createServer } from '../src/index.ts'
import { World } from './world.ts'

const world = new World()
afterAll(() => world.end())

/** Cells of the first table of the document. */
const document = fileURLToPath(new URL('../../../docs/LIMITS.md', import.meta.url))
const rows = readFileSync(document, 'utf8')
  .split('\n')
  .filter((line) => line.includes('`limits.'))
  .map((line) => line.split('|').map((cell) => cell.trim()))
const named = (cell = ''): readonly string[] =>
  [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name ?? '')

function serverOf(flags: readonly { key: string; value: string }[]) {
  const { config } = requireConfig({
    home: world.home,
    flags: [{ key: 'path', value: world.path }, ...flags],
  })
  return createServer({ config, keys: generate() })
}

test('the table of limits names every key, with its default', () => {
  const found = rows.map(([, , key, value]) => [named(key)[0], Number(value)])
  const expected = keys
    .filter((key) => key.startsWith('limits.'))
    .map((key) => [key, optionOf(key).default])
  expect(found).toEqual(expected)
})

test('each has figures that are there, and a test', () => {
  const metrics = new Set(
    serverOf([])
      .metrics()
      .map(({ name }) => name),
  )
  for (const [, , , , , figures, link = ''] of rows) {
    for (const name of named(figures)) expect([name, metrics.has(name)]).toEqual([name, true])
    const file = /\((.+)\)/.exec(link)?.[1] ?? ''
    expect([file, existsSync(join(dirname(document), file))]).toEqual([file, true])
  }
})

test('what the configuration says reaches the parts', () => {
  const flags = rows.map(([, , key], at) => ({
    key: named(key)[0] ?? '',
    value: String(1000 + at),
  }))
  expect(flags.every(({ key }) => isKey(key))).toBe(true)
  const limits = Object.fromEntries(
    serverOf(flags)
      .metrics()
      .map(({ name, limit }) => [name, limit] as const),
  )
  const at = (key: string) => 1000 + rows.findIndex((row) => named(row[2])[0] === key)
  expect(limits).toMatchObject({
    net_connections: at('limits.connections'),
    net_address_connections_most: at('limits.connectionsPerAddress'),
    net_half_open: at('limits.halfOpen'),
    net_stranger_queued_bytes: at('limits.strangersBytes'),
    ebt_peer_clock_entries_most: at('limits.clockEntries'),
    gossip_book_peers: at('limits.peers'),
  })
})
