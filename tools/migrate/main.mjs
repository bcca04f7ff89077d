// node tools/migrate/main.mjs [ss] [db2] [--messages 20000] [--kills 50] [--seed TEXT]
// Folders made by the reference servers are taken over with `sbot migrate`, killed at random moments on the way, and
// compared: feeds, ids, private messages, graph, blobs, peers. Then we publish on, and a reference server reads it.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { dataFile } from '../generate/generate.mjs'
import { clientPackages } from '../interop/client.mjs'
import { newHome, startOurs } from '../interop/ours.mjs'
import { agree, createReport, Unmet } from '../interop/report.mjs'
import { parseArgs } from '../lib/arguments.mjs'
import { enterNetns } from '../lib/netns.mjs'
import { root } from '../lib/packages.mjs'
import { createRandom } from '../lib/random.mjs'
import { installPeers, startPeer } from '../peers/peers.mjs'

const { values: flags, positionals } = parseArgs(
  {
    allowPositionals: true,
    options: {
      messages: { type: 'string', default: '20000' },
      kills: { type: 'string', default: '50' },
      seed: { type: 'string', default: String(Date.now()) },
    },
  },
  ['messages', 'kills'],
)
const count = Number(flags.messages)
const kills = Number(flags.kills)
const bin = join(root, 'packages/ssb-server/dist/bin.js')
const FEEDS = 40
const OWN = 200
const BLOBS = 20
/** Kills of one migration before it may finish. */
const KILLS_EACH = 5

installPeers()
await enterNetns()
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1))

/** Every file below a folder with its hash; sockets and locks are no files. */
function filesOf(folder) {
  const found = {}
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    const hash = createHash('sha256').update(readFileSync(path)).digest('hex')
    found[path.slice(folder.length + 1)] = `${statSync(path).size} ${hash}`
  }
  return Object.fromEntries(Object.entries(found).sort())
}

/** `sbot migrate`, killed after `ms` unless that is null; the exit code, null when it was killed. */
function migrate(home, from, ms) {
  const env = { ...process.env, HOME: home, XDG_STATE_HOME: join(home, 'state') }
  const to = ['--path', join(home, 'data')]
  const child = spawn(process.execPath, [bin, 'migrate', from, ...to, '--json'], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let out = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text) => {
      out += text
    })
  const timer = ms === null ? null : setTimeout(() => child.kill('SIGKILL'), ms)
  return new Promise((resolve) => {
    child.once('close', (code) => {
      if (timer) clearTimeout(timer)
      resolve({ code, out })
    })
  })
}

/** Fill a reference server; what it must be equal to afterwards. */
async function fill(peer) {
  const file = dataFile({ feeds: FEEDS, messages: Math.ceil(count / FEEDS), seed: 'migrate' })
  await peer.call('addFile', { file })
  const authors = [
    ...new Set(
      readFileSync(file, 'utf8')
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line).author),
    ),
  ]
  for (const feed of authors.slice(0, 30)) await peer.call('follow', { feed })
  for (const feed of authors.slice(30, 35)) await peer.call('block', { feed })
  const secrets = {}
  for (let i = 0; i < OWN; i++) {
    const content = { type: 'post', text: `own message ${i}: ${'é'.repeat(i)}` }
    const recps = i % 4 === 0 ? [peer.id, authors[i % authors.length]] : undefined
    const { key } = await peer.call('publish', { content, recps })
    if (recps) secrets[key] = content.text
  }
  const folder = newHome()
  const blobs = {}
  for (let i = 0; i < BLOBS; i++) {
    const bytes = createRandom(`blob ${i}`).bytes(1 + i * 7919)
    const path = join(folder, 'blob')
    writeFileSync(path, bytes)
    const id = await peer.call('blobAdd', { file: path })
    blobs[id] = await peer.call('blobDigest', { id })
  }
  rmSync(folder, { recursive: true })
  const clock = await peer.call('clock')
  const ids = {}
  for (const feed of Object.keys(clock))
    ids[feed] = (await peer.call('history', { feed })).map(({ key }) => key)
  const hops = await peer.call('hops')
  return { clock, ids, hops, secrets, blobs }
}

/** Two hops are what both replicate; the references also name feeds that a friend has unfollowed, as −3. */
const near = (hops) =>
  Object.fromEntries(
    Object.entries(hops)
      .filter(([, n]) => typeof n === 'number' && Math.abs(n) <= 2)
      .sort(),
  )

