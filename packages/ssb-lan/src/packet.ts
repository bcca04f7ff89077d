import { secretBox, secretUnbox, verify } from '@scuttlebot/ssb-crypto'
import { concat, fromBase64, parseJson, utf8, utf8TextStrict } from '@scuttlebot/ssb-encode'
import {
  type Address,
  type FeedId,
  feedIdFromKey,
  formatMultiserver,
  isKey,
  keyOfFeedId,
  parseMultiserver,
  parseNetAddress,
} from '@scuttlebot/ssb-ref'
import { PACKET_BYTES_MAX } from './limits.ts'

// Plain, port 8008:    the address as UTF-8 text, nothing else
// Sealed, port 26830:  secretbox({"address": …}, nonce: network key [0..24), key: network key) ‖ signature (64)
//                      tag (16) ‖ ciphertext; the signature is over the two-space JSON of {"address": …}

/** A peer that has announced itself. */
export interface Announcement {
  /** Multiserver address, all alternatives of one key. */
  readonly address: string
  /** Whose address it claims to be. Only a handshake proves it. */
  readonly id: FeedId
  /** Whether that key has signed it. */
  readonly verified: boolean
}

const NONCE_BYTES = 24
const SIGNATURE_BYTES = 64

/** The plain announcement of an address. */
export function formatPlain(address: string): Uint8Array {
  return utf8(address)
}

/** Read a plain announcement. Total: `null` for anything else. */
export function parsePlain(bytes: Uint8Array): Announcement | null {
  if (bytes.length > PACKET_BYTES_MAX) return null
  const text = utf8TextStrict(bytes)
  return text === null ? null : announced(text, false)
}

/** What is signed of a sealed announcement: the JSON of the network's signed objects. */
export function signedBytes(address: string): Uint8Array {
  return utf8(JSON.stringify({ address }, null, 2))
}

/**
 * The sealed announcement of an address.
 *
 * @param networkKey - 32 bytes
 * @param sign - makes the Ed25519 signature (64 bytes) of the address's key
 */
export function formatSealed(
  address: string,
  networkKey: Uint8Array,
  sign: (bytes: Uint8Array) => Uint8Array,
): Uint8Array {
  const plain = utf8(JSON.stringify({ address }))
  const boxed = secretBox(plain, networkKey.subarray(0, NONCE_BYTES), networkKey)
  return concat([boxed, sign(signedBytes(address))])
}

/** Read a sealed announcement. Total: `null` for one of another network, and for anything else. */
export function parseSealed(bytes: Uint8Array, networkKey: Uint8Array): Announcement | null {
  if (bytes.length <= SIGNATURE_BYTES || bytes.length > PACKET_BYTES_MAX) return null
  const boxed = bytes.subarray(0, -SIGNATURE_BYTES)
  const plain = secretUnbox(boxed, networkKey.subarray(0, NONCE_BYTES), networkKey)
  const parsed = plain === null ? null : parseJson(plain)
  if (parsed === null || !parsed.ok) return null
  const { address } = (parsed.value ?? {}) as Readonly<Record<string, unknown>>
  if (typeof address !== 'string') return null
  const found = announced(address, false)
  const key = found === null ? null : fromBase64(keyOfFeedId(found.id))
  if (found === null || key === null) return null
  const signature = bytes.subarray(-SIGNATURE_BYTES)
  return { ...found, verified: verify(signature, signedBytes(address), key) }
}

/** An address as peers write it: alternatives, IPv6 in brackets (go-ssb), or `host:port:@key`. */
function announced(text: string, verified: boolean): Announcement | null {
  const plain = text.trim().replace(/(^|;)net:\[([^\]~;]+)\]:/g, '$1net:$2:')
  const usable: Address[] = []
  let id: FeedId | null = null
  for (const address of parseMultiserver(plain) ?? []) {
    const shs = address.transforms.find(({ name }) => name === 'shs')
    const key = shs?.data[0]
    // a seed in an announcement would be somebody's secret
    if (!isKey(key) || shs?.data.length !== 1) continue
    if (id !== null && id !== feedIdFromKey(key)) continue
    id = feedIdFromKey(key)
    usable.push(address)
  }
  const address = usable.length === 0 ? null : formatNet(usable)
  if (id !== null && address !== null) return { address, id, verified }
  const legacy = text.includes('~') ? null : parseNetAddress(plain)
  if (legacy === null || legacy.seed !== undefined) return null
  const { host, port, key } = legacy
  return { address: `net:${host}:${port}~shs:${keyOfFeedId(key)}`, id: key, verified }
}

/** COMPAT: IPv6 stands unescaped in `net` addresses, as peers write it. */
function formatNet(addresses: readonly Address[]): string | null {
  const texts = addresses.map((address) => {
    const { transport, transforms } = address
    if (transport.name !== 'net') return formatMultiserver([address])
    const rest = transforms.map(({ name, data }) => [name, ...data].join(':'))
    return [[transport.name, ...transport.data].join(':'), ...rest].join('~')
  })
  return texts.includes(null) ? null : texts.join(';')
}
