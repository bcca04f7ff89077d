import {
  type Call,
  type CallKind,
  createFace,
  type Face,
  plainManifest,
} from '@scuttlebot/ssb-muxrpc'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

const shared = { kind: 'async', allow: ['anonymous'] } as const
const manifest = {
  whoami: { kind: 'sync' },
  get: { kind: 'async', allow: ['guest'] },
  log: { kind: 'source', allow: ['anonymous', 'guest'] },
  blobs: {
    add: { kind: 'sink', raw: true },
    has: shared,
    size: shared,
    changes: { kind: 'source', allow: ['anonymous'] },
  },
  ebt: { replicate: { kind: 'duplex', allow: ['anonymous'] } },
  ghost: { kind: 'async', allow: ['anonymous'] },
}
const handlers = {
  whoami: () => 'me',
  get: () => 'got',
  log: () => 'items',
  blobs: {
    name: 'the blobs',
    add: (_call: Call, input: unknown, ...args: unknown[]) => ['add', input, args],
    has(this: { name: string }, call: Call, ...args: unknown[]) {
      return [this.name, call.peer, args]
    },
    size: () => 'size',
    changes: () => 'changes',
  },
  ebt: { replicate: () => 'ebt' },
}
type Roles = Parameters<typeof createFace>[0]['roles']
const face = (roles: Roles): Face => createFace({ manifest, handlers, peer: '@p', roles })
const ask = (f: Face, path: readonly string[], type: CallKind): string => {
  const found = f.find(path, type)
  return found.ok ? 'ok' : found.message
}

test.each([
  ['owner', ['whoami'], 'async', 'ok'],
  ['owner', ['get'], 'async', 'ok'],
  ['owner', ['get'], 'source', 'no source:get'],
  ['owner', ['log'], 'async', 'no async:log'],
  ['owner', ['log'], 'duplex', 'no duplex:log'],
  ['owner', ['whoami'], 'source', 'no source:whoami'],
  ['owner', ['a', 'b'], 'source', 'no source:a,b'],
  ['owner', ['blobs'], 'async', 'no async:blobs'],
  ['owner', ['blobs.has'], 'async', 'no async:blobs.has'],
  ['owner', ['blobs', 'has', 'kind'], 'async', 'no async:blobs,has,kind'],
  ['owner', [], 'async', 'no async:'],
  ['owner', ['ghost'], 'async', 'ghost has no implementation here'],
  ['guest', ['get'], 'async', 'ok'],
  ['guest', ['log'], 'source', 'ok'],
  ['guest', ['whoami'], 'async', 'method:whoami is not in list of allowed methods'],
  ['anonymous', ['log'], 'source', 'ok'],
  ['anonymous', ['log'], 'async', 'no async:log'],
  ['anonymous', ['ebt', 'replicate'], 'duplex', 'ok'],
  ['anonymous', ['get'], 'async', 'method:get is not in list of allowed methods'],
  ['anonymous', ['a', 'b'], 'async', 'method:a,b is not in list of allowed methods'],
  ['nobody', ['log'], 'source', 'method:log is not in list of allowed methods'],
] as const)('%s calls %j as %s: %s', (role, path, type, expected) => {
  const f = face([role])
  expect(ask(f, path, type)).toBe(expected)
  // Again, from what it remembers.
  expect(ask(f, path, type)).toBe(expected)
})

describe('classic permissions', () => {
  test.each([
    [null, null, ['blobs', 'has'], 'ok'],
    [['blobs'], null, ['blobs', 'has'], 'ok'],
    [['blobs.has'], null, ['blobs', 'has'], 'ok'],
    [[['blobs', 'has']], null, ['blobs', 'has'], 'ok'],
    [
      ['blobs.has.more'],
      null,
      ['blobs', 'has'],
      'method:blobs,has is not in list of allowed methods',
    ],
    [['blo'], null, ['blobs', 'has'], 'method:blobs,has is not in list of allowed methods'],
    [[], null, ['blobs', 'has'], 'method:blobs,has is not in list of allowed methods'],
    [
      ['blobs'],
      ['blobs.has'],
      ['blobs', 'has'],
      'method:blobs,has is on list of disallowed methods',
    ],
    [null, ['blobs'], ['blobs', 'has'], 'method:blobs,has is on list of disallowed methods'],
    [null, ['get'], ['blobs', 'has'], 'ok'],
    [null, [], ['blobs', 'has'], 'ok'],
    [['blobs'], null, ['blobs', 'none'], 'no async:blobs,none'],
    [['nothing'], null, ['nothing'], 'no async:nothing'],
  ] as const)('allow %j deny %j: %j is %s', (allow, deny, path, expected) => {
    expect(ask(face({ allow, deny }), path, 'async')).toBe(expected)
  })
})

