// Checking a database that nobody has open: records against themselves, their chains and ids; ids, feeds, heads and
// index entries against the records. Index entries are compared by a sum of hashes over what they should be, so the
// check needs no memory for them.
import { encode, utf8Text } from '@scuttlebot/ssb-encode'
import { messageId, verifyObj } from '@scuttlebot/ssb-keys'
import { keyOfFeedId } from '@scuttlebot/ssb-ref'
import type { MessageValue } from '@scuttlebot/ssb-validate'
import { decodeBlock, decodeFeedBlock, decodeOrderBlock } from './blocks.ts'
import { type Database, ENCODING, entries } from './database.ts'
import { createFeeds, type Feeds } from './feeds.ts'
import type { IndexDefinition, OrderDefinition } from './index-types.ts'
import { type StoredMessage, stored } from './message.ts'
import { bucketOf, orderPrefix } from './order.ts'
import { readRecord, recordIsSound } from './record.ts'
import { repair } from './repair.ts'
import { getU32, getU48, idKey, metaKey, TABLE, tableRange } from './tables.ts'
import { prefixEnd, termPrefix, withSequence } from './terms.ts'

/** Options of a check. */
export interface FsckOptions {
  /** Cut a damaged end of the log, rebuild what is derived from it. */
  readonly repair?: boolean
  /** Check signatures, too: some 50 µs for each message. */
  readonly signatures?: boolean
  readonly hmacKey?: Uint8Array | undefined
}

/** Something that is not as it should be. */
export interface FsckProblem {
  readonly what: 'record' | 'chain' | 'id' | 'feed' | 'head' | 'index' | 'signature'
  /** A sentence. */
  readonly text: string
}

/** What a check has found and done. */
export interface FsckReport {
  /** Sound messages. */
  readonly messages: number
  /** The first hundred. */
  readonly problems: readonly FsckProblem[]
  readonly problemCount: number
  /** What was repaired, in sentences. */
  readonly repaired: readonly string[]
}

/** An index to check: its definition and kind. */
export type CheckedIndex =
  | { readonly order: false; readonly definition: IndexDefinition }
  | { readonly order: true; readonly definition: OrderDefinition }

const PROBLEMS_MAX = 100

/** A sum of hashes: equal for equal sets of entries, in whatever order they come. */
interface Sum {
  count: number
  hash: number
}

function addTo(sum: Sum, key: Uint8Array): void {
  let hash = 0x811c9dc5
  for (const byte of key) hash = Math.imul(hash ^ byte, 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)
  sum.count++
  sum.hash = (sum.hash + (hash ^ (hash >>> 13))) >>> 0
}

interface Watched {
  readonly index: CheckedIndex
  readonly number: number
  readonly position: number
  readonly wanted: Sum
}

/** What the passes have in common. */
interface Check {
  readonly database: Database
  readonly feeds: Feeds
  readonly options: FsckOptions
  /** Log positions of each feed, by feed sequence. */
  readonly positions: Map<number, number[]>
  readonly watched: readonly Watched[]
  /** Whether messages were deleted, so that gaps are no surprise. */
  readonly hasErased: boolean
  messages: number
  /** The first log position that is damaged. */
  cut: number | null
  problem(what: FsckProblem['what'], text: string): void
}

async function watch(database: Database, indexes: readonly CheckedIndex[]): Promise<Watched[]> {
  const watched: Watched[] = []
  for (const index of indexes) {
    const { name, version } = index.definition
    const value = await database.get(metaKey(`index/${name}`), ENCODING)
    if (value === undefined) continue
    const meta = JSON.parse(utf8Text(value)) as {
      number: number
      version: number
      position: number
    }
    if (meta.version !== version) continue
    watched.push({ index, ...meta, wanted: { count: 0, hash: 0 } })
  }
  return watched
}

function want({ index, number, position, wanted }: Watched, message: StoredMessage): void {
  if (message.sequence > position) return
  const { sequence } = message
  if (index.order) {
    const value = index.definition.order(message)
    if (value !== null) addTo(wanted, withSequence(orderPrefix(number, bucketOf(value)), sequence))
    return
  }
  const seen = new Set<string>()
  try {
    index.definition.map(message, (group, detail = '') => {
      const name = `${group.length}:${group}${detail}`
      if (seen.has(name)) return
      seen.add(name)
      addTo(wanted, withSequence(termPrefix(number, group, detail), sequence))
    })
  } catch {
    // As when the entries were made: the terms before the throw stand.
  }
}

/** One record: what is wrong with it, or `null`. */
async function checkRecord(
  check: Check,
  sequence: number,
  record: Uint8Array,
): Promise<string | null> {
  if (!recordIsSound(record)) return 'its checksum does not match'
  const facts = readRecord(record)
  let value: MessageValue
  try {
    value = JSON.parse(utf8Text(facts.bytes)) as MessageValue
  } catch {
    return 'it is no JSON'
  }
  const message = stored(sequence, value.author, record, undefined, value)
  if (messageId(encode(value)) !== message.key) return 'its id is not that of its content'
  if (value.sequence !== facts.feedSequence) return 'its sequence is not that of its content'
  const positions = check.positions.get(facts.feed) ?? []
  check.positions.set(facts.feed, positions)
  if (positions.length > facts.feedSequence) return 'its feed is there already up to this sequence'
  const before = positions[facts.feedSequence - 1]
  if (before === undefined && facts.feedSequence > 1 && !check.hasErased)
    return 'the message before it is missing'
  positions[facts.feedSequence] = sequence
  if (check.options.signatures === true && !isSigned(value, check.options.hmacKey))
    check.problem('signature', `message ${sequence} (${message.key}) has no valid signature`)
  for (const one of check.watched) want(one, message)
  const place = await check.database.get(idKey(facts.id), ENCODING)
  if (place === undefined || getU48(place, 0) !== sequence)
    check.problem('id', `the id of message ${sequence} (${message.key}) does not lead to it`)
  const known = check.feeds.byNumber(facts.feed)
  if (known?.id !== value.author)
    check.problem('head', `the feed of message ${sequence} is not known as ${value.author}`)
  return null
}

