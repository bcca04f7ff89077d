// What must be true of a store whenever it is opened again, whatever happened to it before.
import { load } from '../lib/packages.mjs'
import { countRows, indexEntries, indexMeta } from './raw.mjs'

const { messageId, verifyObj } = await load('ssb-keys')
const { encode } = await load('ssb-encode')

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
  if (messages.length !== api.position + 1)
    problems.push(`the log has ${messages.length} records and ends at position ${api.position}`)
  const chains = new Map()
  let before = -Infinity
  for (const [n, message] of messages.entries()) {
    const { value, key, author } = message
    const at = `position ${message.sequence}`
    if (message.sequence !== n) problems.push(`${at} stands in place ${n}`)
    if (!(message.timestamp > before)) problems.push(`${at} was received before the one before it`)
    before = message.timestamp
    if (messageId(encode(value)) !== key) problems.push(`${at} has another id than its bytes`)
    if (!verified.has(key)) {
      if (verifyObj({ public: author.slice(1) }, value)) verified.add(key)
      else problems.push(`${at} has a bad signature`)
    }
    const chain = chains.get(author) ?? []
    chains.set(author, chain)
    if (value.author !== author || value.sequence !== chain.length + 1)
      problems.push(`${at} is ${value.sequence} of ${value.author}, after ${chain.length}`)
    if (value.previous !== (chain.at(-1)?.key ?? null)) problems.push(`${at} breaks its chain`)
    chain.push(message)
    const found = await api.get(key)
    if (found?.sequence !== n) problems.push(`${at} is not found by its id`)
  }
  return { messages, chains }
}

/** Each feed by its own table, and its head. */
async function readFeeds(api, chains, problems) {
  const heads = new Map(api.heads())
  for (const [id, chain] of chains) {
    const head = heads.get(id)
    if (head?.sequence !== chain.length || head?.id !== chain.at(-1).key)
      problems.push(`the head of ${id} is ${head?.sequence}, its last message ${chain.length}`)
    const own = []
    for await (const batch of api.feed(id)) own.push(...batch)
    const same =
      own.length === chain.length && own.every(({ sequence }, n) => sequence === chain[n].sequence)
    if (!same) problems.push(`the feed table of ${id} differs from the log`)
    for (const n of new Set([1, Math.ceil(chain.length / 2), chain.length]))
      if ((await api.atFeed(id, n))?.key !== chain[n - 1].key)
        problems.push(`${id} has no ${n}th message by number`)
  }
  if (heads.size !== chains.size)
    problems.push(`${heads.size} heads for ${chains.size} feeds that have messages`)
}

/** Every index, entry for entry. */
async function readIndexes(database, definitions, messages, problems) {
  const meta = await indexMeta(database)
  const entries = await indexEntries(database)
  for (const definition of definitions) {
    const { number, version, position } = meta.get(definition.name) ?? {}
    if (version !== definition.version || position !== messages.length - 1)
      problems.push(
        `the index ${definition.name} is at ${position} of ${messages.length - 1}, version ${version}`,
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
  if (entries.size > 0)
    problems.push(`entries of superseded indexes are left: numbers ${[...entries.keys()]}`)
}

/**
 * Look at everything.
 *
 * @param {{ api: any, definitions: import('./store.mjs').Definition[] }} store open
 * @param {any} database what is under it
 * @param {{ isCurrent?: boolean }} [options] the indexes must be current at once, since nothing was defined anew
 * @returns {Promise<{ problems: string[], messages: any[], chains: Map<string, any[]> }>}
 */
export async function inspect({ api, definitions }, database, { isCurrent = true } = {}) {
  const problems = []
  for (const { name, position, current } of api.indexes()) {
    if (position > api.position) problems.push(`the index ${name} is ahead of the log`)
    if (isCurrent && !current) problems.push(`the index ${name} is behind`)
  }
  await api.indexed()
  const { messages, chains } = await readLog(api, problems)
  await readFeeds(api, chains, problems)
  const ids = await countRows(database, 'key')
  if (ids !== messages.length) problems.push(`${ids} ids for ${messages.length} messages`)
  await readIndexes(database, definitions, messages, problems)
  return { problems: problems.slice(0, 5), messages, chains }
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
    check(chains) {
      const chain = chains.get(id) ?? []
      for (const [sequence, key] of acknowledged) {
        const found = chain[sequence - 1]?.key
        if (found === undefined) problems.push(`acknowledged message ${sequence} is missing`)
        else if (found !== key) problems.push(`acknowledged message ${sequence} is another one`)
      }
      // What was offered but is gone would be signed anew: a fork.
      for (const [sequence, key] of seen)
        if (chain[sequence - 1]?.key !== key)
          problems.push(`message ${sequence}, which others may have, is missing or another one`)
      for (const { feedSequence, key } of chain) note(feedSequence, key)
      return problems.splice(0).slice(0, 5)
    },
  }
}
