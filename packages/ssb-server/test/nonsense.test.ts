// What a person may mistype behind a method: each of them called with nothing, with a word and with an option that make
// no sense. What cannot be meant is refused by name, before anything is done.
import { helpOf, methodsOf } from '@scuttlebot/ssb-cli'
import type { MethodHelp } from '@scuttlebot/ssb-muxrpc'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Ran, World } from './world.ts'

/** Methods for which a text without any form is an argument like another. */
const TAKES_A_TEXT = ['messagesByType', 'private.unbox', 'names.getSignifies', 'search.query']
/** They answer by bytes or files of their own. */
const APART = ['backup.make', 'blobs.add', 'help']

const world = new World()
let methods: readonly { readonly name: string; readonly help: MethodHelp }[] = []

beforeAll(async () => {
  await world.start()
  const manifest = JSON.parse((await world.sbot(['manifest'])).out)
  // `sbot help` is the program's own; the method's answer is in the declarations
  const { serverPlugins } = await import('../src/index.ts')
  const { requireConfig } = await import('@scuttlebot/ssb-config')
  const { generate } = await import('@scuttlebot/ssb-keys')
  const { config } = requireConfig({ home: '/', flags: [{ key: 'path', value: '/' }] })
  const trees = serverPlugins({ config, keys: generate() }).map((plugin) => plugin.manifest)
  const declared = new Map<string, MethodHelp>()
  const walk = (tree: object, path: readonly string[]): void => {
    for (const [name, node] of Object.entries(tree)) {
      const inner = [...path, name]
      if (typeof node.kind === 'string') declared.set(inner.join('.'), node.help)
      else walk(node, inner)
    }
  }
  for (const tree of trees) walk(tree, [])
  methods = methodsOf(manifest).flatMap(({ name }) => {
    const help = helpOf(Object.fromEntries(declared), name)
    return help === null || APART.includes(name) ? [] : [{ name, help }]
  })
})

afterAll(() => world.end())

const isFree = ({ takes }: MethodHelp): boolean => takes === 'fields'
const needs = ({ args = {} }: MethodHelp): boolean =>
  Object.values(args).some((arg) => arg.optional !== true && arg.default === undefined)

/** A refusal in plain words: a sentence, and at most a line that shows how it is done. */
function expectPlain(name: string, { code, out, err }: Ran): void {
  expect([name, code, out]).toEqual([name, 1, ''])
  expect(err, name).not.toMatch(/\bParam \d|\bundefined\b|\[object|\n\s+at /)
  const lines = err.trimEnd().split('\n')
  expect(lines.length, err).toBeLessThanOrEqual(2)
  if (lines.length === 2) expect(lines[1]).toContain(`Usage: `)
}

test('there are more than a hundred of them', () => {
  expect(methods.length).toBeGreaterThan(120)
})

test('an option that no method has is refused by name', async () => {
  for (const { name, help } of methods.filter(({ help }) => !isFree(help))) {
    const ran = await world.sbot([name, '--nonsens', 'x'])
    expectPlain(name, ran)
    expect(ran.err).toContain(`${name} has no option --nonsens.`)
    expect(needs(help) || ran.err.split('\n').length === 2, name).toBe(true)
  }
}, 60_000)

test('nothing where something is needed is refused with the way to give it', async () => {
  const needy = methods.filter(({ help }) => needs(help))
  expect(needy.length).toBeGreaterThan(60)
  for (const { name } of needy) {
    const ran = await world.sbot([name])
    expectPlain(name, ran)
    expect(ran.err).toMatch(new RegExp(`^${name} needs .*\\nUsage: .*${name}`))
  }
}, 60_000)

test('a word that makes no sense is refused', async () => {
  for (const { name } of methods.filter(({ name }) => !TAKES_A_TEXT.includes(name)))
    expectPlain(name, await world.sbot([name, 'nonsense']))
}, 60_000)

test.each([
  [
    ['createLogStream', '--limt', '3'],
    'createLogStream has no option --limt. Did you mean --limit?',
  ],
  [['log', '--limit', 'many'], '--limit of createLogStream must be a number; it is "many".'],
  [['log', '--limit'], '--limit of createLogStream needs a value: a number.'],
  [['log', '--live', 'maybe'], '--live of createLogStream must be true or false; it is "maybe".'],
  [['friends.hops', '--start', 'nope'], '--start of friends.hops must be a feed id'],
  [['blobs.has', '&x'], 'blobs.has'],
  [['address', 'abroad'], 'scope of address must be one of device, local, private, public'],
  [['hist', '@x', '5'], 'createHistoryStream takes options by their names only, and got "@x".'],
])('%j', async (argv, text) => {
  const ran = await world.sbot(argv)
  expectPlain(argv[0] ?? '', ran)
  expect(ran.err).toContain(text)
})

test('other names of an option, and its spelling with dashes, are taken', async () => {
  const { id } = JSON.parse((await world.sbot(['whoami'])).out)
  for (const argv of [
    ['createHistoryStream', '--id', id, '--sequence', '1'],
    ['blobs.ls', '--long'],
    ['blobs.gc', '--dry-run'],
    ['getLatest', '--arg', JSON.stringify(id)],
    ['search.query', '2024'],
    ['query.read', '--query', '[]', '--private'],
  ])
    expect([argv, await world.sbot(argv)]).toMatchObject([argv, { code: 0, err: '' }])
})
