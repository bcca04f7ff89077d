// Private messages between our servers and foreign ones: who is named opens them, whoever has boxed them; and what a
// client is given of them is what a reference server gives.
import { createHash } from 'node:crypto'
import { startPeer } from '../peers/peers.mjs'
import { clientPackages, connectClient } from './client.mjs'
import { startOurs } from './ours.mjs'
import { agree } from './report.mjs'

/** Feeds that nobody has the keys of here. */
const strangers = (count) => {
  const { ssbKeys } = clientPackages()
  return Array.from(
    { length: count },
    (_, n) => ssbKeys.generate('ed25519', createHash('sha256').update(`stranger ${n}`).digest()).id,
  )
}

const post = (text) => ({ type: 'post', text, root: null, mentions: [] })

/** Who is named: alone, with the author, last of seven, and last of eight, which is as far as the others read. */
const namings = (reader, author) => [
  ['the reader alone', [reader]],
  ['the reader and the author', [reader, author]],
  ['seven, the reader last', [author, ...strangers(5), reader]],
]

/** What our server has opened, by message id. */
async function readByUs(ours) {
  const items = await ours.collect('private.read')
  return new Map(items.map(({ key, value }) => [key, value.content]))
}

/**
 * Our server and a foreign one, each opening what the other has boxed.
 *
 * @param {string} kind
 * @param {ReturnType<import('./report.mjs').createReport>} report
 */
export async function privateScenario(kind, report) {
  const ours = await startOurs({ name: `private-${kind}` })
  const theirs = await startPeer(kind, { seed: `private-${kind}` })
  try {
    await report.step('follow and connect', async () => {
      await ours.follow(theirs.id)
      await theirs.call('follow', { feed: ours.id })
      await ours.connect(theirs.address)
    })
    const [toUs, toThem] = [new Map(), new Map()]
    for (const [who, recps] of namings(ours.id, theirs.id))
      await report.step(`${kind} boxes for ${who}`, async () => {
        const content = { ...post(`to us: ${who} 🐚`), recps }
        const { key } = await theirs.call('publish', { content, recps })
        toUs.set(key, content)
      })
    for (const [who, recps] of [
      ...namings(theirs.id, ours.id),
      ['eight, the reader last', [ours.id, ...strangers(6), theirs.id]],
    ])
      await report.step(`we box for ${who}`, async () => {
        const content = { ...post(`to them: ${who} 🐚`), recps }
        const options = { own: recps.includes(ours.id), max: recps.length }
        toThem.set((await ours.call('private.publish', content, recps, options)).key, content)
      })
    await report.step('we box what names its recipients, by the classic publish', async () => {
      const content = { ...post('to them, named'), recps: [theirs.id, ours.id] }
      toThem.set((await ours.publish(content)).key, content)
    })
    const unread = await ours.call('private.publish', post('for others'), strangers(2))

    await report.step('both have both feeds', async () => {
      const clock = await ours.clock()
      const wanted = { [ours.id]: clock[ours.id], [theirs.id]: toUs.size + 1 }
      await ours.waitClock(wanted)
      await theirs.call('waitClock', { clock: wanted })
    })
    await report.step(`private.read opens the ${toUs.size} of ${kind}`, async () => {
      const read = await readByUs(ours)
      for (const [key, content] of toUs) agree('the content', read.get(key), content)
    })
    await report.step('get opens them, and only when asked', async () => {
      for (const [key, content] of toUs) {
        agree('opened', (await ours.call('get', { id: key, private: true })).content, content)
        const stored = (await ours.call('get', key)).content
        if (typeof stored !== 'string') throw new Error('opened without being asked')
      }
    })
    await report.step(`${kind} opens the ${toThem.size} of ours`, async () => {
      for (const [key, content] of toThem) {
        const { value } = await theirs.call('opened', { id: key })
        agree('the content', value.content, content)
      }
    })
    await report.step(`${kind} does not open what is for others`, async () => {
      const { value } = await theirs.call('opened', { id: unread.key })
      if (typeof value.content !== 'string') throw new Error(JSON.stringify(value.content))
    })
  } finally {
    await theirs.close()
    await ours.close()
  }
}

/**
 * Two of ours: more recipients than others read, and more than fit.
 *
 * @param {ReturnType<import('./report.mjs').createReport>} report
 */