test('handlers get the call, the input where there is one, the arguments and their group', () => {
  const f = face(['owner'])
  const call = { peer: '@p', roles: [], signal: new AbortController().signal }
  const run = (path: readonly string[], type: CallKind, input: unknown): unknown => {
    const found = f.find(path, type)
    return found.ok ? [found.kind, found.raw, found.invoke(call, [1, 2], input as never)] : found
  }
  expect(run(['blobs', 'has'], 'async', null)).toEqual([
    'async',
    false,
    ['the blobs', '@p', [1, 2]],
  ])
  expect(run(['blobs', 'add'], 'sink', 'in')).toEqual(['sink', true, ['add', 'in', [1, 2]]])
  // One spec object may serve two methods.
  expect(run(['blobs', 'size'], 'async', null)).toEqual(['async', false, 'size'])
  expect(f.call).toEqual({ peer: '@p', roles: ['owner'] })
})

describe('hostile names', () => {
  const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'prototype', 'kind', '']
  test.each(names)('%j is not there', (name) => {
    for (const path of [[name], [name, name], ['blobs', name], ['whoami', name], ['get', 'allow']])
      for (const type of ['async', 'source', 'sink', 'duplex'] as const) {
        expect(ask(face(['owner']), path, type)).toBe(`no ${type}:${path.join(',')}`)
        expect(ask(face(['anonymous']), path, type)).toMatch(/is not in list of allowed methods$/)
      }
  })

  test('handlers are found as own properties only', () => {
    const inherited = Object.create({ get: () => 'inherited' }) as object
    const f = createFace({ manifest, handlers: inherited, peer: null, roles: ['owner'] })
    expect(ask(f, ['get'], 'async')).toBe('get has no implementation here')
  })

  test('paths are bounded in segments and length, and repeated only in part', () => {
    const deep = (segments: number): object => {
      let tree: object = { kind: 'async' }
      for (let at = 0; at < segments; at++) tree = { a: tree }
      return tree
    }
    const deepHandlers = (segments: number): unknown => {
      let tree: unknown = () => 1
      for (let at = 0; at < segments; at++) tree = { a: tree }
      return tree
    }
    const at = (segments: number): string =>
      ask(
        createFace({
          manifest: deep(segments),
          handlers: deepHandlers(segments) as object,
          peer: null,
          roles: ['owner'],
        }),
        Array(segments).fill('a'),
        'async',
      )
    expect([at(1), at(8), at(9)]).toEqual(['ok', 'ok', `no async:${'a,'.repeat(8)}a`])
    const long = (length: number): string => {
      const name = 'x'.repeat(length)
      const tree = { [name]: { kind: 'async' } }
      const run = { [name]: () => 1 }
      return ask(
        createFace({ manifest: tree, handlers: run, peer: null, roles: ['owner'] }),
        [name],
        'async',
      )
    }
    expect([long(256), long(257).length]).toEqual(['ok', 'no async:'.length + 257])
    expect(ask(face(['owner']), Array(10_000).fill('blobs'), 'async').length).toBeLessThan(300)
  })

  test('any path is answered', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.string(), fc.constantFrom(...names, 'blobs', 'has'))),
        (path) => {
          const answer = ask(face(['anonymous']), path, 'async')
          const known = path.length === 2 && path[0] === 'blobs' && path[1] === 'has'
          expect(answer === 'ok').toBe(known)
        },
      ),
    )
  })
})

test('the served manifest', () => {
  expect(plainManifest(manifest)).toEqual({
    whoami: 'sync',
    get: 'async',
    log: 'source',
    blobs: { add: 'sink', has: 'async', size: 'async', changes: 'source' },
    ebt: { replicate: 'duplex' },
    ghost: 'async',
  })
})
