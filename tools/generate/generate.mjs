// Seeded feeds: the same options give the same bytes on every machine.
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRandom } from '../lib/random.mjs'
import { createAuthor, privateBox } from './author.mjs'
import { channel, name, prose } from './words.mjs'

/** Bump it when the same options give other bytes, so that old cache files are not read. */
const VERSION = 1
const START = 1_600_000_000_000
/** Of a message value's compact JSON, everything but the content's own text: bytes, roughly. */
const ENVELOPE = 360
const SIZE_MIN = 560
const SIZE_SPREAD = 900
/** How many of the newest messages a new one may link to. */
const WINDOW = 2000

/** Content for one message: what it links to exists already. */
function content(random, author, authors, recent) {
  const size = SIZE_MIN + Math.floor(random.float() ** 1.3 * SIZE_SPREAD) - ENVELOPE
  if (author.sequence === 0)
    return {
      type: 'about',
      about: author.id,
      name: name(random),
      description: prose(random, size - 130),
    }
  const target = () => recent[random.below(recent.length)]
  const kind = random.float()
  if (kind < 0.6) {
    const post = { type: 'post', text: prose(random, size) }
    const reply = target()
    const style = random.float()
    if (style < 0.35) {
      post.root = reply.root
      post.branch = reply.key
    }
    if (random.below(4) === 0) {
      const who = random.pick(authors)
      post.mentions = [{ link: who.id, name: name(random) }]
      if (random.below(3) === 0) post.mentions.push({ link: `#${channel(random)}` })
    }
    if (random.below(12) === 0) post.channel = channel(random)
    return post
  }
  if (kind < 0.9)
    return {
      type: 'vote',
      vote: { link: target().key, value: 1, expression: '❤', reason: prose(random, size - 130) },
    }
  if (kind < 0.95) {
    const blocking = random.below(12) === 0
    return {
      type: 'contact',
      contact: random.pick(authors).id,
      ...(blocking ? { blocking: true } : { following: random.below(10) !== 0 }),
      note: prose(random, size - 120),
    }
  }
  return {
    type: 'about',
    about: random.pick(authors).id,
    name: name(random),
    description: prose(random, size - 130),
  }
}

/**
 * Many feeds in one causal, interleaved order: a message comes after those that it links to.
 *
 * @param {{ feeds?: number, messages?: number, seed?: string }} [options] `messages` is per feed
 * @returns {Generator<import('./author.mjs').Generated>}
 */
export function* generate({ feeds = 100, messages = 1000, seed = 'scuttlebot' } = {}) {
  const random = createRandom(`${seed}/feeds`)
  const authors = Array.from({ length: feeds }, (_, n) => createAuthor(`${seed}/feed/${n}`))
  const open = [...authors]
  const recent = []
  let timestamp = START
  for (let n = 0; open.length > 0; n++) {
    // At first each feed says who it is; after that any feed may be next.
    const at = n < feeds ? n : random.below(open.length)
    const author = n < feeds ? authors[n] : open[at]
    timestamp += 1 + random.below(60_000)
    const message = author.append(content(random, author, authors, recent), timestamp)
    const { root } = message.value.content
    const entry = { key: message.key, root: root ?? message.key }
    if (recent.length < WINDOW) recent.push(entry)
    else recent[n % WINDOW] = entry
    if (author.sequence >= messages) open.splice(open.indexOf(author), 1)
    yield message
  }
}

/** Values that implementations like to write differently. */
const NUMBERS = [0, -1, 1.5, 1e21, 1e-7, 0.1, 123456789012345680000, 5e-324, 1.7976931348623157e308]
/** The same without whole numbers that 64-bit integers cannot hold: our own publish refuses them. */
const SAFE_NUMBERS = NUMBERS.filter(
  (n) => !Number.isInteger(n) || Number.isSafeInteger(n) || n >= 1e21,
)
const TEXTS = [
  '¼ žluťoučký kůň',
  'привет, мир',
  '漢字かな交じり',
  '👩‍👩‍👧‍👦🏳️‍🌈',
  '\u0000\u001f\u007f\u2028\u2029',
  '"\\/\b\f\n\r\t',
  '\ufeff\ufffd',
  'e\u0301 é',
]

