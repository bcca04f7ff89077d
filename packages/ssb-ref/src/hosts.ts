// What the classic predicates take for a host and a port. They are lax on purpose: see the README's table.

const V4 = /^(?:\d{1,3}\.){3}\d{1,3}/
const V4_ALL = /^(?:\d{1,3}\.){3}\d{1,3}$/
const HEX = /[0-9a-fA-F]/
const V6_GROUPS_MAX = 8
/** Nothing longer fits into eight groups of `v4 hex{4} ::` between two `::`. */
const V6_LENGTH_MAX = 172

const DOMAIN_LENGTH_MAX = 253
const LABEL_LENGTH_MAX = 63
const TLD = /^(?:xn--)?[a-z0-9]+$/i
const LABEL = /^[a-z0-9_-]+$/i

/** The classic bound: one more than there are ports. COMPAT: ssb-ref 2.16, held by `test/classic.test.ts`. */
const CLASSIC_PORT_MAX = 65536
const PORT_MAX = 65535

/** Ends of one group (optional dotted quad, up to four hexadecimal digits, up to two colons) from `start`. */
function groupEnds(text: string, start: number, ends: Set<number>): void {
  const quad = V4.exec(text.slice(start))?.[0].length ?? 0
  // A dotted quad may end after fewer digits, the rest being read as hexadecimal digits.
  const starts =
    quad === 0 ? [0] : [0, quad, quad - 1, quad - 2].filter((n) => isQuad(text, start, n))
  for (const skip of starts)
    for (let hex = 0; hex <= 4; hex++) {
      const at = start + skip + hex
      if (hex > 0 && !HEX.test(text.charAt(at - 1))) break
      ends.add(at)
      if (text[at] !== ':') continue
      ends.add(at + 1)
      if (text[at + 1] === ':') ends.add(at + 2)
    }
}

const isQuad = (text: string, start: number, length: number): boolean =>
  length === 0 || V4_ALL.test(text.slice(start, start + length))

/**
 * COMPAT: the IPv6 form of ssb-ref 2.16 (npm `ip`): one to eight groups, each possibly empty, so that the empty
 * text and `beef` pass. Walks sets of positions, as the equivalent regular expression backtracks badly.
 */
function isV6(text: string): boolean {
  if (text.length > V6_LENGTH_MAX) return false
  let reached = new Set(text.startsWith('::') ? [0, 2] : [0])
  for (let group = 0; group < V6_GROUPS_MAX; group++) {
    const next = new Set<number>(reached)
    for (const at of reached) groupEnds(text, at, next)
    if (next.size === reached.size) break
    reached = next
  }
  return reached.has(text.length) || (text.endsWith('::') && reached.has(text.length - 2))
}

/** COMPAT: the dotted quad is not checked for range: `999.1.1.1` passes. */
function isIp(text: string): boolean {
  return V4_ALL.test(text) || isV6(text)
}

function isLabel(label: string, last: boolean): boolean {
  if (label.length > LABEL_LENGTH_MAX || !LABEL.test(label)) return false
  if (label.startsWith('-') || label.endsWith('-') || (last && label.includes('_'))) return false
  return label.split('--').length === label.split('xn--').length
}

/** An ASCII domain name of at least two labels; a dot at the end is allowed. */
function isDomain(text: string): boolean {
  const name = text.endsWith('.') ? text.slice(0, -1) : text
  if (name.length > DOMAIN_LENGTH_MAX) return false
  const labels = name.toLowerCase().split('.')
  const tld = labels.pop() ?? ''
  if (labels.length === 0 || !TLD.test(tld) || /^\d+$/.test(tld)) return false
  return labels.every((label, i) => isLabel(label, i === labels.length - 1))
}

/** The classic host: address, domain name or `localhost`, with `ws://` or `wss://` before it or not. */
export function isHost(x: unknown): x is string {
  if (typeof x !== 'string') return false
  const host = x.replace(/^wss?:\/\//, '')
  return isIp(host) || isDomain(host) || host === 'localhost'
}

/** The classic port: any integer up to 65536, negative ones included. */
export function isClassicPort(x: unknown): x is number {
  return typeof x === 'number' && Number.isInteger(x) && x <= CLASSIC_PORT_MAX
}

/** A TCP port, 0 to 65535; 0 is what a server asks for that wants any port. */
export function isPort(x: unknown): x is number {
  return typeof x === 'number' && Number.isInteger(x) && x >= 0 && x <= PORT_MAX
}

/**
 * Whether a host can be reached from this machine only: `localhost`, `::1` (bracketed or not), `127.0.0.0/8`. Never
 * throws; `false` for whatever is not a text.
 */
export function isLoopback(host: unknown): boolean {
  if (typeof host !== 'string') return false
  const bare = host.replace(/^\[(.*)\]$/, '$1').toLowerCase()
  return bare === 'localhost' || bare === '::1' || (bare.startsWith('127.') && V4_ALL.test(bare))
}
