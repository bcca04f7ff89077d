// Every call that clients need, made by npm's ssb-client on one server, with what came back.
import { createHash } from 'node:crypto'
import { clientPackages } from '../interop/client.mjs'

/** How long an answer may take, in milliseconds: some of the reference's never come. */
const ANSWER_MS = 4000
const NOTHING = `%${createHash('sha256').update('nothing').digest('base64')}.sha256`
const NO_BLOB = `&${createHash('sha256').update('no blob').digest('base64')}.sha256`
const EMPTY = '&47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=.sha256'

/** A feed that nobody has heard of, and whose key is one. */
const NOBODY = clientPackages().ssbKeys.generate(
  'ed25519',
  createHash('sha256').update('nobody').digest(),
).id
const PLAIN_KEY = 'AUy+vWalM2aOJgu9sgnoWZ3PjF3sIDrEHx+qhfhUmhU='

/** Wait for an answer, an error, or nothing. */
async function outcome(promise) {
  let timer
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, ANSWER_MS, { none: true })
  })
  const answer = promise.then(
    // COMPAT: muxrpc of JavaScript gives `false`, `null` or nothing for no value.
    (value) => ({ answer: value === undefined || value === false ? null : value }),
    (error) => ({ error: error.message ?? String(error) }),
  )
  return Promise.race([answer, late]).finally(() => clearTimeout(timer))
}

/**
 * @typedef {object} Step
 * @property {string} method
 * @property {string} what the call, for people
 * @property {'same' | 'shape' | 'order'} how to compare: equal; with all that the reference has; equal in any order
 * @property {{ answer?: unknown, error?: string, none?: true }} got
 */

/**
 * @param {import('../interop/client.mjs').Client} client
 * @param {{ id: string, other: { id: string, address: string } }} around
 */
export function createNotes(client, around) {
  /** @type {Step[]} */
  const steps = []
  const note = async (method, args, how, promise) => {
    const got = await outcome(promise)
    steps.push({
      method,
      what: `${method} ${args.map((arg) => JSON.stringify(arg) ?? 'undefined').join(', ')}`,
      how,
      got,
    })
    return got.answer
  }
  const guarded = (work) => Promise.resolve().then(work)
  return {
    steps,
    /** What ids stand for, by id: the same words for both servers. */
    names: {
      [around.id]: '@me',
      [around.other.id]: '@other',
      [NOBODY]: '@nobody',
      [NOTHING]: '%nothing',
      [NO_BLOB]: '&nothing',
    },
    client,
    me: around.id,
    other: around.other,
    note,
    /** Call and note: the answers must be equal. */
    ask: (method, ...args) =>
      note(
        method,
        args,
        'same',
        guarded(() => client.call(method, ...args)),
      ),
    askShape: (method, ...args) =>
      note(
        method,
        args,
        'shape',
        guarded(() => client.call(method, ...args)),
      ),
    list: (method, ...args) =>
      note(
        method,
        args,
        'same',
        guarded(() => client.collect(method, ...args)),
      ),
    listShape: (method, ...args) =>
      note(
        method,
        args,
        'shape',
        guarded(() => client.collect(method, ...args)),
      ),
    /** In any order. */
    listAny: (method, ...args) =>
      note(
        method,
        args,
        'order',
        guarded(() => client.collect(method, ...args)),
      ),
    /** The first items of a source that stays open, while `work` goes on. */
    async watch(method, options, count, work = async () => {}, how = 'same') {
      const open = client.watch(method, options, count)
      await new Promise((resolve) => setTimeout(resolve, 250))
      await work()
      await note(method, [options, `${count} items`], how, open.first)
      open.end()
    },
  }
}

/** Wait until a blob is there: ssb-client answers when all is sent, which is before the server has put it away. */
export async function stored(client, id) {
  const deadline = Date.now() + ANSWER_MS
  while (!(await client.call('blobs.size', id)) && Date.now() < deadline)
    await new Promise((resolve) => setTimeout(resolve, 20))
}

const post = (text, more = {}) => ({ type: 'post', text, ...more })

