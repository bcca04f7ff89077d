// Recorded calls: {fn, args, result | throws}, as the reference answered them.
import { isDeepStrictEqual } from 'node:util'

/** A JSON form of a value: `$hex` bytes, `$undefined`, `$number`. */
export function revive(json) {
  if (Array.isArray(json)) return json.map(revive)
  if (typeof json !== 'object' || json === null) return json
  if ('$hex' in json) return Buffer.from(json.$hex, 'hex')
  if ('$undefined' in json) return undefined
  if ('$number' in json) return Number(json.$number)
  if ('$zeros' in json) return Buffer.alloc(json.$zeros)
  return Object.fromEntries(Object.entries(json).map(([name, value]) => [name, revive(value)]))
}

/** True for an entry whose result JSON cannot hold. */
export const isOpaque = (entry) => /"\$(function|regexp)"/.test(JSON.stringify(entry))

/** The same value, whatever kind of byte array it holds and whatever its prototype. */
export function plain(value) {
  if (value instanceof Uint8Array) return `bytes:${Buffer.from(value).toString('hex')}`
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, plain(item)]))
}

/** Deep equality over plain forms. */
export const same = (a, b) => isDeepStrictEqual(plain(a), plain(b))

/**
 * Play recorded calls to our functions of the same names.
 *
 * @param {readonly any[]} entries
 * @param {Record<string, unknown>} ours
 * @param {{ skip?: (entry: any) => boolean, refuse?: 'throw' | 'null' }} [options] `refuse`: how ours says no where
 *   the reference throws
 */
export function* replay(entries, ours, { skip = () => false, refuse = 'throw' } = {}) {
  for (const [index, entry] of entries.entries()) {
    if (isOpaque(entry) || skip(entry)) continue
    const name = `#${index} ${entry.fn}(${JSON.stringify(entry.args).slice(1, 60)})`
    const fn = ours[entry.fn]
    if (typeof fn !== 'function') {
      yield { name, ok: false, detail: `${entry.fn} is not exported` }
      continue
    }
    let outcome
    try {
      outcome = { result: fn(...revive(entry.args)) }
    } catch (error) {
      outcome = { throws: String(error) }
    }
    const ok =
      'throws' in entry
        ? 'throws' in outcome || (refuse === 'null' && outcome.result === null)
        : 'result' in outcome && same(outcome.result, revive(entry.result))
    yield {
      name,
      ok,
      detail: ok
        ? undefined
        : `gave ${JSON.stringify(plain(outcome))?.slice(0, 200)}, not ${JSON.stringify(entry.result ?? entry.throws)?.slice(0, 200)}`,
    }
  }
}
