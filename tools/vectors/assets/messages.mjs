// Message validation: ssb-validate, by both of its faces, which must agree.
import { load } from '../../lib/packages.mjs'

const lines = (text) =>
  text
    .split('\n')
    .filter((line) => line)
    .map((line) => JSON.parse(line))

/**
 * Our verdict on one message after a feed state.
 *
 * @param {any} state the feed's last {id, sequence, timestamp}, or null
 * @param {any} value
 * @param {any} hmacKey as the vector has it, also when it is no key
 * @returns {Promise<{ ok: boolean, id?: string, reason?: string, split?: string }>}
 */
async function verdict(state, value, hmacKey = null) {
  const { append, initial, createValidator } = await load('ssb-validate')
  const feeds = initial()
  if (state) feeds.feeds[value.author] = { timestamp: 0, queue: [], ...state }
  let classic
  try {
    const after = append(feeds, hmacKey, value)
    classic = after.error
      ? { ok: false, reason: String(after.error.message ?? after.error) }
      : { ok: true, id: after.queue.at(-1).key }
  } catch (error) {
    classic = { ok: false, reason: error.message }
  }
  // The modern face takes key bytes; a vector whose key is no key has nothing to say to it.
  const key = hmacKey === null || hmacKey === undefined ? undefined : keyBytes(hmacKey)
  if (key === null) return classic
  const validator = createValidator({
    state: () => (state ? { timestamp: 0, ...state } : null),
    ...(key && { hmacKey: key }),
  })
  const [given] = validator.validateSync([value])
  const [sent] = createValidator({
    state: () => (state ? { timestamp: 0, ...state } : null),
    ...(key && { hmacKey: key }),
  }).validateSync([Buffer.from(JSON.stringify(value) ?? 'null')])
  for (const modern of [given, sent]) {
    const id = modern.ok ? modern.message.key : undefined
    if (modern.ok !== classic.ok || id !== classic.id)
      return {
        ok: false,
        split: `append: ${classic.reason ?? classic.id}; validator: ${modern.reason ?? id}`,
      }
  }
  return classic
}

/** A key's 32 bytes; null when it is not a key. */
function keyBytes(hmacKey) {
  if (typeof hmacKey !== 'string') return null
  const bytes = Buffer.from(hmacKey, 'base64')
  return bytes.length === 32 && bytes.toString('base64') === hmacKey ? new Uint8Array(bytes) : null
}

/** Judge one case of {state, message, valid, id}. */
async function outcome(name, { state, value, hmacKey, valid, id }) {
  const got = await verdict(state, value, hmacKey)
  if (got.split) return { name, ok: false, detail: `the two faces differ: ${got.split}` }
  const ok = got.ok === valid && (!valid || id === undefined || got.id === id)
  return { name, ok, detail: got.reason ?? got.id }
}

/** A whole log in order, then each message again with one bit of its signature flipped. */
async function* log(entries) {
  const { createValidator } = await load('ssb-validate')
  const heads = new Map()
  const validator = createValidator({ state: (feed) => heads.get(feed) ?? null })
  for (const [n, { key, value }] of entries.entries()) {
    const flipped = Buffer.from(value.signature.slice(0, 88), 'base64')
    flipped[n % 64] ^= 1 << (n % 8)
    const signature = `${flipped.toString('base64')}.sig.ed25519`
    const bad = createValidator({ state: (feed) => heads.get(feed) ?? null }).validateSync([
      { ...value, signature },
    ])[0]
    yield { name: `${n}: ${key} with a flipped bit`, ok: !bad.ok }
    const [good] = validator.validateSync([value])
    yield {
      name: `${n}: ${key}`,
      ok: good.ok && good.message.key === key,
      detail: good.ok ? good.message.key : good.reason,
    }
    heads.set(value.author, { id: key, sequence: value.sequence, timestamp: value.timestamp })
    validator.settle?.(value.author)
  }
}

/** Why sunrise's expectation is not this network's. */
const SUNRISE = {
  wrong_key:
    'made for a validator that is handed {key, value}: the value is good, and ids are computed, never taken over',
}

