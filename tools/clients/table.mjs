// docs/CLIENTS.md, from the lists and the differences.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../lib/packages.mjs'
import { DIFFERENCES } from './differences.mjs'
import { HTTP_DIFFERENCES } from './http.mjs'
import { ABSENT, METHODS } from './lists.mjs'

const file = join(root, 'docs/CLIENTS.md')

const TITLES = {
  must: 'More than half of the clients, or every peer',
  should: 'Three to five clients',
  could: 'One or two clients',
}

const cell = (text) => text.replaceAll('|', '\\|')

function whyOf(method) {
  if (method === 'GET /blobs/get') return [...new Set(Object.values(HTTP_DIFFERENCES))]
  return [...new Set(DIFFERENCES.filter((one) => one.method === method).map(({ why }) => why))]
}

/** The page. */
export function page() {
  const lines = [
    '# Clients',
    '',
    'What clients of the older servers call, where it is here, and what is different. `npm run clients` makes',
    "each of these calls with npm's ssb-client 4.9 on ssb-server 16, with the plugins that desktop clients bring",
    'along, and on ours, over TCP, the unix socket and WebSockets, and compares the answers and the errors;',
    '`conn.*` and `friends.graph` with the ssb-db2 stack. `npm run clients -- cli` does the same with commands.',
    '',
    'This page is made by `npm run clients -- table`.',
  ]
  for (const [list, title] of Object.entries(TITLES)) {
    lines.push(
      '',
      `## ${title}`,
      '',
      '| method | package | what is different |',
      '| --- | --- | --- |',
    )
    for (const { method, home } of METHODS.filter((one) => one.list === list))
      lines.push(
        `| \`${method}\` | [${home}](../packages/${home}) | ${cell(whyOf(method).join('; '))} |`,
      )
  }
  lines.push('', '## Not here', '', '| what | why |', '| --- | --- |')
  for (const [what, why] of ABSENT) lines.push(`| ${what} | ${cell(why)} |`)
  return `${lines.join('\n')}\n`
}

/** Write it. */
export const writePage = () => writeFileSync(file, page())

/** Whether the page is what it would be now. */
export const isCurrent = () => readFileSync(file, 'utf8') === page()