async function publishing(t) {
  const ids = {}
  const publish = async (name, content) => {
    ids[name] = (await t.ask('publish', content))?.key
    t.names[ids[name]] = `%${name}`
  }
  await publish('root', post('first whale, žluťoučký 🐚'))
  await publish('vote', { type: 'vote', vote: { link: ids.root, value: 1, expression: 'Like' } })
  await publish('reply', post('second whale', { root: ids.root, branch: ids.root }))
  await publish('contact', { type: 'contact', contact: NOBODY, following: true })
  await publish(
    'channel',
    post('third', { channel: 'snow', mentions: [{ link: NOBODY, name: 'nobody' }] }),
  )
  await publish('about', {
    type: 'about',
    about: t.me,
    name: 'alice',
    image: { link: EMPTY, size: 0 },
  })
  await publish('aboutOther', { type: 'about', about: NOBODY, name: 'bob' })
  await publish('title', { type: 'about', about: ids.root, title: 'a title' })
  for (const bad of [
    { text: 'no type' },
    { type: 'xx' },
    post('x'.repeat(9000)),
    'no boxed text',
    { ...post('x'), recps: [] },
    { ...post('x'), recps: ['@nobody'] },
  ])
    await t.ask('publish', bad)
  await publish('recps', post('to me alone', { recps: [t.me, NOBODY] }))
  return ids
}

async function getting(t, ids) {
  const { ask } = t
  await ask('get', ids.root)
  await ask('get', { id: ids.root })
  await ask('get', { id: ids.root, meta: true })
  await ask('get', { id: ids.root, raw: true })
  await ask('get', { id: ids.recps })
  await ask('get', { id: ids.recps, private: true })
  await ask('get', { id: ids.recps, private: true, meta: true })
  await ask('get', { id: ids.root, private: true, meta: true })
  await ask('get', NOTHING)
  await ask('get', { id: NOTHING, meta: true })
  await ask('get', 'no id')
  await ask('get', {})
  await ask('getLatest', t.me)
  await ask('getLatest', NOBODY)
  await ask('getLatest', 'no id')
  await ask('latestSequence', t.me)
  await ask('latestSequence', NOBODY)
  await ask('getFeedState', t.me)
  await ask('getFeedState', NOBODY)
  await ask('getVectorClock')
  await t.list('latest')
  await ask('whoami')
  await t.askShape('version')
  await t.askShape('status')
  await t.askShape('progress')
  await ask('address', 'device')
  await ask('multiserver.address', 'device')
  await ask('multiserver.parse', `net:a.org:8008~shs:${PLAIN_KEY}`)
  await ask('createSequenceStream')
}

