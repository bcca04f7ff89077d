// Write docs/REFERENCE.md (every method) and docs/CONFIG.md (every setting) from what the plugins and the schema declare.
// In CI: `node tools/reference.mjs --check` fails when one of them is not up to date.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { load, root } from './lib/packages.mjs'

const { helpOf } = await load('ssb-cli')
const { expected, keys: settings, optionOf, requireConfig } = await load('ssb-config')
const { generate } = await load('ssb-keys')
const { coreManifest } = await load('ssb-plugin')
const { serverPlugins } = await load('ssb-server')

/** Text inside a cell of a table. */
const cell = (text) => text.replaceAll('|', '\\|').replaceAll('\n', ' ')
const code = (value) => `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``

/** Declared methods below a tree, by dotted name. */
function methodsOf(tree, path = []) {
  return Object.entries(tree).flatMap(([name, node]) => {
    const inner = [...path, name]
    return typeof node.kind === 'string'
      ? [{ name: inner.join('.'), ...node }]
      : methodsOf(node, inner)
  })
}

const callers = ({ allow = [] }) =>
  allow.includes('anonymous')
    ? 'everyone'
    : ['the owner', ...allow.map((role) => `a ${role}`)].join(' and ')

function methodText({ name, kind, help, ...spec }) {
  const { description, args = {}, example } = helpOf({ [name]: help }, name)
  const rows = Object.entries(args).map(
    ([arg, { type, description: about, optional, default: preset }]) => {
      const note = preset !== undefined ? ` (default ${code(preset)})` : optional ? '' : ' (needed)'
      return `| ${code(arg)} | ${cell(type)} | ${cell(about)}${note} |`
    },
  )
  return [
    `### ${name}`,
    `${kind}, for ${callers(spec)}. ${description}`,
    ...(rows.length > 0
      ? [['| argument or option | type | meaning |', '| --- | --- | --- |', ...rows].join('\n')]
      : []),
    `Example: \`${/\bsbot /.test(example) ? example : `sbot ${example}`}\``,
  ].join('\n\n')
}

function reference() {
  const { config } = requireConfig({ home: '/', flags: [{ key: 'path', value: '/' }] })
  const parts = [
    { name: 'every server', manifest: coreManifest },
    ...serverPlugins({ config, keys: generate() }),
  ].map(({ name, manifest }) => ({ name, methods: methodsOf(manifest) }))
  const served = parts.filter(({ methods }) => methods.length > 0)
  const count = served.reduce((sum, { methods }) => sum + methods.length, 0)
  return [
    '# The methods',
    `Written by \`npm run reference\` from what the plugins declare: ${count} methods, by the plugin that serves them. \`sbot METHOD --help\` says the same of a running server.`,
    'The *kind* says how a method is called: *sync* and *async* answer once, a *source* answers item by item, a *sink* takes a stream, a *duplex* does both. The owner may call everything; *everyone* includes strangers, *guest* the holder of an invite.',
    'On a command line arguments are words in the order given here, or options by their names; in a program each is an argument of its own, or all options are one object.',
    served
      .map(({ name, methods }) => {
        const links = methods.map((method) => `[${method.name}](#${anchor(method.name)})`)
        return `- **${name}**: ${links.join(', ')}`
      })
      .join('\n'),
    ...served.flatMap(({ name, methods }) => [`## ${name}`, ...methods.map(methodText)]),
    '',
  ].join('\n\n')
}

const anchor = (name) => name.toLowerCase().replaceAll('.', '')

function configuration() {
  const active = settings.filter((key) => !optionOf(key).inert)
  const inert = settings.filter((key) => optionOf(key).inert)
  const groups = grouped(active)
  const row = (key) => {
    const option = optionOf(key)
    const unit = option.unit ? ` (${option.unit})` : ''
    const old = option.legacyOf ? ` Older name of ${code(option.legacyOf)}.` : ''
    return `| ${code(key)} | ${cell(expected(option))}${unit} | ${cell(code(option.default))} | ${cell(option.description)}${old} |`
  }
  return [
    '# The settings',
    'Written by `npm run reference` from the schema. Where values come from, the later the stronger: what is written here, `~/.ssb/config` (JSON with comments), the environment, flags. `friends.hops` is `{"friends": {"hops": 3}}` in the file, `ssb_friends__hops=3` in the environment, `--friends.hops 3` on the command line. `sbot config --explain KEY` says where a value came from.',
    ...[...groups].flatMap(([group, list]) => [
      `## ${group}`,
      [
        '| setting | value | default | meaning |',
        '| --- | --- | --- | --- |',
        ...list.map(row),
      ].join('\n'),
    ]),
    '## Accepted, without effect',
    `Classic files hold these, so they are no errors: ${inert.map(code).join(', ')}.`,
    '',
  ].join('\n\n')
}

/** What a setting is of: the first part of its key, or the server. */
const groupOf = (key) => (key.includes('.') ? key.split('.')[0] : 'server')

function grouped(list) {
  const groups = new Map()
  for (const key of list) groups.set(groupOf(key), [...(groups.get(groupOf(key)) ?? []), key])
  return groups
}

const check = process.argv.includes('--check')
for (const [file, text] of [
  ['REFERENCE.md', reference()],
  ['CONFIG.md', configuration()],
]) {
  const path = join(root, 'docs', file)
  let was = null
  try {
    was = readFileSync(path, 'utf8')
  } catch {
    // not written yet
  }
  if (was === text) continue
  if (check) {
    console.error(`docs/${file} is not up to date: run \`npm run reference\` and commit it`)
    process.exitCode = 1
  } else writeFileSync(path, text)
}
process.exit()
