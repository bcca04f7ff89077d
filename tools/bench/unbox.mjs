// Opening private messages, as a share of the rate at which libsodium alone agrees on the key of each and opens two
// secret boxes (the slot and the body); and how long the event loop stands still while a large log is opened.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { load } from '../lib/packages.mjs'
import { bareSodium, median, rate, spread } from './measure.mjs'

const TAG = 16
const HEAD = 56
const SLOT = 49
const PRIVATE_SHARE = 20

const contentOf = (n) => ({
  type: 'post',
  text: `message ${n} ${'lorem ipsum dolor sit amet '.repeat(8)}`,
})

/** What libsodium does for one message, with nothing round it. */
function bareOpen(sodium, secret, ciphers) {
  const shared = Buffer.alloc(32)
  const slot = Buffer.alloc(SLOT - TAG)
  for (const cipher of ciphers) {
    const nonce = cipher.subarray(0, 24)
    sodium.crypto_scalarmult(shared, secret, cipher.subarray(24, HEAD))
    if (!sodium.crypto_secretbox_open_easy(slot, cipher.subarray(HEAD, HEAD + SLOT), nonce, shared))
      throw new Error('a slot did not open')
    const body = cipher.subarray(HEAD + SLOT * slot[0])
    const plain = Buffer.alloc(body.length - TAG)
    if (!sodium.crypto_secretbox_open_easy(plain, body, nonce, slot.subarray(1)))
      throw new Error('a body did not open')
  }
}

/** A log in a folder, a twentieth of it private messages for `me`. */
async function fill({ keys: make, validate, disk, store }, folder, me, count) {
  const { createStore } = store
  const crypto = await load('ssb-crypto')
  const opened = createStore({
    database: disk.openDisk(folder),
    id: me.id,
    isNew: true,
    sign: () => new Uint8Array(64),
    now: Date.now,
    verifier: { verify: (batch) => batch.map(() => true) },
  })
  await opened.open()
  const author = make.generate()
  const { secretKey } = make.keyPairOf(author)
  let state = null
  let batch = []
  for (let n = 0; n < count; n++) {
    const content = n % PRIVATE_SHARE === 0 ? make.box(contentOf(n), [me, author]) : contentOf(n)
    const made = validate.createMessage({
      state,
      author: author.id,
      sign: (bytes) => crypto.sign(bytes, secretKey),
      content,
      timestamp: 1_600_000_000_000 + n,
    })
    const { key, value, bytes } = made.message
    state = { id: key, sequence: value.sequence, timestamp: value.timestamp }
    batch.push(bytes)
    if (batch.length < 1000 && n < count - 1) continue
    await opened.api.add(batch)
    batch = []
  }
  await opened.close()
}

/** Open all of a log as a server does that has just been given the key. `opener`: what opens for it. */
async function openLog(packages, folder, opener) {
  const { plugin, store, disk, query, own } = packages
  const host = plugin.createHost({
    keys: { id: opener.identity, sign: () => new Uint8Array(64) },
    plugins: [
      store.feedStore({ database: () => disk.openDisk(folder) }),
      query.query(),
      own.privateMessages({ boxes: [] }),
    ],
  })
  await host.start()
  // Other indexes are built first: only opening is measured.
  await host.plugins.store.indexed()
  const delay = monitorEventLoopDelay({ resolution: 1 })
  let steps = 0
  const start = performance.now()
  delay.enable()
  host.plugins.private.addBox(own.box1(opener))
  // As the server shows it; a figure that would fall is a mistake.
  let shown = -1
  const watch = setInterval(() => {
    const { current } = host.hooks.progress.apply({}).private
    if (current < shown) throw new Error('opening goes backwards')
    if (current > shown) steps++
    shown = current
  }, 20)
  await host.plugins.private.settled()
  clearInterval(watch)
  delay.disable()
  const seconds = (performance.now() - start) / 1000
  let found = 0
  for await (const list of host.plugins.private.read()) found += list.length
  await host.stop()
  return { seconds, found, steps, p99: delay.percentile(99) / 1e6, max: delay.max / 1e6 }
}

/** @returns {Promise<import('./main.mjs').Report>} */
export async function run({ runs, quick }) {
  const packages = {
    keys: await load('ssb-keys'),
    validate: await load('ssb-validate'),
    plugin: await load('ssb-plugin'),
    store: await load('ssb-feed-store'),
    disk: await load('ssb-feed-store/disk'),
    query: await load('ssb-query'),
    own: await load('ssb-private'),
  }
  const { keys, own } = packages
  const sodium = bareSodium()
  const [me, other] = [keys.generate(), keys.generate()]
  const count = quick ? 2000 : 10_000
  const texts = Array.from({ length: count }, (_, n) => keys.box(contentOf(n), [me, other]))
  const ciphers = texts.map((text) => Buffer.from(text.slice(0, -4), 'base64'))
  const secret = Buffer.from(keys.ssbSecretKeyToPrivateBoxSecret(me))
  const box = own.box1(own.openerOf(me))
  const open = () => {
    for (const text of texts)
      if (own.openText(box, text) === null) throw new Error('a message did not open')
  }
  const figures = { bare: [], ours: [] }
  open()
  bareOpen(sodium, secret, ciphers)
  for (let n = 0; n < runs; n++) {
    figures.bare.push(rate(count, () => bareOpen(sodium, secret, ciphers)))
    figures.ours.push(rate(count, open))
  }
  const ratios = figures.ours.map((figure, n) => figure / figures.bare[n])

  const messages = quick ? 20_000 : 100_000
  const folder = mkdtempSync(join(tmpdir(), 'ssb-unbox-'))
  const { openerPool } = await load('ssb-private/pool')
  /** @type {Record<string, Awaited<ReturnType<typeof openLog>>>} */
  const logs = {}
  try {
    await fill(packages, folder, me, messages)
    logs['by the server’s thread'] = await openLog(packages, folder, own.openerOf(me))
    logs['by a pool, as the server does'] = await openLog(packages, folder, openerPool(me))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  for (const { found } of Object.values(logs))
    if (found !== messages / PRIVATE_SHARE) throw new Error(`${found} messages were opened`)
  return {
    ratio: median(ratios),
    unit: 'of bare key agreement and secret boxes',
    head: ['what', 'per second', 'ratio'],
    rows: [
      ['libsodium alone, from bytes', spread(figures.bare), '1'],
      ['ours, from text to content', spread(figures.ours), spread(ratios, 3)],
      ...Object.entries(logs).map(([how, { found, seconds }]) => [
        `a log of ${messages}, a twentieth private, ${how}`,
        (found / seconds).toFixed(0),
        '',
      ]),
    ],
    notes: Object.entries(logs).map(
      ([how, { p99, max, steps }]) =>
        `While the log was opened ${how} the event loop stood still for ${p99.toFixed(1)} ms at the 99th percentile, ${max.toFixed(1)} ms at most; progress moved ${steps} times.`,
    ),
  }
}
