// Arguments of callers, in every form that the reference takes, judged without trust.
import { type BlobId, isBlobId, parseLink } from '@scuttlebot/ssb-ref'
import { BlobsError, shown } from './errors.ts'
import { IDS_PER_CALL_MAX } from './limits.ts'
import type { BlobRange } from './storage.ts'

/** A blob that a caller asks for. */
export interface Asked {
  readonly id: BlobId
  /** Whether it was asked for by options: the reference has other error texts then. */
  readonly byOptions: boolean
  readonly size: number | undefined
  readonly max: number | undefined
  readonly unbox: string | undefined
}

const usage = (message: string): BlobsError => new BlobsError('SSB_BLOBS_USAGE', message)

const numberOf = (value: unknown, method: string, name: string): number | undefined => {
  if (value === undefined || value === null) return undefined
  if (typeof value === 'number' && value >= 0) return value
  throw usage(`multiblob.${method}: {${name}} must be a number`)
}

/** The argument of `get` and `getSlice`. @throws {@link BlobsError} `SSB_BLOBS_USAGE`. */
export function readAsked(argument: unknown, method: 'get' | 'getSlice'): Asked {
  const mandatory = usage(`multiblob.${method}: {id} is mandatory`)
  if (typeof argument === 'string') {
    const link = readLink(argument)
    if (link === null) throw mandatory
    return { ...link, byOptions: false, size: undefined, max: undefined }
  }
  if (typeof argument !== 'object' || argument === null) throw mandatory
  const { id, key, hash, size, max, unbox } = argument as { readonly [name: string]: unknown }
  const names = [id, key, hash].filter((name) => Boolean(name))
  const link = readLink(names[0])
  if (link === null || names.some((name) => name !== names[0])) throw mandatory
  return {
    id: link.id,
    byOptions: true,
    size: numberOf(size, method, 'size'),
    max: numberOf(max, method, 'max'),
    unbox: typeof unbox === 'string' ? unbox : link.unbox,
  }
}

/** A blob id, or a link with `?unbox=`; null for anything else. */
export function readLink(
  value: unknown,
): { readonly id: BlobId; readonly unbox: string | undefined } | null {
  if (isBlobId(value)) return { id: value, unbox: undefined }
  const link = typeof value === 'string' && value.length < 1000 ? parseLink(value) : undefined
  if (link === undefined || !isBlobId(link.link)) return null
  const unbox = link.query?.['unbox']
  return { id: link.link, unbox: typeof unbox === 'string' ? unbox : undefined }
}

/** `start` and `end` of a slice within a blob of `size` bytes. @throws {@link BlobsError}. */
export function readRange(argument: unknown, size: number): BlobRange {
  const { start, end } = argument as { readonly start?: unknown; readonly end?: unknown }
  const bound = (value: unknown, name: string): number => {
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 0)
      throw usage(`multiblob.getSlice: {${name}} must be a number`)
    return value
  }
  const from = bound(start, 'start')
  const to = bound(end, 'end')
  if (to < from) throw usage('multiblob.getSlice: {end} must not be before {start}')
  return { start: Math.min(from, size), end: Math.min(to, size) }
}

/** Refuse a blob that is not what the caller said. @throws {@link BlobsError} `SSB_BLOBS_SIZE`. */
export function checkSize(asked: Asked, size: number): void {
  const { id, max } = asked
  if ((asked.size === undefined || asked.size === size) && (max === undefined || size <= max))
    return
  // COMPAT: `requested:undefined` when only `max` was given (multiblob 1.13.8; test/get.test.ts).
  const text = `incorrect file length, requested:${asked.size} file was:${size} for file:${id}`
  throw new BlobsError('SSB_BLOBS_SIZE', text)
}

/** One id, as itself or as `{id}`. `word` is how the error calls it. @throws {@link BlobsError}. */
export function readId(value: unknown, word = 'id'): BlobId {
  if (isBlobId(value)) return value
  const inner = typeof value === 'object' && value !== null && 'id' in value ? value.id : undefined
  if (isBlobId(inner)) return inner
  throw usage(`invalid ${word}:${shown(value)}`)
}

/** One id or several, each answered by `answer`. @throws {@link BlobsError} naming the bad one. */
export function eachId<T>(value: unknown, answer: (id: BlobId) => T): T | T[] {
  if (!Array.isArray(value)) return answer(readId(value))
  if (value.length > IDS_PER_CALL_MAX) throw usage(`more than ${IDS_PER_CALL_MAX} ids`)
  return value.map((id) => readId(id)).map(answer)
}