async function compare(ours, before, report) {
  await report.step('the same feeds, and the same ids in the same order', async () => {
    agree('clocks', await sorted(ours.clock()), await sorted(before.clock))
    for (const [feed, ids] of Object.entries(before.ids))
      agree(
        feed,
        (await ours.history(feed)).map(({ key }) => key),
        ids,
      )
    return `${Object.values(before.ids).flat().length} ids`
  })
  await report.step('the same opened private messages', async () => {
    for (const [id, text] of Object.entries(before.secrets)) {
      const { content } = await ours.call('get', { id, private: true })
      agree(id, content.text, text)
    }
    return `${Object.keys(before.secrets).length} of them`
  })
  await report.step('the same follow graph', async () => {
    agree('hops', near(await ours.call('friends.hops')), near(before.hops))
    return `${Object.keys(near(before.hops)).length} feeds`
  })
  await report.step('the same blobs', async () => {
    const ids = await ours.collect('blobs.ls')
    agree('ids', [...ids].sort(), Object.keys(before.blobs).sort())
    for (const [id, { size, hash }] of Object.entries(before.blobs)) {
      const bytes = Buffer.concat(await ours.collect('blobs.get', id))
      agree(
        id,
        { size: bytes.length, hash: createHash('sha256').update(bytes).digest('hex') },
        { size, hash },
      )
    }
    return `${ids.length} of them`
  })
}

const sorted = async (object) => Object.fromEntries(Object.entries(await object).sort())

async function scenario(kind, report) {
  const random = createRandom(`${flags.seed} ${kind}`)
  const peer = await startPeer(kind, { seed: `migrate-${kind}` })
  const from = dirname(await peer.call('blobFolder'))
  let before
  await report.step(`${kind} is filled`, async () => {
    before = await fill(peer)
    return `${Object.values(before.clock).length} feeds, ${Object.values(before.ids).flat().length} messages`
  })
  await peer.stop()
  // The reference servers of these tools have their key in memory; a person's has it here.
  const hash = createHash('sha256').update(`migrate-${kind}`).digest()
  const keys = clientPackages().ssbKeys.generate('ed25519', hash)
  writeFileSync(join(from, 'secret'), JSON.stringify(keys), { mode: 0o400 })
  const files = filesOf(from)
  const homes = []
  let whole = 0
  await report.step('taken over in one go', async () => {
    const home = newHome()
    homes.push(home)
    const begin = performance.now()
    const { code, out } = await migrate(home, from, null)
    whole = performance.now() - begin
    if (code !== 0) throw new Error(`exit code ${code}: ${out}`)
    const { read, added, refused } = JSON.parse(out)
    agree('read and added', read, added)
    agree('refused', refused, 0)
    return `${added} messages`
  })
  await report.step(`killed ${kills} times, and finished each time`, async () => {
    let killed = 0
    while (killed < kills) {
      const home = newHome()
      homes.push(home)
      for (let i = 0; i < KILLS_EACH && killed < kills; i++) {
        // from before it has read anything to about its end
        const { code } = await migrate(home, from, 20 + random.float() * whole)
        if (code === null) killed++
        else break
      }
      const { code, out } = await migrate(home, from, null)
      if (code !== 0) throw new Error(`exit code ${code}: ${out}`)
      const { read, added, known } = JSON.parse(out)
      agree('read', read, added + known)
      if (homes.length > 2) rmSync(homes.splice(1, 1)[0], { recursive: true, force: true })
    }
    return `seed ${flags.seed}`
  })
  report.check(
    'the old folder is untouched',
    JSON.stringify(filesOf(from)) === JSON.stringify(files),
  )
  for (const home of homes) {
    const ours = await startOurs({ name: 'migrated', home, flags: ['--local-only'] })
    try {
      agree('the identity', ours.id, peer.id)
      await compare(ours, before, report)
      await goOn(kind, ours, before, report)
    } finally {
      await ours.close()
    }
  }
  rmSync(from, { recursive: true, force: true })
}

/** We publish on, and a reference server that knows nothing takes the whole feed from us. */
async function goOn(kind, ours, before, report) {
  const reader = await startPeer(kind, { seed: `reader-${kind}`, ebt: false })
  try {
    await report.step('a reference server refuses nothing that we publish afterwards', async () => {
      for (let i = 0; i < 10; i++) await ours.publish({ type: 'post', text: `after ${i}` })
      const sequence = (before.clock[ours.id]?.sequence ?? before.clock[ours.id]) + 10
      await reader.call('follow', { feed: ours.id })
      await ours.follow(reader.id)
      await reader.call('connect', { address: ours.address })
      await reader.call('waitConnected', { feed: ours.id })
      // without EBT the db2 stack fetches nothing by itself, and ssb-server does
      if (kind === 'db2') await reader.call('fetch', { peer: ours.id, feed: ours.id })
      await reader.call('waitClock', { clock: { [ours.id]: sequence } })
      return `up to message ${sequence}`
    })
  } finally {
    await reader.close()
  }
}

const failures = []
let made = 0
for (const kind of positionals.length > 0 ? positionals : ['ss', 'db2']) {
  console.log(`${kind}: its folder, taken over by ours`)
  const report = createReport(kind)
  try {
    await scenario(kind, report)
  } catch (error) {
    if (!(error instanceof Unmet)) failures.push(`${kind}: ${error.stack}`)
  }
  made += report.made
  failures.push(...report.failures)
}
for (const failure of failures) console.error(failure)
console.log(`${made - failures.length} of ${made} checks passed`)
process.exit(failures.length === 0 ? 0 : 1)
