// Our store beside the databases of ssb-db2 and ssb-server, on the same data in the same run. It writes its table into
// RESULTS.md. The reference peers run where only the loopback interface exists.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { cpus, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { dataFile } from '../generate/generate.mjs'
import { ensureInstalled } from '../lib/install.mjs'
import { enterNetns } from '../lib/netns.mjs'
import { load } from '../lib/packages.mjs'
import { bareSodium, median, rate, signatureJob, spread, verifyAll } from './measure.mjs'

const RESULTS = fileURLToPath(new URL('RESULTS.md', import.meta.url))
const GETS = 5000
const WARM = 50
const ONE_BY_ONE = 500
const IN_FLIGHT = 2000
const KINDS = {
  newest: 'newest first',
  type: 'by type',
  author: 'by author',
  both: 'by author and type',
  link: 'replies to a message',
}

const STACKS = [
  { name: 'ours', driver: 'ours.mjs' },
  { name: 'ssb-db2', driver: 'peer.cjs', stack: 'db2', folder: 'peers/ssb-db2' },
  { name: 'ssb-server', driver: 'peer.cjs', stack: 'ss', folder: 'peers/ssb-server' },
]

/** A database in a process of its own: `call(command, args)` gives `{ ms, result }`. */
async function launch({ driver, stack, folder }, path) {
  const home = folder === undefined ? undefined : ensureInstalled(folder)
  const settings = JSON.stringify({ stack, home, path, port: 20_000 + (process.pid % 20_000) })
  const file = fileURLToPath(new URL(`peers/${driver}`, import.meta.url))
  const child = fork(file, [settings], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] })
  let noise = ''
  child.stderr.on('data', (text) => {
    noise = (noise + text).slice(-2000)
  })
  const exited = once(child, 'exit')
  const answer = () =>
    Promise.race([
      once(child, 'message').then(([message]) => message),
      exited.then(() => ({ error: `it ended: ${noise}` })),
    ])
  await answer()
  return {
    async call(command, args) {
      const next = answer()
      child.send({ command, args })
      const message = await next
      if (message.error !== undefined) throw new Error(`${driver} ${stack}: ${message.error}`)
      return message
    },
    async end() {
      child.disconnect()
      const timer = setTimeout(() => child.kill('SIGKILL'), 5000)
      await exited
      clearTimeout(timer)
    },
  }
}

const sizeOf = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0)

/** One database from empty to gone. */
async function measure(stack, { file, count, ids, author, root }) {
  const path = mkdtempSync(join(tmpdir(), 'scuttlebot-bench-peers-'))
  const figures = {}
  try {
    const writing = await launch(stack, path)
    await writing.call('open')
    const { added, indexed } = (await writing.call('ingest', { file })).result
    figures['ingest until added, messages/s'] = count / (added / 1000)
    figures['ingest until indexed, messages/s'] = count / (indexed / 1000)
    const one = await writing.call('publish', { count: ONE_BY_ONE, lanes: 1 })
    figures['publish one after another, /s'] = ONE_BY_ONE / (one.ms / 1000)
    const many = await writing.call('publish', { count: IN_FLIGHT, lanes: 64 })
    figures['publish, 64 in flight, /s'] = IN_FLIGHT / (many.ms / 1000)
    await writing.call('settle')
    await writing.call('close')
    await writing.end()
    figures['bytes on disk per message'] = sizeOf(path) / (count + ONE_BY_ONE + IN_FLIGHT)

    const reading = await launch(stack, path)
    figures['open, ms'] = (await reading.call('open')).ms
    for (const [kind, name] of Object.entries(KINDS)) {
      const first = await reading.call('page', { kind, author, root })
      if (first.result === 0) throw new Error(`${stack.name} finds nothing ${name}`)
      figures[`first page ${name}, first time, ms`] = first.ms
      const warm = await reading.call('pages', { kind, author, root, times: WARM })
      figures[`first page ${name}, warm, ms`] = warm.ms / WARM
    }
    const scan = await reading.call('scan')
    const total = count + ONE_BY_ONE + IN_FLIGHT
    if (scan.result !== total) throw new Error(`${stack.name} scans ${scan.result} of ${total}`)
    figures['scan of parsed messages, /s'] = total / (scan.ms / 1000)
    figures[`${GETS} random gets, 100 in flight, /s`] =
      GETS / ((await reading.call('gets', { ids })).ms / 1000)
    await reading.call('close').catch(() => {})
    await reading.end()
  } finally {
    rmSync(path, { recursive: true, force: true, maxRetries: 3 })
  }
  return figures
}

