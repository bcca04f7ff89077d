import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { requireConfig } from '@scuttlebot/ssb-config'
import { generate } from '@scuttlebot/ssb-keys'
import { expect, test } from 'vitest'
import { createServer } from '../src/index.ts'

/** What old peers call to replicate with us. */
const NEEDED: readonly string[] = [
  'blobs.changes',
  'blobs.createWants',
  'blobs.get',
  'blobs.getSlice',
  'blobs.has',
  'createHistoryStream',
  'ebt.replicate',
  'gossip.ping',
  'manifest',
]

/** What ssb-server 15/16 and the db2 stack let strangers call. */
const ALLOWED: ReadonlySet<string> = new Set([
  ...NEEDED,
  'conn.ping',
  'ebt.clock',
  'ebt.replicateFormat',
  'ooo.stream',
  'tunnel.connect',
  'tunnel.ping',
  'httpAuth.sendSolution',
  'httpAuth.requestSolution',
  'httpAuth.invalidateAllSolutions',
])

/** Every method of a manifest, as path and kind. */
function methodsOf(
  tree: Readonly<Record<string, unknown>>,
  path: readonly string[] = [],
): readonly (readonly [path: readonly string[], kind: string])[] {
  return Object.entries(tree).flatMap(([name, value]) =>
    typeof value === 'string'
      ? [[[...path, name], value] as const]
      : methodsOf(value as Readonly<Record<string, unknown>>, [...path, name]),
  )
}

test('strangers may call what replication needs, and nothing else', () => {
  const path = mkdtempSync(`${tmpdir()}/ssb-server-`)
  try {
    const flags = [{ key: 'path', value: path }]
    const { config } = requireConfig({ home: path, flags })
    const server = createServer({ config, keys: generate() })
    const methods = methodsOf(server.manifest())
    const mayCall = (rights: readonly string[]): readonly string[] => {
      const face = server.face({ peer: generate().id, rights })
      return methods
        .filter(([name, kind]) => {
          const type = kind === 'sync' ? 'async' : (kind as 'async' | 'source' | 'sink' | 'duplex')
          return face.find(name, type).ok
        })
        .map(([name]) => name.join('.'))
        .toSorted()
    }
    const open = mayCall(['anonymous'])
    expect(NEEDED.filter((name) => !open.includes(name))).toEqual([])
    expect(open.filter((name) => !ALLOWED.has(name))).toEqual([])
    expect(mayCall(['owner'])).toHaveLength(methods.length)
    expect(mayCall([])).toEqual([])
  } finally {
    rmSync(path, { recursive: true, force: true })
  }
})