export async function privateOursScenario(report) {
  const nodes = []
  try {
    await report.step('start two, follow and connect', async () => {
      for (const name of ['left', 'right']) nodes.push(await startOurs({ name }))
      const [left, right] = nodes
      await left.follow(right.id)
      await right.follow(left.id)
      await left.connect(right.address)
    })
    const [left, right] = nodes
    for (const count of [1, 7, 20, 40])
      await report.step(`${count} recipients, the reader last`, async () => {
        const recps = [...strangers(count - 1), right.id]
        const content = { ...post(`one of ${count}`), recps }
        const options = { own: false, max: 255 }
        const { key } = await left.call('private.publish', content, recps, options)
        await right.waitClock(await left.clock())
        agree('the content', (await readByUs(right)).get(key), content)
      })
    await report.step('an eighth is refused unless told', async () => {
      const error = await left.call('private.publish', post('x'), strangers(7)).catch((e) => e)
      agree('the reason', error.message, 'max recipients is:7 found:8')
    })
    await report.step('255 recipients do not fit: by how much, and what each costs', async () => {
      const before = await left.clock()
      const call = left.call('private.publish', post('x'), strangers(255), { own: false, max: 255 })
      const { message } = await call.catch((e) => e)
      if (!/ (\d+) characters too large .* each of the 255 costs 140 characters/.test(message))
        throw new Error(message)
      agree('nothing was signed', await left.clock(), before)
      return message
    })
  } finally {
    for (const node of nodes) await node.close()
  }
}

/** Whether `have` has everything that `want` has; the place where not. */
function missing(want, have, place = '') {
  if (typeof want !== 'object' || want === null)
    return want === have ? null : `${place}: ${JSON.stringify(have)} in place of ${want}`
  if (typeof have !== 'object' || have === null || Array.isArray(want) !== Array.isArray(have))
    return `${place}: ${JSON.stringify(have)?.slice(0, 200)}`
  if (Array.isArray(want) && want.length !== have.length)
    return `${place}: ${have.length} items in place of ${want.length}`
  for (const name of Object.keys(want)) {
    const found = missing(want[name], have[name], `${place}.${name}`)
    if (found !== null) return found
  }
  return null
}

/**
 * What ssb-client is given of private messages, by a reference server and by ours: with one key and the same calls.
 *
 * @param {ReturnType<import('./report.mjs').createReport>} report
 */
export async function privateClientScenario(report) {
  const { ssbKeys } = clientPackages()
  const seed = 'private-client'
  const theirs = await startPeer('ss', { seed })
  const ours = await startOurs({ name: seed })
  const keys = ssbKeys.generate('ed25519', createHash('sha256').update(seed).digest())
  try {
    const reference = await connectClient({ keys, address: theirs.address })
    const mine = ours.client
    const text = (reader) => ssbKeys.box(post('psst'), [reader])
    // One message that each can open, of the same length and content.
    const [a, b] = [
      await reference.call(
        'publish',
        text({ id: theirs.id, public: keys.public, curve: 'ed25519' }),
      ),
      await mine.call('publish', text(ours.keys)),
    ]
    const calls = (id, me) => [
      ['get', { id, private: true }],
      ['get', { id, private: true, meta: true }],
      ['get', { id }],
      ['createLogStream', { private: true }],
      ['createLogStream', { private: true, keys: false }],
      ['createLogStream', {}],
      ['createFeedStream', { private: true }],
      ['createUserStream', { id: me, private: true }],
      ['messagesByType', { type: 'post', private: true }],
      ['messagesByType', { type: 'post', private: true, keys: false }],
    ]
    const labelled = (value, message, me) =>
      JSON.parse(
        JSON.stringify(value)
          .replaceAll(message.key, '%message')
          .replaceAll(message.value.content, 'cipher.box')
          .replaceAll(message.value.signature, 'signature')
          .replaceAll(me, '@me')
          .replaceAll(/"unbox":"[^"]{44}"/g, '"unbox":"key"')
          .replaceAll(/"(timestamp|rts)":[0-9.]+/g, '"$1":0'),
      )
    const ask = (client, method, options) =>
      method === 'get' ? client.call(method, options) : client.collect(method, options)
    for (const [n, [method, options]] of calls(a.key, theirs.id).entries()) {
      const want = labelled(await ask(reference, method, options), a, theirs.id)
      const have = labelled(await ask(mine, ...calls(b.key, ours.id)[n]), b, ours.id)
      const shown = JSON.stringify({ ...options, id: undefined })
      const lost = missing(want, have)
      report.check(`${method} ${shown}: all that ssb-server gives`, lost === null, lost ?? '')
    }
    // The reference has opened messages in its index of types, and hands them out boxed: their type is told.
    const found = await mine.collect('messagesByType', 'post')
    report.check('messagesByType without being asked tells of none', found.length === 0)
    await reference.close()
  } finally {
    await theirs.close()
    await ours.close()
  }
}
