// Batches of messages over many feeds. For each feed the validator knows two heads:
//
//   sure   the last message whose signature is known to be good
//   ahead  the last message that is right but for its signature, which is being checked elsewhere
//
// A batch is checked against `ahead` at once, so that the next batch can be read while signatures of this one are
// checked. Batches end in the order in which they began. When one ends, and its first message was checked against
// what is now `sure`, and no signature of that feed was bad, then its verdicts stand; otherwise the feed's messages
// are judged again, one after the other, from `sure` on. So the verdicts are always those of judging one by one.

import { verify } from '@scuttlebot/ssb-crypto'
import type { FeedId } from '@scuttlebot/ssb-ref'
import { type Defect, fatal } from './errors.ts'
import { type Claimed, type Memory, type Prepared, prepare, readClaim } from './prepare.ts'
import { Slab } from './slab.ts'
import type { FeedState, MessageValue, SignatureJob, Verdict, Verifier } from './types.ts'
import { inlineVerifier } from './verifier.ts'

/** What a validator is made of. */
export interface ValidatorOptions {
  /** The network's extra key for signatures (`caps.sign`), 32 bytes. */
  readonly hmacKey?: Uint8Array | undefined
  /**
   * The last message of a feed that the caller accepted, or null for a new feed. Asked about once per feed and batch.
   */
  state(feed: FeedId): FeedState | null
  /** Checks signatures; on this thread by default. Should it fail, this thread takes over. */
  readonly verifier?: Verifier | undefined
}

/** Judges messages. */
export interface Validator {
  /**
   * Judge a batch: one verdict per message, in order, each as if judged after the ones before it. Never rejects.
   *
   * Calls may overlap. An accepted message is remembered as its feed's head until `state` answers with it or a
   * later one; so the caller may still be writing when the next batch comes.
   */
  validate(batch: readonly (Uint8Array | MessageValue)[]): Promise<Verdict[]>
  /**
   * Judge here and now. Nothing is remembered: `state` must know of accepted messages before the next call.
   * Must not be mixed with `validate` on the same feed while that is under way.
   */
  validateSync(batch: readonly (Uint8Array | MessageValue)[]): Verdict[]
  /**
   * Forget what is remembered of a feed, or of all: for when accepted messages were not stored after all, or
   * stored ones were deleted.
   */
  settle(feed?: FeedId): void
}

interface Head {
  sure: FeedState | null
  ahead: FeedState | null
  flights: number
}

interface Item {
  readonly claimed: Claimed
  readonly index: number
  outcome: Prepared | Defect
  /** Null until the signature was looked at. */
  good: boolean | null
}

interface Group {
  readonly feed: FeedId
  readonly head: Head
  readonly base: FeedState | null
  readonly items: Item[]
}

// A message keeps the whole piece of memory alive that its bytes stand in, so these pieces are small.
const STORED_BYTES = 64 * 1024
const SIGNED_BYTES = 256 * 1024
const HEADS_MIN = 4096
/** Messages of a batch after which a verifier of other threads gets to work, while this one reads on. */
const SHARE = 256
const BAD_SIGNATURE: Defect = fatal('SSB_VALIDATE_SIGNATURE', 'invalid signature')

const isPrepared = (outcome: Prepared | Defect): outcome is Prepared => 'job' in outcome
const isClaimed = (read: Claimed | Defect): read is Claimed => 'claim' in read
const refused = (defect: Defect): Verdict => ({ ok: false, ...defect })
const isGood = (job: SignatureJob): boolean => verify(job.signature, job.message, job.publicKey)

/**
 * Make a validator.
 *
 * @throws RangeError when the hmac key is not 32 bytes
 */
