import type { FeedId } from '@scuttlebot/ssb-ref'
import { type Event, event } from './hooks.ts'

/**
 * What is asked of the policy.
 *
 * | kind | `from` | `to` | question |
 * |---|---|---|---|
 * | `connect` | us | the peer | may we be connected? |
 * | `replicate` | us | the feed | do we want its messages? |
 * | `serve` | the peer | the feed | may it have that feed's messages from us? |
 * | `show` | us | the author | do we show its messages to our owner? |
 */
export type PolicyKind = 'connect' | 'replicate' | 'serve' | 'show'

/** Every answer carries its reason: a sentence for people. */
export interface PolicyAnswer {
  readonly allow: boolean
  readonly reason: string
}

/** One that may answer; `undefined` passes the question on. Must be cheap: it is asked for every feed and peer. */
export type PolicyJudge = (from: FeedId, to: FeedId) => PolicyAnswer | undefined

/** Which judge answered what. */
export interface PolicyExplained extends PolicyAnswer {
  readonly judge: string
}

/** Who may do what, decided in one place. */
export interface Policy {
  /** The first judge that knows answers. */
  ask(kind: PolicyKind, from: FeedId, to: FeedId): PolicyExplained
  /** All four questions for a pair, with the judge that answered each. */
  explain(from: FeedId, to: FeedId): Readonly<Record<PolicyKind, PolicyExplained>>
  /** Add a judge: lower `order` is asked first, equal orders as added. Returns the way to remove it. */
  add(kind: PolicyKind, name: string, order: number, judge: PolicyJudge): () => void
  /** Answers may have changed: of one kind (or all, `null`), about one feed (or all, `null`). */
  readonly changed: Event<[kind: PolicyKind | null, feed: FeedId | null]>
}

/** What holds when no judge answers. */
const DEFAULTS: Readonly<Record<PolicyKind, PolicyAnswer>> = {
  connect: { allow: true, reason: 'nothing forbids the connection' },
  replicate: { allow: false, reason: 'nobody asked for this feed' },
  serve: { allow: true, reason: 'public feeds are served' },
  show: { allow: true, reason: 'nothing hides this author' },
}

const KINDS = ['connect', 'replicate', 'serve', 'show'] as const

/** Make a policy without judges. `onError` gets what listeners of `changed` throw. */
export function createPolicy(onError?: (error: unknown) => void): Policy {
  type Entry = { readonly name: string; readonly order: number; readonly judge: PolicyJudge }
  const judges: Record<PolicyKind, Entry[]> = { connect: [], replicate: [], serve: [], show: [] }
  const changed = event<[kind: PolicyKind | null, feed: FeedId | null]>(onError)
  const ask = (kind: PolicyKind, from: FeedId, to: FeedId): PolicyExplained => {
    for (const { name, judge } of judges[kind]) {
      const answer = judge(from, to)
      if (answer !== undefined) return { ...answer, judge: name }
    }
    return { ...DEFAULTS[kind], judge: 'default' }
  }
  return {
    ask,
    explain: (from, to) => {
      const answers = KINDS.map((kind) => [kind, ask(kind, from, to)] as const)
      return Object.fromEntries(answers) as Record<PolicyKind, PolicyExplained>
    },
    add(kind, name, order, judge) {
      const list = judges[kind]
      const entry = { name, order, judge }
      const after = list.findIndex((other) => other.order > order)
      list.splice(after < 0 ? list.length : after, 0, entry)
      changed.emit(kind, null)
      return () => {
        const at = list.indexOf(entry)
        if (at < 0) return
        list.splice(at, 1)
        changed.emit(kind, null)
      }
    },
    changed,
  }
}
