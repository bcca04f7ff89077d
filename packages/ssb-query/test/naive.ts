// Conditions with what they mean, said a second time and as plainly as possible: functions on what a model knows.
import fc from 'fast-check'
import {
  and,
  author,
  boxed,
  type Condition,
  channel,
  claimed,
  everything,
  hasLink,
  linksTo,
  not,
  or,
  received,
  thread,
  type,
} from '../src/index.ts'

/** A message as the model knows it. */
export interface Known {
  readonly sequence: number
  readonly key: string
  readonly author: string
  readonly feedSequence: number
  readonly timestamp: number
  readonly claimed: number
  readonly content: string | { readonly type: string; readonly [key: string]: unknown }
}

/** A condition, and the same as a function. */
export interface Asked {
  readonly condition: Condition
  readonly holds: (message: Known) => boolean
}

/** What a condition may be about. */
export interface Subjects {
  readonly keys: readonly string[]
  readonly feeds: readonly string[]
  readonly times: readonly number[]
}

export const TYPES = ['post', 'vote', 'contact', 'none'] as const
export const RELATIONS = ['root', 'branch', 'vote', 'mentions', 'contact'] as const

const contentOf = (message: Known): Readonly<Record<string, unknown>> =>
  typeof message.content === 'string' ? {} : message.content

/** Ids that a top-level property points to, in the few forms that the model's writers use. */
function pointed(value: unknown): string[] {
  const list = Array.isArray(value) ? value : [value]
  return list.flatMap((one) => {
    const link = typeof one === 'object' && one !== null ? one.link : one
    return typeof link === 'string' && /^[@%&]/.test(link) ? [link.split('?')[0] as string] : []
  })
}

/** Every text in some content. */
function texts(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(texts) : []
}

const names = (message: Known, target: string): boolean =>
  texts(contentOf(message)).some((text) => text.split('?')[0] === target)

type Make = (subjects: Subjects) => Asked

const pick = <T>(list: readonly T[], at: number): T => list[at % list.length] as T
const leaf: fc.Arbitrary<Make> = fc
  .record({
    kind: fc.nat(10),
    a: fc.nat(1000),
    b: fc.nat(1000),
    name: fc.constantFrom(...TYPES),
    relation: fc.constantFrom(...RELATIONS),
  })
  .map(
    ({ kind, a, b, name, relation }): Make =>
      (subjects) => {
        const key = pick(subjects.keys, a) as `%${string}.sha256`
        const feed = pick(subjects.feeds, a) as `@${string}.ed25519`
        const [from, to] = [pick(subjects.times, a), pick(subjects.times, b)]
        const target = b % 2 === 0 ? key : feed
        const made: readonly Asked[] = [
          { condition: everything(), holds: () => true },
          { condition: type(name), holds: (m) => contentOf(m)['type'] === name },
          { condition: author(feed), holds: (m) => m.author === feed },
          {
            condition: linksTo(relation, target),
            holds: (m) => pointed(contentOf(m)[relation]).includes(target),
          },
          { condition: linksTo(null, target), holds: (m) => names(m, target) },
          {
            condition: hasLink(relation),
            holds: (m) => pointed(contentOf(m)[relation]).length > 0,
          },
          { condition: thread(key), holds: (m) => m.key === key || contentOf(m)['root'] === key },
          {
            condition: channel('some-thing'),
            holds: (m) => contentOf(m)['channel'] === 'Some-Thing' || names(m, '#some-thing'),
          },
          { condition: boxed(), holds: (m) => typeof m.content === 'string' },
          { condition: received(from, to), holds: (m) => m.timestamp >= from && m.timestamp <= to },
          {
            condition: claimed(from, to),
            holds: (m) => {
              const time = Math.min(m.claimed, m.timestamp)
              return time >= from && time <= to
            },
          },
        ]
        return made[kind] as Asked
      },
  )

/** Conditions of every operator, up to three deep. */
export const asked: fc.Arbitrary<Make> = fc.letrec<{ tree: Make }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3 },
    { weight: 3, arbitrary: leaf },
    {
      weight: 1,
      arbitrary: fc.array(tie('tree'), { maxLength: 3 }).map(
        (parts): Make =>
          (subjects) => {
            const of = parts.map((part) => part(subjects))
            const conditions = of.map(({ condition }) => condition)
            return {
              condition: and(...conditions),
              holds: (m) => of.every(({ holds }) => holds(m)),
            }
          },
      ),
    },
    {
      weight: 1,
      arbitrary: fc.array(tie('tree'), { maxLength: 3 }).map(
        (parts): Make =>
          (subjects) => {
            const of = parts.map((part) => part(subjects))
            const conditions = of.map(({ condition }) => condition)
            return { condition: or(...conditions), holds: (m) => of.some(({ holds }) => holds(m)) }
          },
      ),
    },
    {
      weight: 1,
      arbitrary: tie('tree').map(
        (part): Make =>
          (subjects) => {
            const { condition, holds } = part(subjects)
            return { condition: not(condition), holds: (m) => !holds(m) }
          },
      ),
    },
  ),
})).tree
