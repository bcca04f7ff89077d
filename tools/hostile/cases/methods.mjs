// Every method of the server, called by strangers with every kind of nonsense, and by the owner too.
import { call, END, packet, Secured, STREAM } from '../attacker.mjs'
import { sleep } from '../server.mjs'

/** Strangers may call these and nothing else. */
const ANONYMOUS = new Set([
  'manifest',
  'createHistoryStream',
  'gossip.ping',
  'conn.ping',
  'blobs.has',
  'blobs.get',
  'blobs.getSlice',
  'blobs.changes',
  'blobs.createWants',
  'ebt.replicate',
  'ebt.replicateFormat',
  'ebt.clock',
])

/** The guest of an invite may call these. */
const GUEST = new Set(['invite.use', 'getAddress'])

/** Every method of a manifest: path and kind. */
export function methodsOf(manifest, path = []) {
  return Object.entries(manifest).flatMap(([name, kind]) =>
    typeof kind === 'string' ? [{ path: [...path, name], kind }] : methodsOf(kind, [...path, name]),
  )
}

const wireType = (kind) => (kind === 'sync' ? 'async' : kind)

/** Calls of the owner that are answered when there is something to answer. */
const WAITING = new Set(['blobs.want'])

const nested = (depth) => JSON.parse('['.repeat(depth) + ']'.repeat(depth))

const odd = () => [
  [],
  [null],
  [null, null, null],
  [0],
  [-1],
  [1e308],
  [''],
  ['x'],
  ['x'.repeat(10_000)],
  [true],
  [[]],
  [[null]],
  [{}],
  [{ id: null }],
  [{ id: 1, seq: -1, limit: -1, live: 'yes', keys: 0, gt: {}, lt: [], reverse: null }],
  [{ id: '../../../etc/passwd', hash: '../../x', key: '&../..' }],
  [{ id: `&${'A'.repeat(43)}=.sha256`, start: -5, end: 1.5, size: -1, max: 'x' }],
  [{ query: [{ $filter: null }, { $map: { a: { b: [] } } }, { $reduce: 5 }], limit: 1 }],
  [JSON.parse('{"__proto__":{"live":true},"constructor":1,"toString":null,"length":1e9}')],
  [
    {
      type: 'x'.repeat(60),
      content: null,
      previous: 1,
      author: '@',
      sequence: 1.5,
      signature: 'x',
    },
  ],
  [`@${'A'.repeat(43)}=.ed25519`],
  [`%${'A'.repeat(43)}=.sha256`, null, {}],
  [nested(1000)],
  ['../../..', '..', 'secret'],
  [{ version: 3, format: 'constructor' }],
]

const ITEMS = ['null', '0', '"x"', '[]', '{}', '{"a":-1,"b":1.5,"@x":{}}', '[[[null]]]', 'true']

/** Call one method with one list of arguments; streams get odd items and an end. */
function attack(secured, request, { path, kind }, args) {
  const type = wireType(kind)
  const packets = [call(request, path, type, args)]
  if (type === 'sink' || type === 'duplex')
    for (const item of ITEMS) packets.push(packet(STREAM, request, item))
  if (type !== 'async') packets.push(packet(END, request, 'true'))
  secured.say(...packets)
}

/** Each method with each odd list; waits for the answers to those that must be answered. */
async function attackAll(open, methods, lists) {
  let secured = await open()
  let request = 0
  let cut = 0
  for (const method of methods) {
    const asked = []
    for (const args of lists) {
      if (secured.isClosed) {
        cut += 1
        secured = await open()
        asked.length = 0
      }
      request += 1
      attack(secured, request, method, args)
      asked.push(request)
    }
    // one that is certain to be answered, behind the others
    request += 1
    secured.say(call(request, ['manifest'], 'async', []))
    const name = method.path.join('.')
    await secured.answerTo(request, 20_000).catch(() => {
      throw new Error(`after ${name} nothing is answered any more`)
    })
    if (wireType(method.kind) === 'async' && !WAITING.has(name) && !secured.isClosed)
      for (const one of asked)
        await secured.answerTo(one, 20_000).catch(() => {
          throw new Error(
            `${name}(${JSON.stringify(lists[one - asked[0]])?.slice(0, 80)}) is not answered`,
          )
        })
    secured.packets = []
  }
  secured.destroy()
  return { calls: request, cut }
}

async function oddAnonymous({ server, manifest }) {
  const methods = methodsOf(manifest)
  const { calls, cut } = await attackAll(() => Secured.open(server), methods, odd())
  return `${methods.length} methods, ${calls} calls, ${cut} connections cut`
}

