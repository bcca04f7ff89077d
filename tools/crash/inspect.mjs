// What must be true of a store whenever it is opened again, whatever happened to it before.
import { load } from '../lib/packages.mjs'
import { countRows, garbageLeft, indexEntries, indexMeta } from './raw.mjs'

const { messageId, verifyObj } = await load('ssb-keys')
const { encode } = await load('ssb-encode')

/** Far above what it takes to remove the entries of some thousand messages. */
const SWEEP_MS_MAX = 20_000

/** Ids whose signature has been found good: generated messages come again in each scenario. */
const verified = new Set()

const sorted = (map) => [...map].sort(([a], [b]) => (a < b ? -1 : 1))

/** Entries that an index ought to have, worked out from the log. */
function expectedEntries(definition, messages) {
  const terms = new Map()
  for (const message of messages) {
    const add = (term, entry) => {
      if (!terms.has(term)) terms.set(term, [])
      const list = terms.get(term)
      if (list.at(-1) !== entry) list.push(entry)
    }
    if (definition.order) {
      const number = definition.order(message)
      if (number !== null) add('', `${message.sequence}=${number}`)
    } else
      definition.map(message, (group, detail = '') =>
        add(JSON.stringify([group, detail]), message.sequence),
      )
  }
  return terms
}

/** The log itself: positions, ids, signatures, chains, heads. */
async function readLog(api, problems) {
  const messages = []
  for await (const batch of api.log()) messages.push(...batch)
  if (!api.hasHoles && messages.length !== api.position + 1)
    problems.push(`the log has ${messages.length} records and ends at position ${api.position}`)
  const chains = new Map()
  let before = -Infinity
  let place = -1
  for (const message of messages) {
    const { value, key, author, sequence } = message
    const at = `position ${sequence}`
    if (!(sequence > place) || sequence > api.position) problems.push(`${at} comes after ${place}`)
    place = sequence
    if (!(message.timestamp > before)) problems.push(`${at} was received before the one before it`)
    before = message.timestamp
    if (messageId(encode(value)) !== key) problems.push(`${at} has another id than its bytes`)
    if (!verified.has(key)) {
      if (verifyObj({ public: author.slice(1) }, value)) verified.add(key)
      else problems.push(`${at} has a bad signature`)
    }
    const chain = chains.get(author) ?? []
    chains.set(author, chain)
    const last = chain.at(-1)
    const number = last?.feedSequence ?? 0
    if (value.author !== author || value.sequence !== message.feedSequence)
      problems.push(`${at} is filed as another message`)
    if (value.sequence <= number)
      problems.push(`${at} is ${value.sequence} of ${author}, after ${number}`)
    if (value.sequence === number + 1 && value.previous !== (last?.key ?? null))
      problems.push(`${at} breaks its chain`)
    chain.push(message)
    if ((await api.get(key))?.sequence !== sequence) problems.push(`${at} is not found by its id`)
  }
  return { messages, chains }
}

/** Each feed by its own table, and its head; nothing may lack that was not deleted. */
async function readFeeds(api, chains, isGone, problems) {
  for (const id of chains.keys())
    if (api.head(id) === null) problems.push(`${id} has messages and no head`)
  for (const [id, head] of api.heads()) {
    const chain = chains.get(id) ?? []
    const last = chain.at(-1)
    if (last !== undefined && last.feedSequence > head.sequence)
      problems.push(`the head of ${id} is ${head.sequence}, its last message ${last.feedSequence}`)
    if (last?.feedSequence === head.sequence && last.key !== head.id)
      problems.push(`the head of ${id} is another message`)
    const there = new Map(chain.map((message) => [message.feedSequence, message]))
    const own = []
    for await (const batch of api.feed(id)) own.push(...batch)
    if (
      String(own.map(({ sequence }) => sequence)) !== String(chain.map(({ sequence }) => sequence))
    )
      problems.push(`the feed table of ${id} differs from the log`)
    for (let n = 1; n <= head.sequence; n++) {
      if (!there.has(n) && !isGone(id, n)) problems.push(`${id} lacks message ${n}`)
      const isSample = n === 1 || n === head.sequence || n === Math.ceil(head.sequence / 2)
      if (isSample && (await api.atFeed(id, n))?.key !== there.get(n)?.key)
        problems.push(`${id} gives another message ${n} by number`)
    }
  }
}

/** What is superseded is removed in the background, in no hurry. */
async function swept(database) {
  const deadline = performance.now() + SWEEP_MS_MAX
  while ((await garbageLeft(database)) > 0 && performance.now() < deadline)
    await new Promise((resolve) => setTimeout(resolve, 5))
}

