// Streams that are too much: never read, too long, about feeds and blobs that nobody asked for.
import { load } from '../../lib/packages.mjs'
import { call, END, many, packet, Secured, STREAM } from '../attacker.mjs'
import { sleep } from '../server.mjs'

const { signKeyPair } = await load('ssb-crypto')
const { toBase64 } = await load('ssb-encode')
const { feedIdFromKey } = await load('ssb-ref')
const ENTRY_COUNT = 1_000_000
/** A stranger is read slowly, so that as much would take a while. */
const STRANGER_ENTRY_COUNT = 400_000

/** A feed id that looks right. */
const feedId = (n) => `@${Buffer.from(String(n).padStart(32, 'f')).toString('base64')}.ed25519`

async function neverReading({ server, short, deadline }) {
  const count = short ? 20 : 100
  const all = []
  await many(count, 16, async (at) => {
    const secured = await Secured.open(server)
    secured.socket.pause()
    all.push(secured)
    if (at % 2 === 0)
      for (let n = 1; n <= 200; n += 1)
        secured.say(call(n, ['createHistoryStream'], 'source', [{ id: server.id, live: true }]))
    else {
      const asked = Array.from({ length: 8000 }, (_, n) => call(n + 1, ['manifest'], 'async', []))
      secured.say(...asked)
    }
  })
  while (Date.now() < deadline) await sleep(50)
  await sleep(1000)
  const cut = all.filter((one) => one.isClosed).length
  for (const secured of all) secured.destroy()
  return `${count} connections, ${cut} cut off`
}

/** So many clock entries in packets of `perPacket`. */
function* clocks(count, perPacket) {
  for (let from = 0; from < count; from += perPacket) {
    const clock = {}
    for (let n = from; n < from + perPacket; n += 1) clock[feedId(n)] = 2 * (n % 1000)
    yield JSON.stringify(clock)
  }
}

async function hugeClock({ server, short }, keys, count = ENTRY_COUNT) {
  const secured = await Secured.open(server, keys)
  secured.isKept = false
  secured.say(call(1, ['ebt', 'replicate'], 'duplex', [{ version: 3 }]))
  let sent = 0
  for (const clock of clocks(count, 10_000)) {
    if (secured.isClosed || (short && sent >= 200_000)) break
    secured.say(packet(STREAM, 1, clock))
    sent += 10_000
    while (secured.socket.writableLength > 4 << 20 && !secured.isClosed) await sleep(5)
  }
  await sleep(300)
  const end = secured.isClosed ? 'cut off' : 'still connected'
  secured.destroy()
  return `${sent} entries, ${end}`
}

async function clockOfStranger(context) {
  const whole = await Secured.open(context.server)
  const first = JSON.stringify(
    Object.fromEntries(Array.from({ length: 100_000 }, (_, n) => [feedId(n), 0])),
  )
  whole.say(call(1, ['ebt', 'replicate'], 'duplex', [{ version: 3 }]), packet(STREAM, 1, first))
  await sleep(200)
  whole.destroy()
  return await hugeClock(context, signKeyPair(), STRANGER_ENTRY_COUNT)
}

async function clockOfFriend(context) {
  const keys = signKeyPair()
  const id = feedIdFromKey(toBase64(keys.publicKey))
  await context.owner.mux.call(['publish'], [{ type: 'contact', contact: id, following: true }])
  return await hugeClock(context, keys)
}

async function oddNotes({ server, deadline }) {
  const notes = [
    -1,
    -2,
    0.5,
    1.5,
    2 ** 30,
    2 ** 31,
    2 ** 53,
    1e308,
    -1e308,
    null,
    'x',
    [],
    {},
    true,
  ]
  let count = 0
  do {
    for (const note of notes) {
      const secured = await Secured.open(server)
      const clock = JSON.stringify({ [server.id]: note, [feedId(1)]: note, '@x': note })
      secured.say(
        call(1, ['ebt', 'replicate'], 'duplex', [{ version: 3 }]),
        packet(STREAM, 1, clock),
        packet(STREAM, 1, clock),
        call(2, ['manifest'], 'async', []),
      )
      await secured.answerTo(2)
      secured.destroy()
      count += 1
    }
  } while (Date.now() < deadline)
  return `${count} connections`
}

/** Signed, or nearly. */
async function messagesOf(keys, count) {
  const { createFeed } = await import('../feed.mjs')
  return await createFeed(keys, count)
}