/** @type {import('../main.mjs').Asset[]} */
export const assets = [
  {
    file: 'ssb-validate-old-testdata/test_messages.json',
    packages: 'ssb-validate',
    async *run(read) {
      for (const [n, { state, msg, cap, valid, id }] of JSON.parse(read(this.file)).entries())
        yield outcome(`case ${n}`, { state, value: msg, hmacKey: cap, valid, id })
    },
  },
  {
    file: 'ssb-validate-old-testdata/invalid_messages.json',
    packages: 'ssb-validate',
    async *run(read) {
      for (const [n, value] of JSON.parse(read(this.file)).entries()) {
        const isBuffer = value.content?.type === 'Buffer'
        yield {
          ...(await outcome(`case ${n}`, { state: null, value, valid: isBuffer })),
          ...(isBuffer && {
            wrong:
              'the content was a Buffer when it was generated; as JSON it is an object of type "Buffer", signed and well-formed',
          }),
        }
      }
    },
  },
  {
    file: 'go-ssb/legacy-messages.jsonl',
    packages: 'ssb-validate, ssb-encode, ssb-keys',
    async *run(read) {
      const { encode, unsignedText } = await load('ssb-encode')
      const { messageId } = await load('ssb-keys')
      const entries = lines(read(this.file))
      for (const { n, key, input, no_sig } of entries) {
        const text = encode(JSON.parse(input))
        yield { name: `${n}: canonical text`, ok: text === input }
        yield { name: `${n}: text to sign`, ok: unsignedText(text) === no_sig }
        yield { name: `${n}: id`, ok: messageId(text) === key }
      }
      yield* log(entries.map(({ key, input }) => ({ key, value: JSON.parse(input) })))
    },
  },
  {
    file: 'go-ssb/verify-bugs.json',
    packages: 'ssb-validate',
    async *run(read) {
      for (const { sequence, key, value_json } of JSON.parse(read(this.file))) {
        const value = JSON.parse(value_json)
        const state = { id: value.previous, sequence: sequence - 1 }
        yield outcome(key, { state, value, valid: true, id: key })
      }
    },
  },
  {
    file: 'sunrise-ssb-validate/chain-cases.json',
    packages: 'ssb-validate',
    async *run(read) {
      const messages = JSON.parse(read('sunrise-ssb-validate/messages.json'))
      for (const { name, message, previous, valid, reason } of JSON.parse(read(this.file))) {
        const { value, key } = JSON.parse(messages[message])
        const last = previous && JSON.parse(messages[previous])
        const state = last && { id: last.key, sequence: last.value.sequence }
        const wrong = SUNRISE[name]
        const expected = { state, value, valid: wrong ? true : valid }
        yield {
          ...(await outcome(`${name} (${reason ?? key})`, expected)),
          ...(wrong && { wrong }),
        }
      }
    },
  },
  {
    file: 'pyssb/feed.json',
    packages: 'ssb-validate',
    async *run(read) {
      yield* log(JSON.parse(read(this.file)).messages)
    },
  },
  {
    file: 'ssb-fixtures/scuttle-5000/messages.jsonl',
    packages: 'ssb-validate',
    async *run(read) {
      const entries = lines(read(this.file))
      yield* log(entries)
      const clock = {}
      for (const { value } of entries) clock[value.author] = value.sequence
      for (const [feed, sequence] of Object.entries(
        JSON.parse(read('ssb-fixtures/scuttle-5000/clock.json')),
      ))
        yield { name: `clock of ${feed}`, ok: clock[feed] === (sequence?.sequence ?? sequence) }
    },
  },
  {
    file: 'ssb-fixtures/deterministic/0.json',
    packages: 'ssb-validate',
    async *run(read) {
      const entry = (name) => JSON.parse(read(`ssb-fixtures/deterministic/${name}.json`))
      yield* log(['0', '1', '2'].map(entry))
      // The older generator's two come from the middle of another feed.
      for (const name of ['3-extension', '4-extension']) {
        const { key, value } = entry(name)
        const state =
          value.sequence === 1 ? null : { id: value.previous, sequence: value.sequence - 1 }
        yield outcome(name, { state, value, valid: true, id: key })
      }
    },
  },
]
