// npm's ssb-client against our server: the same calls go to a reference server, and the answers must be of one shape.
import { createHash } from 'node:crypto'
import { startPeer } from '../peers/peers.mjs'
import { clientPackages, connectClient } from './client.mjs'
import { startOurs } from './ours.mjs'

const GENERATED = /^[@%&][A-Za-z0-9+/]{43}=\.(ed25519|sha256)/

/** Answers without what must differ: ids get numbers in order of appearance, times and signatures a word. */
function normalise(value) {
  const names = new Map()
  const label = (id) => {
    if (!names.has(id)) names.set(id, `${id[0]}${names.size}`)
    return names.get(id)
  }
  const walk = (item) => {
    if (typeof item === 'string') {
      if (item.endsWith('.sig.ed25519')) return 'signature'
      return item.replace(new RegExp(GENERATED.source.slice(1), 'g'), label)
    }
    if (typeof item === 'number') return item > 1e12 ? 'time' : item
    if (Array.isArray(item)) return item.map(walk)
    if (typeof item !== 'object' || item === null) return item
    return Object.fromEntries(Object.entries(item).map(([key, part]) => [walk(key), walk(part)]))
  }
  return walk(value)
}

/** An answer or the text of the error. */
async function answer(promise) {
  try {
    return { answer: (await promise) ?? null }
  } catch (error) {
    return { error: error.message }
  }
}

/**
 * Every call of the scenario, in order, with what came back.
 *
 * @param {import('./client.mjs').Client} client
 * @param {string} me
 */
async function transcript(client, me) {
  const lines = []
  const note = async (what, promise) => {
    const got = await answer(promise)
    lines.push({ what, got })
    return got.answer
  }
  const ask = (method, ...args) =>
    note(`${method} ${JSON.stringify(args)}`, client.call(method, ...args))
  const list = (method, ...args) =>
    note(`${method} ${JSON.stringify(args)}`, client.collect(method, ...args))
  const stranger = `@${createHash('sha256').update('nobody').digest('base64')}.ed25519`
  const nothing = `%${createHash('sha256').update('nothing').digest('base64')}.sha256`

  await ask('whoami')
  const ids = []
  for (const content of [
    { type: 'post', text: 'first, žluťoučký 🐚' },
    { type: 'vote', vote: { link: nothing, value: 1, expression: 'Like' } },
    { type: 'post', text: 'second', root: nothing, branch: nothing },
    { type: 'contact', contact: stranger, following: true },
    { type: 'post', text: 'third', mentions: [{ link: stranger, name: 'nobody' }] },
  ])
    ids.push((await ask('publish', content))?.key)

  await ask('publish', { text: 'no type' })
  await ask('publish', { type: 'xx' })
  await ask('publish', { type: 'post', text: 'x'.repeat(9000) })
  await ask('get', ids[0])
  await ask('get', { id: ids[0] })
  await ask('get', { id: ids[0], meta: true })
  await ask('get', nothing)
  await ask('getLatest', me)
  await ask('latestSequence', me)
  await ask('getVectorClock')
  await list('latest')

  for (const [method, base] of [
    ['createLogStream', {}],
    ['createFeedStream', {}],
    ['createUserStream', { id: me }],
    ['createHistoryStream', { id: me }],
    ['messagesByType', { type: 'post' }],
  ]) {
    await list(method, base)
    await list(method, { ...base, limit: 2 })
    await list(method, { ...base, keys: false })
    if (method === 'createHistoryStream') {
      await list(method, { ...base, seq: 3 })
      await list(method, { ...base, sequence: 4, keys: false })
      continue
    }
    await list(method, { ...base, values: false })
    await list(method, { ...base, reverse: true })
    await list(method, { ...base, reverse: true, limit: 1 })
  }
  await list('messagesByType', 'contact')
  await list('createUserStream', { id: me, gt: 2 })
  await list('createUserStream', { id: me, gte: 2, lt: 4, reverse: true })
  await list('createUserStream', { id: stranger })
  await list('createHistoryStream', { id: stranger })
  await list('createUserStream', {})

  // Live: old ones, then what is published while the stream is open.
  for (const [method, base] of [
    ['createLogStream', {}],
    ['createFeedStream', {}],
    ['createUserStream', { id: me }],
    ['createHistoryStream', { id: me }],
    ['messagesByType', { type: 'post' }],
  ]) {
    const open = client.watch(method, { ...base, live: true, old: false, sync: false }, 2)
    await new Promise((resolve) => setTimeout(resolve, 200))
    await client.call('publish', { type: 'post', text: `live on ${method}` })
    await client.call('publish', { type: 'post', text: `once more on ${method}` })
    await note(`${method} live`, open.first)
    open.end()
  }
  const both = client.watch('createUserStream', { id: me, gt: 12, live: true, sync: false }, 4)
  await new Promise((resolve) => setTimeout(resolve, 200))
  await client.call('publish', { type: 'post', text: 'after the old ones' })
  await note('createUserStream old and live', both.first)
  both.end()
  const marked = client.watch('createUserStream', { id: me, gt: 15, live: true, sync: true }, 2)
  await note('createUserStream with the mark between old and live', marked.first)
  marked.end()
  return lines
}

/** Where the text of an answer is of no matter to a client, or where ours says more on purpose. */
const DIFFERENCES = {}

/**
 * @param {ReturnType<import('./report.mjs').createReport>} report
 */
export async function clientScenario(report) {
  const { ssbKeys } = clientPackages()
  const reference = await startPeer('ss', { seed: 'client-reference' })
  const ours = await startOurs()
  try {
    const referenceKeys = ssbKeys.generate(
      'ed25519',
      createHash('sha256').update('client-reference').digest(),
    )
    let theirs
    await report.step('the reference answers', async () => {
      const client = await connectClient({ keys: referenceKeys, address: reference.address })
      theirs = await transcript(client, reference.id)
      await client.close()
    })
    let got
    const client = await connectClient({ keys: ours.keys, address: ours.address })
    await report.step('ours answers', async () => {
      got = await transcript(client, ours.id)
    })
    const wanted = normalise(theirs)
    const had = normalise(got)
    for (const [n, line] of wanted.entries()) {
      const name = line.what.slice(0, 110)
      const [want, have] = [line.got, had[n]?.got]
      const same = JSON.stringify(want) === JSON.stringify(have)
      const listed = Object.entries(DIFFERENCES).find(([part]) => line.what.includes(part))
      report.check(
        same || !listed ? name : `${name} (differs: ${listed[1]})`,
        same || listed !== undefined,
        `${JSON.stringify(have)?.slice(0, 300)} where the reference has ${JSON.stringify(want).slice(0, 300)}`,
      )
    }
    await report.step('close', () => client.close())
    await report.step('a second connection after the first is closed', async () => {
      const again = await connectClient({ keys: ours.keys, address: ours.address })
      await again.call('whoami')
      await again.close()
    })
  } finally {
    await reference.close()
    const code = await ours.close()
    report.check('our server ends with exit code 0 on SIGTERM', code === 0, String(code))
  }
}