async function oddOwner({ server, manifest }) {
  const methods = methodsOf(manifest)
  let calls = 0
  let cut = 0
  const lists = odd()
  for (let at = 0; at < lists.length; at += 8) {
    const open = () => Secured.open(server, server.pair)
    const result = await attackAll(open, methods, lists.slice(at, at + 8))
    calls += result.calls
    cut += result.cut
  }
  return `${methods.length} methods, ${calls} calls, ${cut} connections cut`
}

/** Call everything as somebody; what is not allowed must be refused in the words that peers test for. */
async function permissions(open, methods, allowed) {
  let refused = 0
  for (const { path, kind } of methods) {
    const name = path.join('.')
    const type = wireType(kind)
    const secured = await open()
    secured.say(call(1, path, type, []), ...(type === 'async' ? [] : [packet(END, 1, 'true')]))
    // a refused sink tells its caller nothing that could be waited for
    const answer =
      type === 'sink'
        ? await Promise.race([secured.answerTo(1), sleep(200).then(() => null)])
        : await secured.answerTo(1)
    secured.destroy()
    const text = `method:${path.join(',')} is not in list of allowed methods`
    const isRefused = answer?.body.includes(text) ?? type === 'sink'
    if (isRefused === allowed.has(name) && !(type === 'sink' && answer === null))
      throw new Error(`${name} ${isRefused ? 'is refused' : `is answered with ${answer?.body}`}`)
    if (isRefused) refused += 1
  }
  return refused
}

async function wrongPermissions({ server, manifest }) {
  const methods = methodsOf(manifest)
  const refused = await permissions(() => Secured.open(server), methods, ANONYMOUS)
  return `${methods.length} methods, ${refused} refused`
}

async function guestPermissions({ server, manifest, owner }) {
  if (manifest.invite?.create === undefined) return 'no invites in this server'
  const { guestKeys } = await import('../guest.mjs')
  const keys = await guestKeys(owner)
  const methods = methodsOf(manifest)
  const refused = await permissions(() => Secured.open(server, keys), methods, GUEST)
  return `${methods.length} methods, ${refused} refused`
}

/** So many calls at once; how many were answered within a time. */
async function callsAtOnce(secured, count, timeoutMs) {
  secured.isKept = false
  const answered = new Set()
  secured.onPacket = (_flags, request) => answered.add(-request)
  secured.say(...Array.from({ length: count }, (_, n) => call(n + 1, ['manifest'], 'async', [])))
  const end = Date.now() + timeoutMs
  while (answered.size < count && !secured.isClosed && Date.now() < end) await sleep(10)
  secured.destroy()
  return answered.size
}

async function concurrentCalls({ server, short }) {
  const count = short ? 2000 : 10_000
  const owner = await callsAtOnce(await Secured.open(server, server.pair), count, 60_000)
  if (owner < count) throw new Error(`only ${owner} of ${count} calls of the owner were answered`)
  const stranger = await callsAtOnce(await Secured.open(server), count, 3000)
  if (stranger === 0) throw new Error('no call of a stranger was answered')

  const streams = await Secured.open(server)
  streams.isKept = false
  let ended = 0
  streams.onPacket = (flags) => {
    if (flags & 4) ended += 1
  }
  const query = [{ id: server.id, live: true, old: false }]
  for (let n = 1; n <= count; n += 500)
    streams.say(
      ...Array.from({ length: 500 }, (_, at) =>
        call(n + at, ['createHistoryStream'], 'source', query),
      ),
    )
  await sleep(1000)
  streams.destroy()
  return `${count} calls: the owner got all answers, a stranger ${stranger} in 3 s; ${count} live streams: ${ended} refused`
}

async function callFlood({ server, deadline }) {
  const secured = await Secured.open(server)
  secured.isKept = false
  let request = 0
  while (Date.now() < deadline && !secured.isClosed) {
    const packets = Array.from({ length: 100 }, () => call(++request, ['whoami'], 'async', []))
    secured.say(...packets)
    // as fast as the other side takes them
    if (secured.socket.writableLength > 1 << 20)
      await Promise.race([
        new Promise((resolve) => secured.socket.once('drain', resolve)),
        sleep(100),
      ])
    else await sleep(0)
  }
  secured.destroy()
  return `${request} calls sent, ${secured.answers} answered`
}

export const methodCases = [
  { name: 'wrong permissions, anonymous', run: wrongPermissions },
  { name: 'wrong permissions, guest', run: guestPermissions },
  { name: 'odd arguments for every method, anonymous', run: oddAnonymous },
  { name: 'concurrent calls', run: concurrentCalls },
  { name: 'call flood', run: callFlood },
]

/** The owner may take all of the server: no rate is asked for beside it. */
export const ownerCases = [
  { name: 'odd arguments for every method, owner', run: oddOwner, isOwner: true },
]
