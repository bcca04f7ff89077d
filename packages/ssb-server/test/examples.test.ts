// Every method has an example in its help, every command line of the documentation makes sense: both against what the
// plugins declare.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Declared, helpOf, LOCAL, methodsOf, misspelt } from '@scuttlebot/ssb-cli'
import { requireConfig, resolveConfig } from '@scuttlebot/ssb-config'
import { generate } from '@scuttlebot/ssb-keys'
import type { PlainManifest } from '@scuttlebot/ssb-muxrpc'
import { describe, expect, test } from 'vitest'
import { createServer } from '../src/index.ts'
import { sbotLines } from './shell.ts'

// never started: nothing is opened
const path = join(tmpdir(), 'ssb-nowhere')
const { config } = requireConfig({ home: path, flags: [{ key: 'path', value: path }] })
const server = createServer({ config, keys: generate() })
const manifest = server.manifest() as PlainManifest
const help = await server.call({ peer: null, rights: ['owner'] }, ['help'])
const declared: Declared = { manifest, help }

/** Whether a method has no example, or one that does not make sense. */
function wrongExample(name: string, about: unknown): string | null {
  const example = helpOf(about, name)?.example
  if (example === undefined) return `${name} has no example`
  const text = /\bsbot /.test(example) ? example : `sbot ${example}`
  const lines = sbotLines(text)
  if (lines.length !== 1) return `the example of ${name} is not one command: ${example}`
  const [argv = []] = lines
  if (!argv.includes(name)) return `the example of ${name} is of something else: ${example}`
  return misspelt(argv, declared)
}

test('every method has a description, and an example that makes sense', () => {
  const methods = methodsOf(manifest)
  expect(methods.length).toBeGreaterThan(100)
  for (const { name } of methods) {
    expect(helpOf(help, name)?.description, name).toMatch(/^[A-Z].*[.)]$/s)
    expect(wrongExample(name, help), name).toBe(null)
  }
})

test.each(LOCAL)('the example of sbot $name makes sense', ({ example }) => {
  for (const argv of sbotLines(example)) expect(misspelt(argv, declared)).toBe(null)
  expect(sbotLines(example)).toHaveLength(1)
})

test('an example that is missing or wrong is seen', () => {
  const wrong = (example?: string): string | null =>
    wrongExample('get', { get: { description: 'x', ...(example ? { example } : {}) } })
  expect(wrong()).toContain('no example')
  expect(wrong('sbot gett %MSG')).toContain('something else')
  expect(wrong('sbot get --idd %MSG')).toBe('get has no option --idd. Did you mean --id?')
  expect(wrong('sbot get %MSG 2 3 4 5')).toBe('get takes at most 4 arguments, and got 5.')
  expect(wrong('sbot --pth x get %MSG')).toBe('there is no setting pth')
})

test.each([
  ['', null],
  ['whoami', null],
  ['--path DIR whoami', null],
  ['--jsn whoami', 'there is no setting jsn'],
  ['start --prt 5', 'there is no setting prt'],
  ['start --port 5', null],
  ['fsck --signatures --repair', null],
  ['fsck --signature', 'there is no setting signature'],
  ['migrate FOLDER --path DIR', null],
  ['config --explain friends.hopps', 'there is no setting friends.hopps'],
  ['backup', 'backup needs the name of a file.'],
  ['whoamy', 'There is no method or command named "whoamy". Did you mean whoami?'],
  ['publish --type post --anything x', null],
  ['blobs.add FILE --encrypt', null],
  ['blobs.gc --dry-run', null],
])('sbot %s', (line, expected) => {
  expect(misspelt(line.split(' ').filter(Boolean), declared)).toBe(expected)
})

test('the command lines in a piece of shell', () => {
  const shell = [
    '# sbot not this',
    'sbot query.read --query \'[{"a": 1}]\' | head # nor that',
    'A=1 sbot get \\\n  "%MSG" > file 2>/dev/null',
    'X=$(ann blobs.add ~/a | grep x) && bob whoami; ls',
    'npm start -- --port 8',
    'npm run -s sbot -- whoami',
    'ann() { npm run -s sbot -- "$@"; }',
  ].join('\n')
  expect(sbotLines(shell)).toEqual([
    ['query.read', '--query', '[{"a": 1}]'],
    ['get', '%MSG'],
    ['blobs.add', '~/a'],
    ['whoami'],
    ['start', '--port', '8'],
    ['whoami'],
  ])
})

/** Lines about any method or any setting. */
const PLACEHOLDERS = /(?:^|\s)(?:METHOD|--explain KEY)(?:\s|$)/
const root = join(import.meta.dirname, '../../..')
const documents = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`),
  ...readdirSync(join(root, 'packages')).map((name) => `packages/${name}/README.md`),
].filter((name) => name.endsWith('.md') && existsSync(join(root, name)))

describe('the command lines of the documentation make sense', () => {
  test.each(documents)('%s', (name) => {
    const text = readFileSync(join(root, name), 'utf8')
    const blocks = [...text.matchAll(/^```(?:sh|console)\n([\s\S]*?)^```$/gm)].map(
      ([, b = '']) => b,
    )
    const inline = [...text.replaceAll(/^```[\s\S]*?^```$/gm, '').matchAll(/`(sbot [^`]+)`/g)].map(
      ([, line = '']) => line.replaceAll('\n', ' '),
    )
    const lines = [...blocks, ...inline].flatMap(sbotLines)
    for (const line of lines.filter((words) => !PLACEHOLDERS.test(words.join(' '))))
      expect(misspelt(line, declared), `sbot ${line.join(' ')}`).toBe(null)
  })
})

test('the guide shows the plugin as it is', () => {
  const guide = readFileSync(join(root, 'docs/PLUGINS.md'), 'utf8')
  const shown = /^```ts plugin\n([\s\S]*?)^```$/m.exec(guide)?.[1]
  expect(shown).toBe(readFileSync(join(root, 'packages/ssb-activity/src/index.ts'), 'utf8'))
})

describe('what a machine runs', () => {
  const guide = readFileSync(join(root, 'docs/RUN.md'), 'utf8')
  test('the unit', () => {
    const [, args = ''] = /^ExecStart=\/usr\/bin\/node \S+\/bin\.js (.*)$/m.exec(guide) ?? []
    expect(misspelt(args.split(' '), declared)).toBe(null)
    expect(args).toContain('start ')
  })
  test('the container', () => {
    const file = readFileSync(join(root, 'Dockerfile'), 'utf8')
    const of = (word: string): string[] =>
      JSON.parse(new RegExp(`${word} (\\[.*\\])$`, 'm').exec(file)?.[1] ?? '[]')
    expect(of('^ENTRYPOINT')).toEqual(['sbot'])
    expect(misspelt(of('^CMD'), declared)).toBe(null)
    const [program, ...check] = of('^HEALTHCHECK .*CMD')
    expect(program).toBe('sbot')
    expect(misspelt(check, declared)).toBe(null)
  })
})

test.each(documents)('the configurations in %s can be read', (name) => {
  const text = readFileSync(join(root, name), 'utf8')
  for (const [, body = ''] of text.matchAll(/^```json\n([\s\S]*?)^```$/gm)) {
    const read = resolveConfig({ home: '/', files: [{ name, text: body }] })
    expect(read.ok ? [] : read.problems).toEqual([])
  }
})
