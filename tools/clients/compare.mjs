// When two answers are the same: ids have names, or numbers in the order in which they appear; times and signatures a word.

const IDS = /[@%&][A-Za-z0-9+/]{43}=\.(?:ed25519|sha256)/g
const KEYS = /(?<![A-Za-z0-9+/@%&])[A-Za-z0-9+/]{43}=(?![A-Za-z0-9+/.=])/g
/** Milliseconds since 1970 of our days, with or without a fraction. */
const isTime = (item) => item > 1.5e12 && item < 3e12

/**
 * An answer without what must differ between two servers.
 *
 * @param {unknown} value
 * @param {Record<string, string>} known what ids are called
 * @param {Record<string, string>} [words] texts that stand for others, such as ports and folders
 */
export function normalise(value, known, words = {}) {
  const names = new Map(Object.entries(known))
  let count = 0
  const label = (id) => {
    if (!names.has(id)) names.set(id, `${id[0]}${++count}`)
    return names.get(id)
  }
  const text = (item) => {
    if (item.endsWith('.sig.ed25519')) return 'signature'
    if (/^[A-Za-z0-9+/]+=*\.box$/.test(item)) return 'boxed'
    // What opens one message: 33 bytes.
    if (/^[A-Za-z0-9+/]{44}$/.test(item)) return 'message key'
    // A receive time may have a fraction, which takes some bytes.
    let plain = item.replace(/Current size is \d+/, 'Current size is N')
    for (const [word, name] of Object.entries(words)) plain = plain.replaceAll(word, name)
    // A bare key is that of a feed.
    return plain
      .replaceAll(IDS, label)
      .replaceAll(KEYS, (key) => `key of ${label(`@${key}.ed25519`)}`)
  }
  const walk = (item) => {
    if (typeof item === 'string') return text(item)
    if (typeof item === 'number') return isTime(item) ? 'time' : item
    if (Buffer.isBuffer(item)) return `${item.length} bytes`
    if (Array.isArray(item)) return item.map(walk)
    if (typeof item !== 'object' || item === null) return item
    return Object.fromEntries(
      Object.entries(item)
        .filter(([, part]) => part !== undefined)
        .map(([key, part]) => [text(key), walk(part)])
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    )
  }
  return walk(value)
}

/** What an answer is made of, without its values. */
export function shapeOf(item) {
  if (Array.isArray(item)) return item.length === 0 ? [] : [shapeOf(item[0])]
  if (item === null) return null
  if (typeof item !== 'object') return item === 'time' ? 'number' : typeof item
  return Object.fromEntries(Object.entries(item).map(([key, part]) => [key, shapeOf(part)]))
}

/**
 * Where `ours` has not all that `theirs` has, as a path; `null` when it has. More is no difference.
 *
 * @returns {string | null}
 */
export function missing(theirs, ours, path = '') {
  if (theirs === null) return ours === null ? null : `${path} is no null`
  if (Array.isArray(theirs)) {
    if (!Array.isArray(ours)) return `${path} is no list`
    return theirs.length === 0 || ours.length === 0
      ? null
      : missing(theirs[0], ours[0], `${path}[]`)
  }
  if (typeof theirs !== 'object')
    return theirs === ours ? null : `${path} is ${JSON.stringify(ours)}, not ${theirs}`
  if (typeof ours !== 'object' || ours === null || Array.isArray(ours))
    return `${path} is no object`
  for (const [key, part] of Object.entries(theirs)) {
    if (!Object.hasOwn(ours, key)) return `${path}.${key} is missing`
    const found = missing(part, ours[key], `${path}.${key}`)
    if (found !== null) return found
  }
  return null
}

/** The first place where two texts part, for people. */
export function parting(a, b) {
  const [left, right] = [JSON.stringify(a) ?? 'nothing', JSON.stringify(b) ?? 'nothing']
  let at = 0
  while (at < left.length && left[at] === right[at]) at++
  const cut = (text) => text.slice(Math.max(0, at - 60), at + 140)
  return `reference …${cut(left)}… ours …${cut(right)}…`
}
