import { fromBase64Lenient, toBase64 } from '@scuttlebot/ssb-encode'
import {
  type Address,
  type FeedId,
  feedIdFromKey,
  formatMultiserver,
  isFeedId,
  isKey,
  parseMultiserver,
  parseNetAddress,
} from '@scuttlebot/ssb-ref'

/** An invite code, taken apart. */
export interface InviteCode {
  /** Multiserver address with the seed in it: dialling it makes the guest's key. */
  readonly address: string
  /** The same without the seed. */
  readonly remote: string
  /** Who invites. */
  readonly pub: FeedId
  /** What a `pub` message says of it: host, port and key, or an address where there is no such thing. */
  readonly announced:
    | { readonly host: string; readonly port: number; readonly key: FeedId }
    | string
  /** `#` and what followed it; `null`: nothing. */
  readonly redirect: string | null
}

/** UTF-16 units beyond which a text is not even looked at. */
const CODE_LENGTH_MAX = 2000
const SEED_BYTES = 32
const PORT_MAX = 65_535
const SEED = /^[A-Za-z0-9+/]{43}=$/

/**
 * Read an invite as people paste it: legacy (`host:port:@key.ed25519~seed`, IPv6 with or without
 * brackets) or multiserver form (`net:host:port~shs:key:seed`, `ws://…`), perhaps in quotes,
 * perhaps with a `#redirect`. Total: `null` for anything else.
 */
export function readCode(given: unknown): InviteCode | null {
  const text =
    typeof given === 'object' && given !== null && 'invite' in given ? given.invite : given
  if (typeof text !== 'string' || text.length > CODE_LENGTH_MAX) return null
  const bare = text
    .trim()
    .replace(/^"(.*)"$/s, '$1')
    .trim()
  const hash = bare.indexOf('#')
  const code = hash < 0 ? bare : bare.slice(0, hash)
  const redirect = hash < 0 ? null : bare.slice(hash)
  const parts = readLegacy(code) ?? readMultiserver(code)
  return parts === null ? null : { ...parts, redirect }
}

type Parts = Omit<InviteCode, 'redirect'>

function readLegacy(code: string): Parts | null {
  const [, host = '', digits, pub, text] = /^(.*):(\d{1,5}):(@[^:~]+)~([^~]+)$/.exec(code) ?? []
  const port = Number(digits)
  const seed = canonicalSeed(text)
  if (!isFeedId(pub) || seed === null || port > PORT_MAX) return null
  const bare = host.replace(/^\[(.*)\]$/, '$1')
  if (bare === '' || /[\s~;!]/.test(bare)) return null
  const remote = `${bare.endsWith('.onion') ? 'onion' : 'net'}:${bare}:${port}~shs:${pub.slice(1, -8)}`
  // what looks like an address and is none would only fail later
  if (!isDiallable(remote)) return null
  const announced = { host: bare, port, key: pub }
  return { address: `${remote}:${seed}`, remote, pub, announced }
}

function readMultiserver(code: string): Parts | null {
  const usable: Address[] = []
  let pub: FeedId | null = null
  let seed: string | null = null
  for (const address of parseMultiserver(code) ?? []) {
    const [shs, ...more] = address.transforms
    const key = shs?.data[0]
    const text = canonicalSeed(shs?.data[1])
    if (shs?.name !== 'shs' || more.length > 0 || !isKey(key) || text === null) continue
    if (!isDiallable(formatMultiserver([address]))) continue
    // one invite is of one server, with one seed
    if ((pub !== null && pub !== feedIdFromKey(key)) || (seed !== null && seed !== text)) continue
    pub = feedIdFromKey(key)
    seed = text
    usable.push(address)
  }
  const [first] = usable
  if (first === undefined || pub === null || seed === null) return null
  const key = pub.slice(1, -8)
  const withData = (data: readonly string[]): string | null =>
    formatMultiserver(
      usable.map(({ transport }) => ({
        transport,
        transforms: [{ name: 'shs', data: [...data] }],
      })),
    )
  const address = withData([key, seed])
  const remote = withData([key])
  if (address === null || remote === null) return null
  return { address, remote, pub, announced: announcedAs(first, pub) ?? remote }
}

/** Whether it is an address, and one with a host and a port where it is of TCP. */
function isDiallable(address: string | null): boolean {
  if (address === null || parseMultiserver(address) === null) return false
  return !address.startsWith('net:') || parseNetAddress(address) !== null
}

function announcedAs({ transport }: Address, key: FeedId): InviteCode['announced'] | null {
  if (transport.name !== 'net' && transport.name !== 'onion') return null
  const port = Number(transport.data.at(-1))
  const host = transport.data.slice(0, -1).join(':')
  return host === '' || !Number.isInteger(port) || port > PORT_MAX ? null : { host, port, key }
}

/** COMPAT: ssb-ref takes any 43 characters; 32 bytes come out of them all the same. */
function canonicalSeed(text: string | undefined): string | null {
  if (text === undefined || !SEED.test(text)) return null
  const bytes = fromBase64Lenient(text)
  return bytes.length === SEED_BYTES ? toBase64(bytes) : null
}

/** Whether a host can only be reached from this machine or the network around it. */
export function isPrivateHost(host: string): boolean {
  const bare = host.toLowerCase()
  if (bare === '' || bare === 'localhost' || bare === '::1') return true
  if (/^(?:127|10|192\.168|169\.254|0)\./.test(bare) || bare.endsWith('.local')) return true
  if (/^172\.(?:1[6-9]|2\d|3[01])\./.test(bare)) return true
  return /^(?:fe[89ab]|f[cd])[0-9a-f]{0,2}:/.test(bare)
}
