// The way in for messages of others. Callers' batches are gathered into larger ones; several of those are on the way
// at once: one being written, the next ones being verified by the workers. They are committed in the order in which
// they were handed to the validator, so that chains fit.
import type { FeedId } from '@scuttlebot/ssb-ref'
import type { MessageValue, Validator, Verdict, Verified } from '@scuttlebot/ssb-validate'
import type { Core } from './core.ts'
import type { Guard } from './guard.ts'
import { known } from './known.ts'
import { BATCHES_IN_FLIGHT_MAX, VALIDATED_MESSAGES_MAX } from './limits.ts'
import type { AddOptions, AddVerdict } from './store.ts'

type Item = Uint8Array | MessageValue

const MOVED: AddVerdict = {
  ok: false,
  code: 'SSB_STORE_KNOWN',
  reason: 'the feed has moved on meanwhile',
  fatal: false,
}

const UNWANTED: AddVerdict = {
  ok: false,
  code: 'SSB_STORE_UNWANTED',
  reason: 'nobody asked for this feed',
  fatal: false,
}

interface Caller {
  readonly items: readonly Item[]
  readonly wanted: AddOptions['wanted']
  readonly verdicts: AddVerdict[]
  /** Items handed to the validator so far. */
  taken: number
  /** Items without a verdict. */
  left: number
  resolve(verdicts: readonly AddVerdict[]): void
  reject(error: unknown): void
}

interface Part {
  readonly caller: Caller
  /** Where the part begins, in the caller's list. */
  readonly at: number
  readonly count: number
}

/** Makes the function that judges and appends. */
export function createIngest(
  core: Core,
  validator: Validator,
  guard: Guard,
  id: FeedId,
): {
  add(batch: readonly Item[], options?: AddOptions): Promise<readonly AddVerdict[]>
  /** Resolves when nothing is under way. */
  idle(): Promise<void>
} {
  const queue: Caller[] = []
  let inFlight = 0
  let scheduled = false
  let turn: Promise<unknown> = Promise.resolve()
  let whenIdle: (() => void)[] = []

  const take = (): { items: Item[]; parts: Part[] } => {
    const items: Item[] = []
    const parts: Part[] = []
    while (queue[0] !== undefined && items.length < VALIDATED_MESSAGES_MAX) {
      const caller = queue[0]
      const at = caller.taken
      const count = Math.min(caller.items.length - at, VALIDATED_MESSAGES_MAX - items.length)
      for (let i = at; i < at + count; i++) items.push(caller.items[i] as Item)
      parts.push({ caller, at, count })
      caller.taken += count
      if (caller.taken === caller.items.length) queue.shift()
    }
    return { items, parts }
  }

  const hand = (parts: readonly Part[], verdicts: readonly AddVerdict[]): void => {
    let from = 0
    for (const { caller, at, count } of parts) {
      for (let i = 0; i < count; i++) caller.verdicts[at + i] = verdicts[from + i] as AddVerdict
      from += count
      caller.left -= count
      if (caller.left === 0) caller.resolve(caller.verdicts)
    }
  }

  /** `null` for what its caller does not want: not before now is it certain whose message it is. */
  const sift = (
    parts: readonly Part[],
    verdicts: readonly Verdict[],
  ): readonly (Verdict | null)[] => {
    if (parts.every(({ caller }) => caller.wanted === undefined)) return verdicts
    const sifted: (Verdict | null)[] = [...verdicts]
    let from = 0
    for (const { caller, count } of parts) {
      for (let i = from; caller.wanted !== undefined && i < from + count; i++) {
        const verdict = verdicts[i] as Verdict
        if (!verdict.ok || caller.wanted(verdict.message.value.author)) continue
        validator.settle(verdict.message.value.author)
        sifted[i] = null
      }
      from += count
    }
    return sifted
  }

  const append = async (
    items: readonly Item[],
    judged: readonly (Verdict | null)[],
  ): Promise<AddVerdict[]> => {
    const accepted: Verified[] = []
    for (const verdict of judged) if (verdict?.ok) accepted.push(verdict.message)
    const written = accepted.length > 0 ? await core.commit(accepted, false) : []
    // What is published next stands on them: they must not be lost before it.
    if (accepted.some(({ value }) => value.author === id)) await core.sync()
    let next = 0
    const answers: AddVerdict[] = []
    for (const [i, verdict] of judged.entries()) {
      if (verdict === null) answers.push(UNWANTED)
      else if (!verdict.ok) answers.push(await known(core, guard, items[i] as Item, verdict))
      else if (written[next++] !== null) {
        const { author, sequence } = verdict.message.value
        if (author === id) guard.appended(sequence, false)
        answers.push(verdict)
      } else {
        // Something else was appended to the feed meanwhile: the validator is to ask for its head again.
        validator.settle(verdict.message.value.author)
        answers.push(MOVED)
      }
    }
    return answers
  }

  const process = async (items: readonly Item[], parts: readonly Part[]): Promise<void> => {
    const verdicts = validator.validate(items)
    const before = turn
    const mine = (async () => {
      const judged = await verdicts
      await before
      const sifted = sift(parts, judged)
      // The commit is queued here, in turn; waiting for it is not part of the turn.
      return { done: append(items, sifted) }
    })()
    turn = mine.catch(() => {})
    try {
      const { done } = await mine
      hand(parts, await done)
    } catch (error) {
      for (const { caller } of parts) caller.reject(error)
    }
    inFlight--
    pump()
  }

  const pump = (): void => {
    scheduled = false
    while (queue.length > 0 && inFlight < BATCHES_IN_FLIGHT_MAX) {
      const { items, parts } = take()
      inFlight++
      void process(items, parts)
    }
    if (inFlight === 0 && queue.length === 0) for (const done of whenIdle.splice(0)) done()
  }

  return {
    add(items, { wanted } = {}) {
      if (items.length === 0) return Promise.resolve([])
      return new Promise((resolve, reject) => {
        queue.push({ items, wanted, verdicts: [], taken: 0, left: items.length, resolve, reject })
        if (scheduled) return
        scheduled = true
        queueMicrotask(pump)
      })
    },
    idle() {
      if (inFlight === 0 && queue.length === 0) return Promise.resolve()
      return new Promise((resolve) => {
        whenIdle = [...whenIdle, resolve]
      })
    },
  }
}