async function streams(t, ids) {
  const { list } = t
  for (const [method, base] of [
    ['createLogStream', {}],
    ['createFeedStream', {}],
    ['createUserStream', { id: t.me }],
    ['createHistoryStream', { id: t.me }],
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
    await list(method, { ...base, keys: false, values: false })
    await list(method, { ...base, reverse: true })
    await list(method, { ...base, reverse: true, limit: 1 })
    await list(method, { ...base, private: true })
    await t.watch(method, { ...base, live: true, limit: 1 }, 2)
  }
  await list('messagesByType', 'contact')
  await list('messagesByType', 'nothing-of-it')
  await list('messagesByType', {})
  await list('createUserStream', { id: t.me, gt: 2 })
  await list('createUserStream', { id: t.me, gte: 2, lt: 4, reverse: true })
  await list('createUserStream', { id: NOBODY })
  await list('createUserStream', {})
  await list('createUserStream', { id: 'no id' })
  await list('createHistoryStream', { id: NOBODY })
  for (const options of [
    {},
    { dest: ids.root },
    { dest: ids.root, rel: 'root' },
    { dest: ids.root, rel: 'root', values: true },
    { dest: ids.root, values: true, keys: false },
    { dest: ids.root, meta: false },
    { dest: ids.root, meta: false, values: true },
    { source: t.me, dest: NOBODY },
    { source: t.me, dest: '@', rel: 'contact' },
    { dest: '%', rel: 'root', reverse: true },
    { dest: 'feed' },
    { dest: NOTHING },
    { rel: 'contact', values: true },
    { source: 'no id' },
  ])
    await t.listAny('links', options)
}

async function queries(t, ids) {
  const { list } = t
  const filter = (value) => ({ $filter: { value } })
  for (const options of [
    { query: [filter({ content: { type: 'post' } })] },
    { query: [filter({ content: { type: 'post' } })], limit: 2 },
    { query: [filter({ content: { type: 'post' } })], reverse: true, limit: 1 },
    { query: [filter({ author: t.me, content: { type: 'about' } })] },
    { query: [filter({ content: { root: ids.root } })] },
    { query: [filter({ content: { channel: 'snow' } })] },
    { query: [filter({ content: { type: 'nothing' } })] },
    { query: [filter({ sequence: { $gt: 2, $lte: 4 } })] },
    { query: [filter({ content: { text: { $prefix: 'sec' } } })] },
    { query: [filter({ content: { type: 'post' } }), { $map: ['value', 'content', 'text'] }] },
    {
      query: [
        filter({ content: { type: { $prefix: '' } } }),
        { $map: { type: ['value', 'content', 'type'], seq: ['value', 'sequence'] } },
      ],
    },
    {
      query: [
        {
          $reduce: {
            $group: [
              ['value', 'author'],
              ['value', 'content', 'type'],
            ],
            $reduce: { $count: true },
          },
        },
      ],
    },
    { query: [{ $reduce: { $count: true } }] },
    {
      query: [
        filter({ content: { type: 'post' } }),
        { $reduce: { count: { $count: true }, last: { $max: ['value', 'sequence'] } } },
      ],
    },
  ])
    await list('query.read', options)
  await t.listAny('query.read', {
    query: [{ $reduce: { type: ['value', 'content', 'type'], count: { $count: true } } }],
  })
  await list('query.read', JSON.stringify({ query: [filter({ content: { type: 'contact' } })] }))
  await list('query.read', { query: JSON.stringify([filter({ content: { type: 'contact' } })]) })
  await t.askShape('query.explain', { query: [filter({ content: { type: 'post' } })] })
  for (const dest of [ids.root, NOBODY, '#snow', NOTHING]) {
    await list('backlinks.read', { query: [{ $filter: { dest } }] })
    await list('backlinks.read', { query: [{ $filter: { dest } }], index: 'DTA', reverse: true })
  }
  await list('backlinks.read', {
    query: [{ $filter: { dest: ids.root, value: { content: { type: 'post' } } } }],
    limit: 1,
  })
  await list('backlinks.read', {
    query: [
      { $filter: { dest: ids.root } },
      { $map: { key: 'key', type: ['value', 'content', 'type'] } },
    ],
  })
  await t.watch(
    'backlinks.read',
    { query: [{ $filter: { dest: ids.root } }], live: true, old: false },
    2,
    () => t.client.call('publish', post('late', { root: ids.root, branch: ids.reply })),
  )
  await t.watch(
    'query.read',
    { query: [filter({ content: { type: 'post' } })], live: true, old: false },
    2,
    () => t.client.call('publish', post('later')),
  )
}

async function privates(t, ids) {
  const published = await t.ask('private.publish', post('psst'), [t.me, NOBODY])
  await t.ask('private.publish', post('x'), [])
  await t.ask('private.publish', post('x'), ['@nobody'])
  const boxed = await t.client.call('get', { id: published?.key ?? ids.recps }).catch(() => null)
  await t.ask('private.unbox', boxed?.content)
  await t.ask('private.unbox', { key: published?.key, value: boxed, timestamp: 1 })
  await t.ask('private.unbox', 'AAAA.box')
  await t.ask('private.unbox', { key: NOTHING })
  await t.list('private.read', {})
  await t.list('private.read', { limit: 1, reverse: true })
  await t.list('private.read', { query: [{ $filter: { value: { content: { text: 'psst' } } } }] })
  await t.watch('private.read', { live: true, old: false }, 2, () =>
    t.client.call('publish', post('live and private', { recps: [t.me] })),
  )
}

async function abouts(t, ids) {
  for (const [key, dest] of [
    ['name', t.me],
    ['name', NOBODY],
    ['image', t.me],
    ['title', ids.root],
    ['none', t.me],
    ['name', NOTHING],
    ['name', 'no id'],
  ]) {
    for (const method of ['socialValue', 'latestValue', 'socialValues'])
      await t.ask(`about.${method}`, { key, dest })
    await t.ask('about.latestValues', { keys: [key, 'image'], dest })
  }
  await t.list('about.read', { dest: t.me })
  await t.list('about.read', { dest: t.me, reverse: true, limit: 1 })
  for (const method of ['socialValueStream', 'socialValuesStream', 'latestValueStream'])
    await t.watch(`about.${method}`, { key: 'name', dest: t.me }, 3, async () => {
      for (const more of [{ name: method }, { description: 'x' }, { name: { remove: true } }])
        await t.client.call('publish', { type: 'about', about: t.me, ...more })
    })
  await t.ask('about.socialValue', { key: 'name', dest: t.me })
  await t.ask('about.latestValue', { key: 'name', dest: t.me })
  await t.client.call('publish', { type: 'about', about: t.me, name: 'alice' })
  await t.ask('names.get', {})
  await t.ask('names.getImages', {})
  for (const id of [t.me, NOBODY, NOTHING]) {
    await t.ask('names.getImageFor', id)
    await t.ask('names.getSignifier', id)
  }
  for (const prefix of ['ali', 'no', 'zzz', '']) await t.ask('names.getSignifies', prefix)
  await t.ask('tangle.branch', ids.root)
  await t.ask('tangle.branch', ids.reply)
  await t.ask('tangle.branch', NOTHING)
  await t.ask('tangle.branch', 'no id')
  for (const query of [
    { query: 'whale' },
    { query: 'whale', limit: 1 },
    { query: 'wha' },
    { query: 'second whale' },
    { query: 'psst' },
    { query: 'WHALE' },
    { query: 'whale nothinghere' },
    { query: 'el' },
    { query: '' },
    {},
  ])
    await t.list('search.query', query)
}

async function friends(t) {
  const { ask } = t
  await t.client.call('publish', { type: 'contact', contact: t.other.id, blocking: true })
  for (const dest of [NOBODY, t.other.id, t.me]) {
    await ask('friends.isFollowing', { source: t.me, dest })
    await ask('friends.isBlocking', { source: t.me, dest })
    await ask('friends.get', { source: t.me, dest })
  }
  await ask('friends.get', { source: t.me })
  await ask('friends.get', { dest: NOBODY })
  await ask('friends.get', {})
  await ask('friends.hops')
  await ask('friends.hops', { start: NOBODY })
  await ask('friends.isFollowing', {})
  await t.watch('friends.stream', { live: true }, 1)
  await t.listAny('friends.createFriendStream', {})
  await t.listAny('friends.createFriendStream', { meta: true })
  await t.client.call('publish', { type: 'contact', contact: t.other.id, blocking: false })
}

async function blobs(t) {
  const { ask, list, client } = t
  const bytes = Buffer.alloc(100_000, 'blob')
  const id = await t.note('blobs.add', ['100000 bytes'], 'same', client.addBlob(bytes))
  await stored(client, id)
  const joined = async (method, ...args) => Buffer.concat(await client.collect(method, ...args))
  const source = (method, arg) =>
    t.note(
      method,
      [arg],
      'same',
      Promise.resolve().then(() => joined(method, arg)),
    )
  await source('blobs.get', id)
  await source('blobs.get', { id })
  await source('blobs.get', { hash: id, size: bytes.length })
  await source('blobs.get', { id, size: 5 })
  await source('blobs.get', { id, max: 5 })
  await source('blobs.get', NO_BLOB)
  await source('blobs.get', 'no id')
  await source('blobs.getSlice', { id, start: 10, end: 20 })
  await source('blobs.getSlice', { id, start: 10 })
  await ask('blobs.has', id)
  await ask('blobs.has', [id, NO_BLOB])
  await ask('blobs.has', 'no id')
  await ask('blobs.size', id)
  await ask('blobs.size', [id, NO_BLOB])
  await ask('blobs.want', id)
  await ask('blobs.want', NO_BLOB)
  await ask('blobs.want', 'no id')
  await ask('blobs.push', id)
  await ask('blobs.push', 'no id')
  await list('blobs.ls')
  await list('blobs.ls', { meta: true })
  await t.watch('blobs.ls', { live: true }, 2)
  await t.watch('blobs.changes', undefined, 1, () => client.addBlob(Buffer.from('changed')), 'same')
  await t.watch('blobs.createWants', undefined, 1, async () => {}, 'shape')
  await ask('blobs.rm', id)
  await ask('blobs.has', id)
}

/** Two ends of a duplex: what we say, and what comes back. */
function exchange(t, method, options, says, count) {
  const { pull } = clientPackages()
  const found = method.split('.').reduce((node, name) => node?.[name], t.client.rpc)
  return new Promise((resolve, reject) => {
    const heard = []
    const duplex = found(options, (error) => {
      if (error && error !== true) reject(error)
    })
    pull(
      duplex.source,
      pull.drain(
        (item) => {
          heard.push(item)
          if (heard.length < count) return true
          resolve(heard)
          return false
        },
        (error) => (error && error !== true ? reject(error) : resolve(heard)),
      ),
    )
    // The other side may wait for us to go on.
    pull(
      pull.values(says),
      pull.asyncMap((item, done) => setTimeout(done, 50, null, item)),
      (read) => {
        const sink = duplex.sink
        let open = true
        sink((end, done) => {
          if (end) return done(end)
          if (!open) return undefined
          return read(null, (over, item) => {
            if (over) open = false
            else done(null, item)
          })
        })
      },
    )
  })
}

async function peers(t) {
  const { ask, list, other } = t
  await ask('gossip.peers')
  await ask('gossip.add', other.address, 'manual')
  await ask('gossip.peers')
  await ask('gossip.get', other.id)
  await ask('gossip.add', 'nonsense')
  await t.watch(
    'gossip.changes',
    undefined,
    1,
    () => t.client.call('gossip.connect', other.address).catch(() => {}),
    'shape',
  )
  await t.note(
    'gossip.connect',
    [other.address],
    'none',
    outcomeOnly(() => t.client.call('gossip.connect', other.address)),
  )
  await t.askShape('gossip.peers')
  await ask('gossip.disconnect', other.id)
  await ask('gossip.connect', 'net:127.0.0.1:1~shs:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=')
  await ask('gossip.connect', NOBODY)
  await ask('gossip.remove', other.address)
  await t.note(
    'gossip.ping',
    [],
    'shape',
    exchange(t, 'gossip.ping', { timeout: 10_000 }, [Date.now()], 1),
  )
  await t.note(
    'ebt.replicate',
    [{ version: 3 }],
    'shape',
    exchange(t, 'ebt.replicate', { version: 3 }, [{}], 1),
  )
  await t.note(
    'ebt.replicate',
    [{ version: 1 }],
    'same',
    exchange(t, 'ebt.replicate', { version: 1 }, [{}], 1),
  )
  await t.askShape('ebt.peerStatus', NOBODY)
  await t.askShape('replicate.request', NOBODY, true)
  await t.listShape('replicate.upto')
  await t.askShape('invite.create', 1)
  await t.askShape('invite.create', { uses: 2, external: 'pub.example.com' })
  await ask('invite.use', { feed: NOBODY })
  await ask('invite.accept', 'nonsense')
  await list('nothing.there')
}

/** Whether a call succeeds; what it answers is of no use to anybody. */
const outcomeOnly = (work) =>
  Promise.resolve()
    .then(work)
    .then(() => 'done')

async function adding(t) {
  const { ssbKeys } = clientPackages()
  const keys = ssbKeys.generate('ed25519', createHash('sha256').update('writer').digest())
  const message = (previous, sequence, text) =>
    ssbKeys.signObj(keys, null, {
      previous,
      sequence,
      author: keys.id,
      timestamp: 1_600_000_000_000 + sequence,
      hash: 'sha256',
      content: { type: 'post', text },
    })
  const one = message(null, 1, 'one')
  await t.ask('add', one)
  await t.ask('add', message(NOTHING, 2, 'fork'))
  await t.ask('add', { ...message(null, 2, 'x'), signature: one.signature })
  await t.ask('add', message(null, 7, 'gap'))
  await t.ask('add', { content: 'nothing' })
  await t.ask('del', 'no id')
  await t.ask('del', NOTHING)
}

/** All of it, in order. */
export async function transcript(client, around) {
  const t = createNotes(client, around)
  try {
    const ids = await publishing(t)
    for (const part of [getting, streams, queries, privates, abouts, friends, blobs, adding, peers])
      await part(t, ids)
  } catch (error) {
    const first = t.steps.findIndex(({ got }) => got.error === error.message)
    const around = t.steps.slice(Math.max(0, first - 2), first + 1).map(({ what }) => what)
    throw new Error(`${error.message} after ${around.join('; ')}`)
  }
  return t
}
