import { QueryError } from './errors.ts'

/** Options of the classic streams, as clients write them. */
export interface StreamOptions {
  readonly gt?: number
  readonly gte?: number
  readonly lt?: number
  readonly lte?: number
  readonly reverse?: boolean
  /** Go on with new messages. Default false. */
  readonly live?: boolean
  /** Begin with what is there. Default true. */
  readonly old?: boolean
  /** Emit `{sync: true}` between old and new. Default true. */
  readonly sync?: boolean
  readonly keys?: boolean
  readonly values?: boolean
  /** Old messages at most; negative: all. */
  readonly limit?: number
  /** Open boxed content that is for us. Default false. */
  readonly private?: boolean
}

/** The same, checked and complete. */
export interface Options {
  /** Lowest and highest value of the bound, both inclusive when whole; see `low` and `high` of each stream. */
  readonly gt: number
  readonly gte: number
  readonly lt: number
  readonly lte: number
  readonly reverse: boolean
  readonly live: boolean
  readonly old: boolean
  readonly sync: boolean
  readonly keys: boolean
  readonly values: boolean
  readonly limit: number
  readonly private: boolean
}

/** An error in an option, worded as ssb-db's. */
export function optionError(name: string, type: string): QueryError {
  return new QueryError(
    'SSB_QUERY_USAGE',
    `.0 of param ${name} must be of type "${type}"`,
    'TypeError',
  )
}

type Raw = Readonly<Record<string, unknown>>

function flag(raw: Raw, name: string, otherwise: boolean): boolean {
  const value = raw[name]
  if (value === undefined || value === null) return otherwise
  // COMPAT: numbers are accepted where booleans are asked for.
  if (typeof value !== 'boolean' && typeof value !== 'number') throw optionError(name, 'boolean')
  return Boolean(value)
}

function number(raw: Raw, name: string, otherwise: number): number {
  const value = raw[name]
  if (value === undefined || value === null) return otherwise
  if (typeof value !== 'number') throw optionError(name, 'number')
  return value
}

/**
 * Read the options of a classic stream.
 *
 * @throws {@link QueryError} with code `SSB_QUERY_USAGE`.
 */
export function streamOptions(arg: unknown): Options {
  const raw: Raw = typeof arg === 'object' && arg !== null ? (arg as Raw) : {}
  const limit = number(raw, 'limit', -1)
  return {
    gt: number(raw, 'gt', -Infinity),
    gte: number(raw, 'gte', -Infinity),
    lt: number(raw, 'lt', Infinity),
    lte: number(raw, 'lte', Infinity),
    reverse: flag(raw, 'reverse', false),
    live: flag(raw, 'live', false),
    old: flag(raw, 'old', true),
    sync: flag(raw, 'sync', true),
    keys: flag(raw, 'keys', true),
    values: flag(raw, 'values', true),
    limit: limit < 0 ? Infinity : limit,
    private: flag(raw, 'private', false),
  }
}

/** The options of `createRawLogStream`: as the others, with `seqs` in the place of `keys`. */
export function rawOptions(arg: unknown): Options & { readonly seqs: boolean } {
  const raw: Raw = typeof arg === 'object' && arg !== null ? (arg as Raw) : {}
  return { ...streamOptions(arg), seqs: flag(raw, 'seqs', true) }
}

/** Whether a number lies inside the bounds. */
export function within(options: Options, value: number): boolean {
  return value > options.gt && value >= options.gte && value < options.lt && value <= options.lte
}

/** Bounds on whole numbers as the lowest and the highest that lie inside. */
export function wholeBounds(options: Options): { readonly gte: number; readonly lte: number } {
  return {
    gte: Math.max(Math.floor(options.gt) + 1, Math.ceil(options.gte)),
    lte: Math.min(Math.ceil(options.lt) - 1, Math.floor(options.lte)),
  }
}
