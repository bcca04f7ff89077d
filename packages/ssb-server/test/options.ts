// Every way to call a method that its help tells of, and some that it does not.
import type { MethodHelp } from '@scuttlebot/ssb-muxrpc'

/** Values that arguments get by their type. */
export interface Known {
  readonly feeds: readonly string[]
  readonly messages: readonly string[]
  readonly types: readonly string[]
  readonly texts: readonly string[]
  readonly clock: object
}

/** More than this many ways of one method are not tried. */
const WAYS_MAX = 512

type Choices = readonly unknown[]

function choicesOf(name: string, type: string, known: Known): Choices {
  if (type === 'boolean') return [false, true]
  if (/feed ?id/i.test(type)) return known.feeds
  if (/msg ?id/i.test(type)) return [...known.messages, ...known.feeds]
  if (type === 'number') return [undefined, 0]
  if (name === 'query' || type === 'array')
    return [[], [{ $filter: { value: { private: true } } }], [{ $map: ['value', 'content'] }]]
  if (name === 'type') return known.types
  if (name === 'source' || name === 'dest') return [undefined, '@', '%', ...known.messages]
  if (type === 'string') return [undefined, ...known.texts]
  return [undefined]
}

/** All options together, in all combinations; where that is too many, numbers and others take turns. */
function objectsOf(args: Readonly<Record<string, { readonly type: string }>>, known: Known) {
  let all: Readonly<Record<string, unknown>>[] = [{}]
  for (const [name, { type }] of Object.entries(args)) {
    const choices = choicesOf(name, type, known)
    if (all.length * choices.length <= WAYS_MAX)
      all = all.flatMap((one) => choices.map((value) => ({ ...one, [name]: value })))
    else all = all.map((one, i) => ({ ...one, [name]: choices[i % choices.length] }))
  }
  return all
}

/** Options that old methods have had for opening what is boxed. */
const HIDDEN = { private: true, decrypt: true, unbox: true, meta: true, raw: true, values: true }

/** The argument lists with which a method is called. */
export function waysOf(help: MethodHelp | undefined, known: Known): unknown[][] {
  const objects = objectsOf(help?.args ?? {}, known)
  const { clock } = known
  const ways: unknown[][] = [[], [{ version: 3, format: 'classic', clock }], [HIDDEN]]
  for (const id of [...known.feeds, ...known.messages, ...known.texts])
    ways.push([id], [id, HIDDEN], [{ ...HIDDEN, id }], [{ ...HIDDEN, id, live: true, sequence: 0 }])
  for (const one of objects) {
    ways.push([one])
    ways.push([{ ...one, ...HIDDEN }])
  }
  const [first] = objects
  if (first !== undefined) ways.push(Object.values(first))
  return ways
}
