import { KeysError } from './errors.ts'
import { type Keys, keyPairOf } from './keys.ts'
import { isLocked, type LockedKeys } from './passphrase.ts'

// The secret file, as ssb-keys 8.5 writes it (protocol: keys, "secret file"):
//
//   # comment lines
//   {
//     "curve": "ed25519",
//     "public": "….ed25519",
//     "private": "….ed25519",        or, under a passphrase, "locked": { … }
//     "id": "@….ed25519"
//   }
//   # comment lines, no line break at the end

const COMMENT = /\s*#[^\n]*/g

const HEAD = `# This is the SECRET key of an identity on Secure Scuttlebutt.
# Whoever has it can speak in its name, and there is no way to take it back.
#
# - Never show it to anyone, and never send it anywhere.
# - Never use it on two devices at once: each would write its own history,
#   the feed would fork, and others would stop following it.
# - Never edit this file. Keep a copy in a safe place.
#`

const tail = (id: string): string => `#
# This is the public name. It may be shared:
#
#   ${id}`

/** The text of a new secret file: comments around the JSON of the keys, no line break at the end. */
export function writeSecret(keys: Keys | LockedKeys): string {
  return `${HEAD}\n${JSON.stringify(keys, null, 2)}\n${tail(keys.id)}`
}

/** The same file with other keys in it (a passphrase set or removed): the comments around them are kept. */
export function replaceSecret(text: string, keys: Keys | LockedKeys): string {
  const lines = text.split('\n')
  const isCode = (line: string): boolean => line.replace(COMMENT, '').trim() !== ''
  const first = lines.findIndex(isCode)
  const last = lines.findLastIndex(isCode)
  const block = JSON.stringify(keys, null, 2)
  return [...lines.slice(0, first), block, ...lines.slice(last + 1)].join('\n')
}

const invalid = (reason: string): KeysError => new KeysError('SSB_KEYS_FILE_INVALID', reason)

function parseBlock(text: string): Record<string, unknown> {
  // COMPAT: as ssb-keys 8.5, a `#` begins a comment wherever it stands and lines are joined with nothing between.
  const block = text
    .replace(/^\uFEFF/, '')
    .replace(COMMENT, '')
    .split('\n')
    .join('')
    .trim()
  if (block === '') throw invalid('it is empty')
  if (/^[A-Za-z0-9+/]{80,}=*(\.ed25519)?$/.test(block))
    throw invalid('it holds a bare private key, a form that was never readable')
  let value: unknown
  try {
    value = JSON.parse(block)
  } catch {
    throw invalid('it is not JSON with comments: it was damaged or edited')
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalid('its JSON is no object')
  return value as Record<string, unknown>
}

/**
 * Read the text of a secret file: ours, ssb-keys', or go-ssb's (plain JSON in any order of keys).
 *
 * @throws KeysError `SSB_KEYS_FILE_INVALID`; the message ends the sentence "… cannot be used: "
 */
export function readSecret(text: string): Keys | LockedKeys {
  const block = parseBlock(text)
  const { curve, public: publicKey, private: privateKey, locked } = block
  if (curve !== undefined && curve !== 'ed25519')
    throw invalid(`its curve is ${JSON.stringify(curve)?.slice(0, 40)}, not "ed25519"`)
  if (typeof publicKey !== 'string' || !/^[A-Za-z0-9+/]{43}=\.ed25519$/.test(publicKey))
    throw invalid('its "public" is no Ed25519 key')
  // Files from before there were sigils have a bare id, or none.
  const named = typeof block['id'] === 'string' ? block['id'] : ''
  const id = `@${publicKey}` as Keys['id']
  if (/^[@%&]/.test(named) && named !== id)
    throw invalid('its "id" is not the name of its "public"')
  if (isLocked(locked)) return { curve: 'ed25519', public: publicKey, locked, id }
  if (locked !== undefined)
    throw invalid('its "locked" is in a form that this version does not know')
  if (typeof privateKey !== 'string') throw invalid('it has no "private"')
  const keys: Keys = { curve: 'ed25519', public: publicKey, private: privateKey, id }
  try {
    keyPairOf(keys)
  } catch (cause) {
    const reason = cause instanceof KeysError ? cause.message : 'its keys are damaged'
    throw new KeysError('SSB_KEYS_FILE_INVALID', reason, { cause })
  }
  return keys
}
