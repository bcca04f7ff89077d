// Checking a database that nobody has open: records against themselves, their chains and ids; ids, feeds, heads and
// index entries against the records; the mark of the own feed against its end. What is damaged is found feed by feed,
// so that a repair cuts those feeds and no others.
import { encode, utf8Text } from '@scuttlebot/ssb-encode'
import { messageId, verifyObj } from '@scuttlebot/ssb-keys'
import { type FeedId, keyOfFeedId, type MsgId } from '@scuttlebot/ssb-ref'
import type { MessageValue } from '@scuttlebot/ssb-validate'
import { type Audit, hasAudit, readAudit } from './audit.ts'
import { decodeFeedBlock } from './blocks.ts'
import { type Database, ENCODING, entries } from './database.ts'
import { createFeeds, type Feeds } from './feeds.ts'
import { type CheckedIndex, checkIndex, type Watched, want, watch } from './fsck-indexes.ts'
import type { Mark } from './marks.ts'
import { stored } from './message.ts'
import { readRecord, recordIsSound } from './record.ts'
import { type Cut, type Lost, repair } from './repair.ts'
import { getU32, getU48, idKey, logKey, TABLE, tableRange } from './tables.ts'

/** Options of a check. */
export interface FsckOptions {
  /** Take out what is damaged, cut the feeds that are left with gaps, build anew what is derived from the log. */
  readonly repair?: boolean
  /** Check signatures, too: some 50 µs for each message. */
  readonly signatures?: boolean
  readonly hmacKey?: Uint8Array | undefined
  /** Called now and then: messages checked, and log positions in all. */
  progress?(done: number, total: number): void
}

/** What the store knows besides the database. */
export interface FsckSurroundings {
  readonly indexes: readonly CheckedIndex[]
  /** The own feed: what is whole of it is never cut. */
  readonly own?: FeedId
  /** What was kept of its end outside the log. */
  readonly mark?: Mark | null
  /** Milliseconds since 1970; for the audit records of a repair. */
  readonly time?: number
}

/** Something that is not as it should be. */
export interface FsckProblem {
  readonly what: 'record' | 'chain' | 'id' | 'feed' | 'head' | 'index' | 'signature' | 'mark'
  /** A sentence. */
  readonly text: string
}

/** What a check has found and done. */
export interface FsckReport {
  /** Sound messages. */
  readonly messages: number
  readonly feeds: number
  /** Names of the indexes that were checked. */
  readonly indexes: readonly string[]
  /** The first hundred. */
  readonly problems: readonly FsckProblem[]
  readonly problemCount: number
  /** What was repaired, in sentences. */
  readonly repaired: readonly string[]
}

const PROBLEMS_MAX = 100

/** A feed as the log has it. */
interface Chain {
  readonly id: FeedId
  /** Log positions by feed sequence. */
  readonly positions: number[]
  sequence: number
  key: MsgId | null
  /** The first message that is missing although it was not deleted; `null`: none is. */
  gap: number | null
  /** Messages of a gap, each time. */
  readonly lost: Lost[]
}

/** What the passes have in common. */
interface Check {
  readonly database: Database
  readonly feeds: Feeds
  readonly options: FsckOptions
  readonly audit: Audit
  readonly chains: Map<number, Chain>
  readonly watched: readonly Watched[]
  /** Whether messages were deleted, so that empty positions are no surprise. */
  readonly hasErased: boolean
  /** Log positions of records that are no messages. */
  readonly damaged: number[]
  messages: number
  problem(what: FsckProblem['what'], text: string): void
}

function chainOf(check: Check, number: number, id: FeedId): Chain {
  const known = check.chains.get(number)
  if (known !== undefined) return known
  const chain: Chain = { id, positions: [], sequence: 0, key: null, gap: null, lost: [] }
  check.chains.set(number, chain)
  return chain
}

