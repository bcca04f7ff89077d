// Map-filter-reduce queries, as clients of ssb-query and ssb-backlinks send them: a list of stages, each with one of
// $filter, $map, $reduce, $sort. Everything in a query comes from a client and everything it meets from strangers, so
// only own properties are looked at.
import { QueryError } from './errors.ts'
import { isObject, own, pathOf, type Take } from './paths.ts'
import { isTotal, reducer } from './reduce.ts'

type Test = (value: unknown) => boolean

const syntax = (text: string): QueryError => new QueryError('SSB_QUERY_SYNTAX', text, 'Error')

// Order of values of different types, as in the reference's comparison.
const TYPES = ['undefined', 'object', 'boolean', 'number', 'string']

function compare(a: unknown, b: unknown): number {
  const [x, y] = [TYPES.indexOf(typeof a), TYPES.indexOf(typeof b)]
  if (x !== y) return x - y
  if (a === b || isObject(a) || isObject(b)) return 0
  return (a as number) < (b as number) ? -1 : 1
}

const RANGE = ['$gt', '$gte', '$lt', '$lte'] as const

function range(rule: Readonly<Record<string, unknown>>): Test {
  return (value) => {
    if (value === undefined || value === null) return false
    if (Object.hasOwn(rule, '$gt') && !(compare(value, rule['$gt']) > 0)) return false
    if (Object.hasOwn(rule, '$gte') && !(compare(value, rule['$gte']) >= 0)) return false
    if (Object.hasOwn(rule, '$lt') && !(compare(value, rule['$lt']) < 0)) return false
    return !Object.hasOwn(rule, '$lte') || compare(value, rule['$lte']) <= 0
  }
}

function prefix(rule: unknown): Test {
  if (typeof rule === 'string')
    return (value) => typeof value === 'string' && value.startsWith(rule)
  if (!Array.isArray(rule)) return () => false
  return (value) => Array.isArray(value) && rule.every((part, i) => value[i] === part)
}

// Deeper rules than this are refused: they cost stack.
const DEPTH_MAX = 32

/** The test of a $filter. */
export function filterOf(rule: unknown, depth = 0): Test {
  if (depth > DEPTH_MAX) throw syntax('the filter is nested too deeply')
  if (rule === null) return (value) => value === undefined || value === null
  if (typeof rule === 'string' || typeof rule === 'number' || typeof rule === 'boolean')
    return (value) => value === rule
  if (!isObject(rule)) return () => false
  if (Object.hasOwn(rule, '$prefix')) return prefix(rule['$prefix'])
  if (RANGE.some((name) => Object.hasOwn(rule, name))) return range(rule)
  if (Object.keys(rule).some((name) => name.startsWith('$'))) return () => false
  const tests = Object.keys(rule).map((name) => [name, filterOf(rule[name], depth + 1)] as const)
  return (value) => {
    if (value === undefined || value === null) return false
    return tests.every(([name, test]) => test(own(value, name)))
  }
}

/** The function of a $map. */
export function mapOf(rule: unknown, depth = 0): Take {
  if (depth > DEPTH_MAX) throw syntax('the map is nested too deeply')
  const path = pathOf(rule)
  if (path !== null) return path
  if (!isObject(rule)) throw syntax(`unknown function:${JSON.stringify(rule)}`)
  const takes = Object.keys(rule).map((name) => [name, mapOf(rule[name], depth + 1)] as const)
  return (value) => {
    const made: [string, unknown][] = []
    for (const [name, take] of takes) {
      const part = take(value)
      if (part !== undefined) made.push([name, part])
    }
    return made.length === 0 ? undefined : Object.fromEntries(made)
  }
}

/** A query made ready. */
export interface Pipeline {
  /** Feed one item; what comes out at once. */
  push(item: unknown): unknown[]
  /** No more items: what comes out at the end. */
  end(): unknown[]
  /** Whether items come out unchanged. */
  readonly plain: boolean
  /** The rule of the first stage, if it is a filter. */
  readonly first: unknown
}

type Stage = { push(item: unknown): unknown[]; end(): unknown[] }

function stageOf(stage: Readonly<Record<string, unknown>>): Stage {
  const [name = ''] = Object.keys(stage)
  const rule = stage[name]
  if (name === '$filter') {
    const test = filterOf(rule)
    return { push: (item) => (test(item) ? [item] : []), end: () => [] }
  }
  if (name === '$map') {
    const take = mapOf(rule)
    return {
      push(item) {
        const made = take(item)
        return made ? [made] : []
      },
      end: () => [],
    }
  }
  if (name === '$reduce') return reducer(rule)
  // The order comes from the index that is walked.
  if (name === '$sort') return { push: (item) => [item], end: () => [] }
  throw syntax(`unknown function:${name}`)
}

/**
 * Make a query ready.
 *
 * @throws {@link QueryError} with code `SSB_QUERY_SYNTAX`.
 */
export function pipeline(query: unknown): Pipeline {
  const list = query === undefined || query === null ? [] : Array.isArray(query) ? query : [query]
  const rules = list.filter((stage: unknown): stage is Readonly<Record<string, unknown>> => {
    if (!stage) return false
    if (!isObject(stage)) throw syntax(`unknown function:${String(stage)}`)
    return Object.keys(stage).length > 0
  })
  const stages = rules.map(stageOf)
  const flow = (items: readonly unknown[], from: number): unknown[] =>
    stages
      .slice(from)
      .reduce<unknown[]>((now, stage) => now.flatMap((x) => stage.push(x)), [...items])
  return {
    plain: rules.every((rule) => '$filter' in rule || '$sort' in rule),
    first: rules[0]?.['$filter'],
    push: (item) => flow([item], 0),
    end() {
      const last = stages.flatMap((stage, i) => flow(stage.end(), i + 1))
      // COMPAT: what has no path to group by comes out of ssb-query value by value, without the names.
      return isTotal(rules.at(-1)?.['$reduce'])
        ? last.flatMap((item) => Object.values(item as object))
        : last
    },
  }
}