/**
 * Contents for one feed that exercises an encoder: text outside ASCII, numbers, nesting, private boxes.
 *
 * @param {object} [options]
 * @param {number} [options.count]
 * @param {string} [options.seed]
 * @param {readonly Uint8Array[]} [options.recipients] Ed25519 public keys that private boxes are for, besides a stranger
 * @param {boolean} [options.safe] leave out what our own publish refuses, though peers may send it
 * @returns {(object | string)[]}
 */
export function variedContents({
  count = 2000,
  seed = 'varied',
  recipients = [],
  safe = false,
} = {}) {
  const random = createRandom(`${seed}/contents`)
  const stranger = createAuthor(`${seed}/stranger`)
  return Array.from({ length: count }, (_, n) => {
    switch (n % 6) {
      case 0:
        return { type: 'post', text: `${random.pick(TEXTS)} ${prose(random, random.below(600))}` }
      case 1:
        return {
          type: 'measure',
          value: random.pick(safe ? SAFE_NUMBERS : NUMBERS),
          values: [random.float(), -random.below(1000), random.float() * 1e-9, n],
          7: 'integer keys come first',
          last: null,
        }
      case 2:
        return {
          type: 'nested',
          a: { b: { c: [{ d: [[], {}, [null, true, false, '']] }] } },
          'key "quoted"': { ключ: TEXTS[n % TEXTS.length] },
          deep: JSON.parse('['.repeat(20) + ']'.repeat(20)),
        }
      case 3:
        return privateBox(
          { type: 'post', text: prose(random, 40 + random.below(300)), recps: [stranger.id], n },
          [stranger.pair.publicKey, ...recipients],
          random,
        )
      case 4:
        return {
          type: 'vote',
          vote: { link: stranger.id, value: random.pick([-1, 0, 1]), expression: '👍' },
        }
      default:
        return {
          type: 'about',
          about: stranger.id,
          name: name(random),
          image: { link: null, size: n },
        }
    }
  })
}

/**
 * One feed of varied messages.
 *
 * @param {{ messages?: number, seed?: string, recipients?: readonly Uint8Array[] }} [options]
 * @returns {Generator<import('./author.mjs').Generated>}
 */
export function* generateVaried({ messages = 2000, seed = 'varied', recipients } = {}) {
  const author = createAuthor(`${seed}/author`)
  let timestamp = START
  for (const content of variedContents({ count: messages, seed, recipients })) {
    timestamp += 1000.5
    yield author.append(content, timestamp)
  }
}

/**
 * The file with a generated set as newline-delimited JSON: made on first use, kept in the temporary folder.
 *
 * @param {{ feeds?: number, messages?: number, seed?: string, varied?: boolean }} [options]
 * @returns {string} a path
 */
export function dataFile({
  feeds = 100,
  messages = 1000,
  seed = 'scuttlebot',
  varied = false,
} = {}) {
  const folder = join(tmpdir(), 'scuttlebot-data')
  const file = join(
    folder,
    `v${VERSION}-${varied ? 'varied' : feeds}-${messages}-${encodeURIComponent(seed)}.ndjson`,
  )
  if (existsSync(file)) return file
  mkdirSync(folder, { recursive: true })
  const part = `${file}.${process.pid}`
  writeFileSync(part, '')
  const made = varied ? generateVaried({ messages, seed }) : generate({ feeds, messages, seed })
  let lines = []
  const flush = () => {
    if (lines.length > 0) writeFileSync(part, `${lines.join('\n')}\n`, { flag: 'a' })
    lines = []
  }
  for (const { line } of made) if (lines.push(line) === 2000) flush()
  flush()
  renameSync(part, file)
  return file
}
