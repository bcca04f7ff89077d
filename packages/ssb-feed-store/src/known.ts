import { parseJson, utf8Text } from '@scuttlebot/ssb-encode'
import { isFeedId } from '@scuttlebot/ssb-ref'
import type { MessageValue, Verdict } from '@scuttlebot/ssb-validate'
import type { Core } from './core.ts'
import type { Guard } from './guard.ts'
import type { AddVerdict } from './store.ts'

/** Author and sequence that a refused message claims, or `null`. */
export function claims(item: Uint8Array | MessageValue): MessageValue | null {
  const parsed = item instanceof Uint8Array ? parseJson(item) : { ok: true as const, value: item }
  if (!parsed.ok || typeof parsed.value !== 'object' || parsed.value === null) return null
  const value = parsed.value as MessageValue
  return isFeedId(value.author) && Number.isSafeInteger(value.sequence) ? value : null
}

// The member that ends a message, with what may follow the base64.
const SIGNATURE_BYTES = 128

/**
 * Whether the log has a message at this place with the same signature: then this is that message, or nobody has signed
 * it. Far cheaper than to look at the whole of it.
 */
async function isStored(core: Core, value: MessageValue): Promise<boolean> {
  const feed = core.feeds.byId(value.author)
  const head = feed?.head
  if (!feed || !head || !(value.sequence >= 1 && value.sequence <= head.sequence)) return false
  const found = core.reading.recordAt(feed, value.sequence)
  const record = found instanceof Promise ? await found : found
  if (record === undefined || typeof value.signature !== 'string') return false
  return utf8Text(record.subarray(-SIGNATURE_BYTES)).includes(value.signature)
}

/** Tell a message that is stored already from one that is wrong, and one that contradicts its feed. */
export async function known(
  core: Core,
  guard: Guard,
  item: Uint8Array | MessageValue,
  verdict: Verdict & { readonly ok: false },
): Promise<AddVerdict> {
  if (verdict.code !== 'SSB_VALIDATE_SEQUENCE' && verdict.code !== 'SSB_VALIDATE_PREVIOUS')
    return verdict
  const value = claims(item)
  if (value !== null && !(await isStored(core, value))) await guard.refused(value)
  if (verdict.code !== 'SSB_VALIDATE_SEQUENCE') return verdict
  const head = value === null ? undefined : core.feeds.byId(value.author)?.head
  if (value === null || !head || value.sequence < 1 || value.sequence > head.sequence)
    return verdict
  return { ok: false, code: 'SSB_STORE_KNOWN', reason: verdict.reason, fatal: false }
}
