import { QueryError } from './errors.ts'
import { pathOf, type Take } from './paths.ts'

type Fold = (before: unknown, value: unknown) => unknown

interface Stage {
  push(item: unknown): unknown[]
  end(): unknown[]
}

const FOLDS: Readonly<Record<string, Fold>> = {
  $count: (before) => ((before as number | undefined) ?? 0) + 1,
  $sum: (before, value) => ((before as number | undefined) ?? 0) + (Number(value) || 0),
  $min: (before, value) =>
    value === undefined || (before !== undefined && (before as number) <= (value as number))
      ? before
      : value,
  $max: (before, value) =>
    value === undefined || (before !== undefined && (before as number) >= (value as number))
      ? before
      : value,
  $first: (before, value) => before ?? value,
  $last: (before, value) => value ?? before,
  $collect: (before, value) => {
    if (value === undefined) return before
    const list = (before as unknown[] | undefined) ?? []
    list.push(value)
    return list
  },
}

const isObject = (x: unknown): x is Readonly<Record<string, unknown>> =>
  typeof x === 'object' && x !== null && !Array.isArray(x)

/** A single fold, such as `{$sum: ['value', 'x']}`. */
function foldOf(rule: unknown): Fold | null {
  if (!isObject(rule)) return null
  const [name = ''] = Object.keys(rule)
  const fold = Object.hasOwn(FOLDS, name) ? FOLDS[name] : undefined
  if (fold === undefined) return null
  const take = pathOf(rule[name])
  if (take === null) throw bad(rule)
  return (before, value) => fold(before, take(value))
}

const bad = (rule: unknown): QueryError =>
  new QueryError('SSB_QUERY_SYNTAX', `unknown function:${JSON.stringify(rule)}`, 'Error')

/** Whether a rule has names for folds, and no path to group by. */
export const isTotal = (rule: unknown): boolean =>
  isObject(rule) &&
  foldOf(rule) === null &&
  !Object.hasOwn(rule, '$group') &&
  Object.values(rule).every((part) => foldOf(part) !== null)

/** The stage of a $reduce. What it makes comes out at the end. */
export function reducer(rule: unknown): Stage {
  const single = foldOf(rule)
  if (single !== null) {
    let state: unknown
    return {
      push(item) {
        state = single(state, item)
        return []
      },
      end: () => (state === undefined ? [] : [state]),
    }
  }
  if (!isObject(rule)) throw bad(rule)
  if (Array.isArray(rule['$group'])) return nested(rule['$group'], rule['$reduce'])
  return grouped(rule)
}

/** An object of paths and folds: one object for each combination of the paths' values. */
function grouped(rule: Readonly<Record<string, unknown>>): Stage {
  const paths: [string, Take][] = []
  const folds: [string, Fold][] = []
  for (const [name, part] of Object.entries(rule)) {
    if (name.startsWith('$')) throw bad(rule)
    const fold = foldOf(part)
    const path = fold === null ? pathOf(part) : null
    if (fold !== null) folds.push([name, fold])
    else if (path !== null) paths.push([name, path])
    else throw bad(part)
  }
  const groups = new Map<string, { readonly named: unknown[]; readonly states: unknown[] }>()
  return {
    push(item) {
      const named = paths.map(([, take]) => take(item))
      const id = JSON.stringify(named)
      let group = groups.get(id)
      if (group === undefined) {
        group = { named, states: [] }
        groups.set(id, group)
      }
      for (const [i, [, fold]] of folds.entries()) group.states[i] = fold(group.states[i], item)
      return []
    },
    end: () =>
      [...groups.values()].map(({ named, states }) =>
        Object.fromEntries([
          ...paths.map(([name], i) => [name, named[i]] as const),
          ...folds.map(([name], i) => [name, states[i]] as const),
        ]),
      ),
  }
}

type Tree = Map<string, Tree | { state: unknown }>

/** `{$group: [paths], $reduce}`: objects in objects, by the values of the paths. */
function nested(list: readonly unknown[], rule: unknown): Stage {
  const fold = foldOf(rule)
  const takes = list.map(pathOf)
  if (fold === null || takes.some((take) => take === null))
    throw bad({ $group: list, $reduce: rule })
  const root: Tree = new Map()
  const plain = (tree: Tree): unknown =>
    Object.fromEntries(
      [...tree].map(([name, below]) => [name, below instanceof Map ? plain(below) : below.state]),
    )
  return {
    push(item) {
      let tree = root
      for (const [i, take] of takes.entries()) {
        const name = String((take as Take)(item))
        const below = tree.get(name)
        if (i === takes.length - 1) {
          const leaf = below instanceof Map || below === undefined ? { state: undefined } : below
          leaf.state = fold(leaf.state, item)
          tree.set(name, leaf)
        } else if (below instanceof Map) tree = below
        else {
          const made: Tree = new Map()
          tree.set(name, made)
          tree = made
        }
      }
      return []
    },
    end: () => (root.size === 0 ? [] : [plain(root)]),
  }
}