/** Times and bytes are better when they are small. */
const isCost = (name) => / ms$|bytes/.test(name)

const digitsOf = (name) => (/ms$/.test(name) ? 2 : 0)

function write(head, rows, notes) {
  const start = '<!-- peers: written by `npm run bench -- peers` -->'
  const end = '<!-- /peers -->'
  const line = (cells) => `| ${cells.join(' | ')} |`
  const section = [
    start,
    '## Beside the reference peers',
    '',
    ...notes,
    '',
    line(head),
    line(head.map((_, n) => (n === 0 ? '---' : '---:'))),
    ...rows.map(line),
    end,
  ].join('\n')
  const before = existsSync(RESULTS) ? readFileSync(RESULTS, 'utf8') : '# Results\n'
  const [from, to] = [before.indexOf(start), before.indexOf(end)]
  writeFileSync(
    RESULTS,
    from < 0
      ? `${before.trimEnd()}\n\n${section}\n`
      : `${before.slice(0, from)}${section}${before.slice(to + end.length)}`,
  )
}

/** @returns {Promise<import('./main.mjs').Report>} */
export async function run({ runs, quick }) {
  for (const { folder } of STACKS) if (folder) ensureInstalled(folder)
  await enterNetns()
  const messages = quick ? 50 : 200
  const file = dataFile({ feeds: 100, messages })
  const values = readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  const { messageId } = await load('ssb-keys')
  const { encode } = await load('ssb-encode')
  const ids = Array.from({ length: GETS }, (_, n) =>
    messageId(encode(values[(n * 7919 * 31) % values.length])),
  )
  const reply = values.find(({ content }) => typeof content.root === 'string')
  const data = {
    file,
    count: values.length,
    ids,
    author: values[0].author,
    root: reply.content.root,
  }
  const jobs = values.slice(0, 5000).map(signatureJob)
  const sodium = bareSodium()
  const texts = values.map((value) => Buffer.from(JSON.stringify(value)))
  const bare = { verify: [], parse: [] }
  const all = new Map(STACKS.map(({ name }) => [name, new Map()]))
  for (let n = 0; n < runs; n++) {
    bare.verify.push(rate(jobs.length, () => verifyAll(sodium, jobs)))
    bare.parse.push(
      rate(texts.length, () => {
        for (const text of texts) JSON.parse(text.toString())
      }),
    )
    for (const stack of STACKS)
      for (const [name, figure] of Object.entries(await measure(stack, data))) {
        const figures = all.get(stack.name)
        figures.set(name, [...(figures.get(name) ?? []), figure])
      }
  }
  const [ours, ...peers] = STACKS.map(({ name }) => all.get(name))
  const times = (name, peer) => {
    const [a, b] = [median(ours.get(name)), median(peer.get(name))]
    return (isCost(name) ? b / a : a / b).toFixed(1)
  }
  const head = ['what', 'ours', 'ssb-db2', 'ssb-server', 'times db2', 'times ssb-server']
  const rows = [...ours.keys()].map((name) => [
    name,
    ...[ours, ...peers].map((figures) => spread(figures.get(name), digitsOf(name))),
    ...peers.map((peer) => times(name, peer)),
  ])
  const notes = [
    `${values.length} foreign messages in 100 feeds, then ${ONE_BY_ONE} + ${IN_FLIGHT} of our own; medians of ${runs} runs with [smallest–largest], one stack at a time, in turn.`,
    `Node ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}, ${Math.round(totalmem() / 2 ** 30)} GiB. Bare on one core in the same run: ${spread(bare.verify)} signature checks/s, ${spread(bare.parse)} JSON.parse/s.`,
    'Our publishes are on the disk when they are answered; those of the peers are not. "Times": how many times better ours is.',
    'ssb-server is ssb-db 20 with ssb-query and ssb-links, ssb-db2 is version 8 alone; each with the indexes that it has by itself.',
  ]
  write(head, rows, notes)
  const best = Math.min(
    ...peers.map((peer) => Number(times('ingest until indexed, messages/s', peer))),
  )
  return {
    ratio: best,
    unit: 'times the better peer, ingest until indexed',
    head,
    rows,
    notes: [...notes, 'Written to tools/bench/RESULTS.md.'],
  }
}
