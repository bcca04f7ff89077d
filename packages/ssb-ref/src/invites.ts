// Invite codes, as people paste them:
//
//   one.planetary.pub:8008:@CIlw…URY=.ed25519~KVva…lOk=              legacy: address ~ seed
//   net:one.planetary.pub:8008~shs:CIlw…URY=:KVva…lOk=               multiserver: the seed follows the key
//
// Either may be followed by `#` and a text that the application gets back ("redirect").

import { isAddress, toAddress, toLegacyAddress, toMultiServerAddress } from './addresses.ts'
import type { FeedId } from './ids.ts'

/** An invite code in parts, as ssb-ref 2.16 gives them. */
export interface ParsedInvite {
  /** Multiserver form with seed, without the redirect. */
  readonly invite: string
  /** Who is invited to: the pub's id. */
  readonly key: FeedId
  /** The address without the seed, only the first alternative. */
  readonly remote: string
  /** `#` and what followed the first `#`, or null. */
  readonly redirect: string | null
}

const SEED = /^[A-Za-z0-9/+]{43}=$/

/** Cut a code at its first `#`. */
export function cutRedirect(text: string): { code: string; redirect: string | null } {
  const at = text.indexOf('#')
  return at < 0
    ? { code: text, redirect: null }
    : { code: text.slice(0, at), redirect: text.slice(at) }
}

/** Whether a value is an invite in the legacy form. The seed's base64 need not be canonical. */
export function isLegacyInvite(x: unknown): x is string {
  if (typeof x !== 'string') return false
  const [address, seed, ...more] = cutRedirect(x).code.split('~')
  return more.length === 0 && seed !== undefined && isAddress(address) && SEED.test(seed)
}

/**
 * Whether a value is an invite in multiserver form.
 *
 * COMPAT: an address without a seed passes too, as in ssb-ref 2.16. `parse` tells the two apart.
 */
export function isMultiServerInvite(x: unknown): x is string {
  return parseMultiServerInvite(x) !== null
}

/** Whether a value is an invite in either form. */
export function isInvite(x: unknown): x is string {
  return isLegacyInvite(x) || isMultiServerInvite(x)
}

/** Take a legacy invite apart. @returns null when the value is none; there the original throws */
export function parseLegacyInvite(x: unknown): ParsedInvite | null {
  if (!isLegacyInvite(x)) return null
  const { code, redirect } = cutRedirect(x)
  const [address, seed] = code.split('~')
  const fields = toAddress(address) as { readonly key: FeedId }
  const remote = toMultiServerAddress(fields)
  if (remote === null) return null
  return { invite: `${remote}:${seed}`, key: fields.key, remote, redirect }
}

/** Take a multiserver invite apart. @returns null when the value is none */
export function parseMultiServerInvite(x: unknown): ParsedInvite | null {
  if (typeof x !== 'string') return null
  const { code, redirect } = cutRedirect(x)
  const address = toLegacyAddress(code)
  if (address === false) return null
  const { host, port, key } = address
  const remote = toMultiServerAddress({ host, port, key })
  return remote === null ? null : { invite: code, remote, key, redirect }
}

/** Take an invite of either form apart. @returns null when the value is none */
export function parseInvite(x: unknown): ParsedInvite | null {
  return parseLegacyInvite(x) ?? parseMultiServerInvite(x)
}