async function unaskedMessages({ server, owner, deadline }) {
  const keys = signKeyPair()
  const messages = await messagesOf(keys, 20)
  const before = (await owner.mux.call(['getVectorClock'], []))[messages[0].author]
  let sent = 0
  while (Date.now() < deadline) {
    const secured = await Secured.open(server, keys)
    secured.isKept = false
    secured.say(call(1, ['ebt', 'replicate'], 'duplex', [{ version: 3 }]), packet(STREAM, 1, '{}'))
    const forged = messages.map((one) => ({ ...one, content: { type: 'post', text: 'forged' } }))
    const gap = messages.slice(5)
    for (let n = 0; n < 20; n += 1)
      for (const value of [...messages, ...forged, ...gap, messages[0]]) {
        secured.say(packet(STREAM, 1, JSON.stringify(value)))
        sent += 1
      }
    await sleep(50)
    secured.destroy()
  }
  const after = (await owner.mux.call(['getVectorClock'], []))[messages[0].author]
  if (before !== undefined || after !== undefined)
    throw new Error('a feed that nobody wants was stored')
  return `${sent} messages, none stored`
}

async function friendLies({ server, owner, deadline }) {
  const keys = signKeyPair()
  const messages = await messagesOf(keys, 20)
  const { author } = messages[0]
  await owner.mux.call(['publish'], [{ type: 'contact', contact: author, following: true }])
  let sent = 0
  while (Date.now() < deadline) {
    const secured = await Secured.open(server, keys)
    secured.isKept = false
    secured.say(
      call(1, ['ebt', 'replicate'], 'duplex', [{ version: 3 }]),
      packet(STREAM, 1, JSON.stringify({ [author]: 40 })),
    )
    for (let n = 0; n < 50; n += 1)
      for (const value of [
        messages[0],
        { ...messages[0], signature: `${'A'.repeat(86)}==.sig.ed25519` },
        { ...messages[1], content: { type: 'post', list: [null, '\ud800'], __proto__: { a: 1 } } },
        messages[7],
        { ...messages[3], sequence: 1 },
        { ...messages[2], previous: null },
      ]) {
        secured.say(packet(STREAM, 1, JSON.stringify(value)))
        sent += 1
      }
    await sleep(50)
    secured.destroy()
  }
  const clock = await owner.mux.call(['getVectorClock'], [])
  if ((clock[author] ?? 0) > 1) throw new Error(`sequence ${clock[author]} was stored`)
  return `${sent} messages, stored: ${clock[author] ?? 0}`
}

async function wants({ server, short }) {
  const count = short ? 20_000 : 100_000
  const secured = await Secured.open(server)
  secured.isKept = false
  secured.say(
    call(1, ['blobs', 'createWants'], 'source', []),
    call(2, ['blobs', 'createWants'], 'duplex', []),
  )
  for (const request of secured.isClosed ? [] : [-1, 2])
    for (let from = 0; from < count; from += 5000) {
      const some = {}
      for (let n = from; n < from + 5000; n += 1)
        some[`&${Buffer.from(String(n).padStart(32, 'e')).toString('base64')}.sha256`] = -1
      secured.say(packet(STREAM, request, JSON.stringify(some)))
    }
  // the server asks us for our wants: answer that with too many as well
  secured.onPacket = (flags, request, body) => {
    if (request <= 0 || flags & 4 || !body.toString().includes('createWants')) return
    for (let from = 0; from < count; from += 5000) {
      const some = {}
      for (let n = from; n < from + 5000; n += 1)
        some[`&${Buffer.from(String(n).padStart(32, 'd')).toString('base64')}.sha256`] = -1
      secured.say(packet(STREAM, -request, JSON.stringify(some)))
    }
    secured.say(packet(END, -request, 'true'))
  }
  await sleep(1500)
  const end = secured.isClosed ? 'cut off' : 'still connected'
  secured.destroy()
  return `${count} wants, ${end}`
}

async function oddBlobs({ server }) {
  const ids = [
    '../../secret',
    '&../../../secret.sha256',
    `&${'/'.repeat(43)}=.sha256`,
    `&${'.'.repeat(43)}=.sha256`,
    '&\u0000.sha256',
    '',
  ]
  for (const id of ids)
    for (const name of ['get', 'getSlice']) {
      const secured = await Secured.open(server)
      secured.say(
        call(1, ['blobs', name], 'source', [id]),
        call(2, ['blobs', name], 'source', [{ hash: id, key: id, start: -1, end: 1e300 }]),
        call(3, ['blobs', 'has'], 'async', [[id, null, 5]]),
      )
      for (const request of [1, 2, 3]) {
        const answer = await secured.answerTo(request)
        if (answer?.body.includes('"private"'))
          throw new Error('a file outside of the folder was sent')
      }
      secured.destroy()
    }
  return `${ids.length} ids`
}

export const streamCases = [
  { name: 'never-reading readers', run: neverReading },
  { name: '400,000 clock entries, stranger', run: clockOfStranger },
  { name: 'a million clock entries, friend', run: clockOfFriend },
  { name: 'odd notes', run: oddNotes },
  { name: 'messages nobody asked for', run: unaskedMessages },
  { name: 'forged, forked and repeated messages', run: friendLies },
  { name: '100,000 wants', run: wants },
  { name: 'blob ids that leave the folder', run: oddBlobs },
]