/** Every index, entry for entry. */
async function readIndexes(database, { api, definitions }, messages, problems) {
  await swept(database)
  const meta = await indexMeta(database)
  const entries = await indexEntries(database)
  for (const definition of definitions) {
    const { number, version, position } = meta.get(definition.name) ?? {}
    if (version !== definition.version || position !== api.position)
      problems.push(
        `the index ${definition.name} is at ${position} of ${api.position}, version ${version}`,
      )
    const actual = entries.get(number) ?? new Map()
    entries.delete(number)
    const wanted = expectedEntries(definition, messages)
    const terms = new Set([...actual.keys(), ...wanted.keys()])
    const wrong = [...terms].filter((term) => {
      const [a, b] = [actual.get(term) ?? [], wanted.get(term) ?? []]
      const order = definition.order ? [...a].sort() : a
      return String(order) !== String(definition.order ? [...b].sort() : b)
    })
    if (wrong.length > 0)
      problems.push(
        `the index ${definition.name} differs from a rebuilt one in ${wrong.length} of ${terms.size} terms: ${sorted(wrong.map((term) => [term])).slice(0, 3)}`,
      )
  }
  // Other plugins have indexes, too.
  for (const { number } of meta.values()) entries.delete(number)
  if (entries.size > 0)
    problems.push(`entries of superseded indexes are left: numbers ${[...entries.keys()]}`)
}

/**
 * Look at everything.
 *
 * @param {{ api: any, definitions: import('./store.mjs').Definition[] }} store open
 * @param {any} database what is under it
 * @param {object} [options]
 * @param {boolean} [options.isCurrent] the indexes must be current at once, since nothing was defined anew
 * @param {(author: string, sequence: number) => boolean} [options.isGone] whether a message may lack
 * @returns {Promise<{ problems: string[], messages: any[], chains: Map<string, any[]> }>}
 */
export async function inspect(store, database, { isCurrent = true, isGone = () => false } = {}) {
  const { api } = store
  const problems = []
  for (const { name, position, current } of api.indexes()) {
    if (position > api.position) problems.push(`the index ${name} is ahead of the log`)
    if (isCurrent && !current) problems.push(`the index ${name} is behind`)
  }
  await api.indexed()
  const { messages, chains } = await readLog(api, problems)
  await readFeeds(api, chains, isGone, problems)
  const ids = await countRows(database, 'key')
  if (ids !== messages.length) problems.push(`${ids} ids for ${messages.length} messages`)
  await readIndexes(database, store, messages, problems)
  return { problems: problems.slice(0, 3), messages, chains }
}

/** What was asked to be deleted, and what was answered, over all lives of a store. */
export function createDeletions() {
  const asked = new Set()
  const done = new Set()
  const erased = new Map()
  return {
    ask: (author, sequence) =>
      void asked.add(sequence === undefined ? author : `${author} ${sequence}`),
    answer: (author, sequence) => void done.add(`${author} ${sequence}`),
    /** All messages of a feed up to one are deleted. */
    answerAll: (author, upTo) => void erased.set(author, Math.max(upTo, erased.get(author) ?? 0)),
    isGone: (author, sequence) => asked.has(author) || asked.has(`${author} ${sequence}`),
    check(chains) {
      const back = []
      for (const [author, chain] of chains)
        for (const { feedSequence: n } of chain)
          if (done.has(`${author} ${n}`) || n <= (erased.get(author) ?? 0))
            back.push(`${author} ${n} is there, although its deletion was acknowledged`)
      return back.slice(0, 3)
    },
  }
}

/**
 * What was promised of a feed of our own, over all lives of a store.
 *
 * @param {string} id
 */
export function createPromises(id) {
  /** What anybody may have seen, by sequence. */
  const seen = new Map()
  /** What was acknowledged, by sequence. */
  const acknowledged = new Map()
  const problems = []
  const note = (sequence, key) => {
    const known = seen.get(sequence)
    if (known !== undefined && known !== key)
      problems.push(`sequence ${sequence} was used twice: ${known} and ${key}`)
    seen.set(sequence, key)
  }
  return {
    note,
    acknowledge(sequence, key) {
      note(sequence, key)
      acknowledged.set(sequence, key)
    },
    get acknowledged() {
      return acknowledged.size
    },
    /** Compare with what the log holds; gives what is wrong, once. */
    check(chains, isGone = () => false) {
      const chain = new Map((chains.get(id) ?? []).map((m) => [m.feedSequence, m.key]))
      for (const [sequence, key] of seen) {
        const found = chain.get(sequence)
        if (found === key || (found === undefined && isGone(id, sequence))) continue
        // What was offered but is gone would be signed anew: a fork.
        const what = acknowledged.has(sequence) ? 'was acknowledged' : 'others may have'
        problems.push(`message ${sequence}, which ${what}, is ${found ? 'another one' : 'missing'}`)
      }
      for (const [sequence, key] of chain) note(sequence, key)
      return problems.splice(0).slice(0, 3)
    },
  }
}