/** Note what is missing of a feed before one of its messages, or before its end. */
function noteGap(check: Check, chain: Chain, next: number): void {
  const from = Math.max(chain.sequence, check.audit.erased.get(chain.id) ?? 0) + 1
  for (let lacking = from; lacking < next; lacking++) {
    if (check.audit.isDeleted(chain.id, lacking)) continue
    chain.gap ??= lacking
    const last = chain.lost.at(-1)
    if (last !== undefined && last.sequence + last.count === lacking) last.count++
    else chain.lost.push({ sequence: lacking, count: 1 })
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
  const { key } = message
  if (messageId(encode(value)) !== key) return 'its id is not that of its content'
  const number = facts.feedSequence
  if (value.sequence !== number) return 'its sequence is not that of its content'
  const chain = chainOf(check, facts.feed, value.author)
  if (number <= chain.sequence) return 'its feed is there already up to this sequence'
  noteGap(check, chain, number)
  // COMPAT: the network compares `previous` loosely, so that a list of one id counts as the id.
  if (number === chain.sequence + 1 && chain.key !== null && String(value.previous) !== chain.key) {
    chain.gap ??= number
    check.problem('chain', `message ${sequence} (${key}) does not follow the one before it`)
  }
  chain.sequence = number
  chain.key = key
  chain.positions[number] = sequence
  if (check.options.signatures === true && !isSigned(value, check.options.hmacKey))
    check.problem('signature', `message ${sequence} (${key}) has no valid signature`)
  for (const one of check.watched) want(one, message)
  const place = await check.database.get(idKey(facts.id), ENCODING)
  if (place === undefined || getU48(place, 0) !== sequence)
    check.problem('id', `the id of message ${sequence} (${key}) does not lead to it`)
  if (check.feeds.byNumber(facts.feed)?.id !== value.author)
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

async function endOf(database: Database): Promise<number> {
  const last = { ...tableRange(TABLE.log), reverse: true, limit: 1, values: false }
  for await (const [entry] of entries(database, last, 1))
    if (entry !== undefined) return getU48(entry[0], 1)
  return -1
}

async function checkLog(check: Check, end: number): Promise<void> {
  let expected = 0
  for await (const batch of entries(check.database, tableRange(TABLE.log), 500)) {
    for (const [key, record] of batch) {
      const sequence = getU48(key, 1)
      if (sequence !== expected && !check.hasErased)
        check.problem('record', `the log has no message ${expected}, but message ${sequence}`)
      expected = sequence + 1
      const wrong = await checkRecord(check, sequence, record)
      if (wrong === null) check.messages++
      else {
        check.damaged.push(sequence)
        check.problem('record', `message ${sequence} is damaged: ${wrong}`)
      }
    }
    check.options.progress?.(expected, end + 1)
  }
}

/** Heads against the ends of the feeds; then what is missing is known. */
function checkHeads(check: Check): void {
  for (const { number, id, head } of check.feeds.all()) {
    const chain = chainOf(check, number, id)
    if (head === null) continue
    if (head.sequence > chain.sequence) noteGap(check, chain, head.sequence + 1)
    const isEnd = head.sequence === chain.sequence && head.id !== chain.key
    if (head.sequence < chain.sequence || isEnd)
      check.problem('head', `the head of ${id} is ${head.sequence}, not ${chain.sequence}`)
  }
  for (const [number, { id, sequence, lost }] of check.chains) {
    if (!check.feeds.byNumber(number)) check.problem('head', `the feed ${id} has no head`)
    for (const { sequence: from, count } of lost) {
      const what = count === 1 ? `message ${from}` : `messages ${from} to ${from + count - 1}`
      const more = from < sequence ? ', and has later ones' : ''
      check.problem('chain', `the feed ${id} lacks ${what}${more}`)
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
      const positions = check.chains.get(feed)?.positions
      for (const [i, sequence] of decodeFeedBlock(value).entries()) {
        const there = positions?.[first + i]
        if (there === sequence) found.set(feed, (found.get(feed) ?? 0) + 1)
        else if (there !== undefined || !check.hasErased)
          check.problem('feed', `feed ${feed} has message ${first + i} at a wrong position`)
      }
    }
  for (const [feed, { id, positions }] of check.chains) {
    const count = positions.reduce((sum) => sum + 1, 0)
    const listed = found.get(feed) ?? 0
    if (listed !== count) check.problem('feed', `${id} lists ${listed} of ${count} messages`)
  }
}

async function checkMark(check: Check, own: FeedId, mark: Mark): Promise<void> {
  const entry = check.feeds.byId(own)
  const end = entry?.head?.sequence ?? 0
  if (end < mark.sequence)
    return check.problem(
      'mark',
      `the log ends at message ${end} of your feed, but ${mark.sequence} was published: publishing will be locked until peers have sent the rest back`,
    )
  const at = entry && check.chains.get(entry.number)?.positions[mark.sequence]
  if (at === undefined) return
  const record = await check.database.get(logKey(at), ENCODING)
  if (record === undefined || mark.id === null) return
  if (stored(at, own, record).key !== mark.id)
    check.problem('mark', `message ${mark.sequence} of your feed is another one than was published`)
}

/** What a repair would take out, feed by feed. */
function damageOf(check: Check, own: FeedId | undefined): { cuts: Cut[]; lost: Lost[] } {
  const cuts: Cut[] = []
  let lost: Lost[] = []
  for (const [number, chain] of check.chains) {
    const { id, gap, positions } = chain
    if (gap === null) continue
    if (id === own) lost = chain.lost
    else cuts.push({ number, id, upTo: gap - 1, positions: positions.slice(gap).filter(isThere) })
  }
  return { cuts, lost }
}

const isThere = (position: number | undefined): position is number => position !== undefined

/** Check a database, and repair it if asked. Nobody else may have it open. */
export async function fsck(
  database: Database,
  { indexes, own, mark = null, time = 0 }: FsckSurroundings,
  options: FsckOptions = {},
): Promise<FsckReport> {
  await database.open()
  try {
    const feeds = createFeeds()
    await feeds.load(database)
    const problems: FsckProblem[] = []
    let problemCount = 0
    const check: Check = {
      database,
      feeds,
      options,
      audit: await readAudit(database),
      chains: new Map(),
      watched: await watch(database, indexes),
      hasErased: await hasAudit(database),
      damaged: [],
      messages: 0,
      problem(what, text) {
        problemCount++
        if (problems.length < PROBLEMS_MAX) problems.push({ what, text })
      },
    }
    let end = await endOf(database)
    // The last positions may be of deleted messages: they were given away, too.
    for (const { head } of feeds.all()) end = Math.max(end, head?.logSequence ?? -1)
    await checkLog(check, end)
    checkHeads(check)
    await checkIds(check)
    await checkFeeds(check)
    const derived = problemCount
    const { cuts, lost } = damageOf(check, own)
    const isCut = check.damaged.length + cuts.length + lost.length > 0
    const wrong: string[] = []
    for (const one of check.watched) {
      const text = await checkIndex(database, end, one)
      if (text !== null) check.problem('index', text)
      if (text !== null || isCut) wrong.push(one.index.definition.name)
    }
    const repaired =
      options.repair === true && problemCount > 0
        ? await repair(database, {
            damaged: check.damaged,
            cuts,
            own: own ?? null,
            lost,
            derived: derived > 0,
            indexes: isCut ? null : wrong,
            time,
          })
        : []
    if (own !== undefined && mark !== null) await checkMark(check, own, mark)
    return {
      messages: check.messages,
      feeds: [...check.chains.values()].filter(({ sequence }) => sequence > 0).length,
      indexes: check.watched.map(({ index }) => index.definition.name),
      problems,
      problemCount,
      repaired,
    }
  } finally {
    await database.close()
  }
}