function isSigned(value: MessageValue, hmacKey: Uint8Array | undefined): boolean {
  try {
    const keys = { curve: 'ed25519', public: keyOfFeedId(value.author) }
    return hmacKey === undefined ? verifyObj(keys, value) : verifyObj(keys, hmacKey, value)
  } catch {
    return false
  }
}

async function checkLog(check: Check): Promise<void> {
  let expected = 0
  for await (const batch of entries(check.database, tableRange(TABLE.log), 500))
    for (const [key, record] of batch) {
      const sequence = getU48(key, 1)
      if (check.cut !== null) continue
      if (sequence !== expected && !check.hasErased)
        check.problem('chain', `the log has no message ${expected}, but message ${sequence}`)
      expected = sequence + 1
      const wrong = await checkRecord(check, sequence, record)
      if (wrong === null) check.messages++
      else {
        check.cut = sequence
        check.problem('record', `message ${sequence} is damaged: ${wrong}`)
      }
    }
}

async function checkIds(check: Check): Promise<void> {
  let count = 0
  for await (const batch of entries(check.database, tableRange(TABLE.key), 1000))
    count += batch.length
  if (count !== check.messages)
    check.problem('id', `there are ${count} ids for ${check.messages} messages`)
}

async function checkFeeds(check: Check): Promise<void> {
  const found = new Map<number, number>()
  for await (const batch of entries(check.database, tableRange(TABLE.feed), 500))
    for (const [key, value] of batch) {
      const feed = getU32(key, 1)
      const first = getU48(key, 5)
      const positions = check.positions.get(feed)
      for (const [i, sequence] of decodeFeedBlock(value).entries()) {
        const there = positions?.[first + i]
        if (there === sequence) found.set(feed, (found.get(feed) ?? 0) + 1)
        else if (there !== undefined || !check.hasErased)
          check.problem('feed', `feed ${feed} has message ${first + i} at a wrong position`)
      }
    }
  for (const [feed, positions] of check.positions) {
    const count = positions.filter((sequence) => sequence !== undefined).length
    if (found.get(feed) !== count)
      check.problem('feed', `feed ${feed} lists ${found.get(feed) ?? 0} of ${count} messages`)
    const head = check.feeds.byNumber(feed)?.head
    const last = positions.length - 1
    if (!head || head.sequence < last || (head.sequence > last && !check.hasErased))
      check.problem('head', `the head of feed ${feed} is ${head?.sequence ?? 0}, not ${last}`)
  }
}

async function checkIndex(
  check: Check,
  { index, number, position, wanted }: Watched,
): Promise<boolean> {
  const actual: Sum = { count: 0, hash: 0 }
  const table = index.order ? TABLE.order : TABLE.posting
  const prefix = Uint8Array.of(table, number >>> 8, number)
  const range = { gte: prefix, lt: prefixEnd(prefix) }
  for await (const batch of entries(check.database, range, 500))
    for (const [key, value] of batch) {
      const first = getU48(key, key.length - 6)
      const term = new Uint8Array(key.subarray(0, key.length - 6))
      const list = index.order
        ? decodeOrderBlock(value, first).map(({ sequence }) => sequence)
        : decodeBlock(value, first)
      for (const sequence of list) addTo(actual, withSequence(term, sequence))
    }
  if (actual.count === wanted.count && actual.hash === wanted.hash) return true
  const { name } = index.definition
  check.problem(
    'index',
    `index ${name} has ${actual.count} entries up to message ${position}, rebuilt it would have ${wanted.count}`,
  )
  return false
}

/** Check a database, and repair it if asked. Nobody else may have it open. */
export async function fsck(
  database: Database,
  indexes: readonly CheckedIndex[],
  options: FsckOptions = {},
): Promise<FsckReport> {
  await database.open()
  try {
    const feeds = createFeeds()
    await feeds.load(database)
    const problems: FsckProblem[] = []
    let problemCount = 0
    let hasErased = false
    for (const name of ['audit/', 'erasing/']) {
      const range = { gte: metaKey(name), lt: prefixEnd(metaKey(name)), limit: 1 }
      for await (const found of entries(database, range, 1)) hasErased ||= found.length > 0
    }
    const check: Check = {
      database,
      feeds,
      options,
      positions: new Map(),
      watched: await watch(database, indexes),
      hasErased,
      messages: 0,
      cut: null,
      problem(what, text) {
        problemCount++
        if (problems.length < PROBLEMS_MAX) problems.push({ what, text })
      },
    }
    await checkLog(check)
    await checkIds(check)
    await checkFeeds(check)
    const derived = problemCount
    const wrong: string[] = []
    for (const one of check.watched)
      if (check.cut !== null || !(await checkIndex(check, one)))
        wrong.push(one.index.definition.name)
    const repaired =
      options.repair === true && problemCount > 0
        ? await repair(database, { cut: check.cut, derived: derived > 0, indexes: wrong })
        : []
    return { messages: check.messages, problems, problemCount, repaired }
  } finally {
    await database.close()
  }
}