export function createValidator(options: ValidatorOptions): Validator {
  const { hmacKey } = options
  if (hmacKey !== undefined && hmacKey.length !== 32)
    throw new RangeError(`the hmac key must have 32 bytes, it has ${hmacKey.length}`)
  const verifier = options.verifier ?? inlineVerifier()
  const share = options.verifier === undefined ? Number.POSITIVE_INFINITY : SHARE
  const heads = new Map<FeedId, Head>()
  const stored = new Slab(STORED_BYTES, false)
  const signed = new Slab(SIGNED_BYTES, true, verifier.sharesMemory === true)
  const onTheSpot: Memory = { signed: null, stored }
  const inFlight: Memory = { signed, stored }
  let last: Promise<void> = Promise.resolve()
  let sweepAt = HEADS_MIN

  const newer = (feed: FeedId, known: FeedState | null): FeedState | null => {
    const stored = options.state(feed)
    return known !== null && (stored === null || stored.sequence < known.sequence) ? known : stored
  }

  const headOf = (feed: FeedId): Head => {
    let head = heads.get(feed)
    if (head === undefined) {
      head = { sure: null, ahead: null, flights: 0 }
      heads.set(feed, head)
    }
    if (head.flights === 0) {
      head.sure = newer(feed, head.sure)
      head.ahead = head.sure
    }
    return head
  }

  /** Drop heads that the caller knows, once there are many. */
  const sweep = (): void => {
    if (heads.size < sweepAt) return
    for (const [feed, head] of heads)
      if (head.flights === 0 && (head.sure === null || newer(feed, head.sure) !== head.sure))
        heads.delete(feed)
    sweepAt = Math.max(HEADS_MIN, 2 * heads.size)
  }

  const check = (item: Item, state: FeedState | null, memory: Memory): FeedState | null => {
    item.outcome = prepare(item.claimed, state, hmacKey, memory)
    return isPrepared(item.outcome) ? item.outcome.state : state
  }

  /** One after the other, from what is sure. */
  const judgeAgain = (group: Group): FeedState | null => {
    let state = group.head.sure
    for (const item of group.items) {
      const known = item.good
      const next = check(item, state, onTheSpot)
      if (!isPrepared(item.outcome)) continue
      item.good = known ?? isGood(item.outcome.job)
      if (item.good) state = next
    }
    return state
  }

  const end = (group: Group): void => {
    const { head, items } = group
    const isAsAssumed =
      head.sure?.id === group.base?.id &&
      items.every((item) => item.good === true || !isPrepared(item.outcome))
    if (isAsAssumed) {
      const accepted = items.findLast((item) => isPrepared(item.outcome))
      if (accepted !== undefined) head.sure = (accepted.outcome as Prepared).state
    } else head.sure = judgeAgain(group)
    head.flights--
    if (head.flights === 0) {
      head.ahead = head.sure
      if (head.sure === group.base) heads.delete(group.feed)
    }
  }

  const look = async (waiting: readonly Item[]): Promise<void> => {
    const jobs: SignatureJob[] = []
    for (const { outcome } of waiting) jobs.push((outcome as Prepared).job)
    let answers: readonly boolean[]
    try {
      answers = await verifier.verify(jobs)
    } catch {
      answers = await inlineVerifier().verify(jobs)
    }
    for (let i = 0; i < waiting.length; i++) (waiting[i] as Item).good = answers[i] === true
  }

  /** Read and check everything but signatures, whose check begins meanwhile. */
  const begin = (
    batch: readonly unknown[],
    verdicts: Verdict[],
  ): { groups: Group[]; looks: Promise<void>[] } => {
    const groups = new Map<FeedId, Group>()
    const looks: Promise<void>[] = []
    let waiting: Item[] = []
    for (let index = 0; index < batch.length; index++) {
      const claimed = readClaim(batch[index])
      if (!isClaimed(claimed)) {
        verdicts[index] = refused(claimed)
        continue
      }
      const feed = claimed.author
      let group = groups.get(feed)
      if (group === undefined) {
        const head = headOf(feed)
        head.flights++
        group = { feed, head, base: head.ahead, items: [] }
        groups.set(feed, group)
      }
      const item: Item = { claimed, index, outcome: BAD_SIGNATURE, good: null }
      group.items.push(item)
      group.head.ahead = check(item, group.head.ahead, inFlight)
      if (isPrepared(item.outcome)) waiting.push(item)
      if (waiting.length === share) {
        looks.push(look(waiting))
        waiting = []
      }
    }
    if (waiting.length > 0) looks.push(look(waiting))
    return { groups: [...groups.values()], looks }
  }

  const verdictOf = ({ outcome, good }: Item): Verdict => {
    if (!isPrepared(outcome)) return refused(outcome)
    return good === true ? { ok: true, message: outcome.message } : refused(BAD_SIGNATURE)
  }

  return {
    async validate(batch) {
      const verdicts: Verdict[] = new Array(batch.length)
      const { groups, looks } = begin(batch, verdicts)
      const mark = signed.mark()
      const before = last
      const done = Promise.all(looks)
        .then(() => before)
        .then(() => {
          // Calls end in order, so nothing before the mark belongs to one that is under way.
          signed.release(mark)
          for (const group of groups) end(group)
          sweep()
        })
      last = done
      await done
      for (const { items } of groups)
        for (const item of items) verdicts[item.index] = verdictOf(item)
      return verdicts
    },

    validateSync(batch) {
      const states = new Map<FeedId, FeedState | null>()
      return batch.map((input) => {
        const claimed = readClaim(input)
        if (!isClaimed(claimed)) return refused(claimed)
        const feed = claimed.author
        let state = states.get(feed)
        if (state === undefined) state = newer(feed, heads.get(feed)?.sure ?? null)
        const outcome = prepare(claimed, state, hmacKey, onTheSpot)
        if (!isPrepared(outcome)) {
          states.set(feed, state)
          return refused(outcome)
        }
        const good = isGood(outcome.job)
        states.set(feed, good ? outcome.state : state)
        return good ? { ok: true, message: outcome.message } : refused(BAD_SIGNATURE)
      })
    },

    settle(feed) {
      for (const [known, head] of feed === undefined ? heads : [[feed, heads.get(feed)] as const]) {
        if (head === undefined) continue
        if (head.flights === 0) heads.delete(known)
        else head.sure = options.state(known)
      }
    },
  }
}
