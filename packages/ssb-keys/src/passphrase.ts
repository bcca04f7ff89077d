import {
  equal,
  passwordKey,
  randomBytes,
  secretBox,
  secretUnbox,
  wipe,
} from '@scuttlebot/ssb-crypto'
import { fromBase64, toBase64, utf8 } from '@scuttlebot/ssb-encode'
import { KeysError } from './errors.ts'
import { type Keys, keyPairOf, keysOfPair } from './keys.ts'

// A private key under a passphrase:
//
//   box = secretbox(64-byte private key, nonce, argon2id(passphrase as NFKC UTF-8, salt, operations, memory))
//
// The cost stands in the file, so that it can be raised later. Old software finds no "private" in such a
// file and fails to sign, which is what it should do.

/** What stands in a secret file in the place of `private`. */
export interface Lock {
  readonly kdf: 'argon2id'
  /** Passes over the memory. */
  readonly operations: number
  /** Bytes. */
  readonly memory: number
  /** 16 bytes, base64. */
  readonly salt: string
  /** 24 bytes, base64. */
  readonly nonce: string
  /** 80 bytes, base64. */
  readonly box: string
}

/** An identity whose private key is under a passphrase. */
export interface LockedKeys extends Omit<Keys, 'private'> {
  readonly locked: Lock
}

/** The cost of trying one passphrase. */
export interface LockCost {
  /** Passes over the memory, 1 to 20; 3 by default. */
  readonly operations?: number
  /** Bytes, 8 KiB to 1 GiB; 64 MiB by default. */
  readonly memoryBytes?: number
}

const OPERATIONS_DEFAULT = 3
const MEMORY_DEFAULT = 64 * 1024 * 1024
// A file that asks for more is refused: it would hang or kill the process.
const OPERATIONS_MAX = 20
const MEMORY_MIN = 8192
const MEMORY_MAX = 1024 * 1024 * 1024
const SALT_BYTES = 16
const NONCE_BYTES = 24
const BOX_BYTES = 80

const isCount = (x: unknown, least: number, most: number): boolean =>
  Number.isInteger(x) && (x as number) >= least && (x as number) <= most

const isBytes = (x: unknown, length: number): boolean =>
  typeof x === 'string' && fromBase64(x)?.length === length

/** Whether a value is a {@link Lock} that can be tried: known KDF, cost within bounds, right lengths. */
export function isLocked(x: unknown): x is Lock {
  if (typeof x !== 'object' || x === null) return false
  const lock = x as Record<keyof Lock, unknown>
  return (
    lock.kdf === 'argon2id' &&
    isCount(lock.operations, 1, OPERATIONS_MAX) &&
    isCount(lock.memory, MEMORY_MIN, MEMORY_MAX) &&
    isBytes(lock.salt, SALT_BYTES) &&
    isBytes(lock.nonce, NONCE_BYTES) &&
    isBytes(lock.box, BOX_BYTES)
  )
}

function lockKey(
  passphrase: string,
  lock: Pick<Lock, 'operations' | 'memory' | 'salt'>,
): Uint8Array {
  const { operations, memory: memoryBytes } = lock
  // One passphrase typed on two systems may arrive in two Unicode forms.
  const password = utf8(passphrase.normalize('NFKC'))
  const salt = fromBase64(lock.salt) ?? new Uint8Array(SALT_BYTES)
  const key = passwordKey(password, salt, { operations, memoryBytes })
  wipe(password)
  return key
}

/**
 * Put the private key under a passphrase (Argon2id, then XSalsa20-Poly1305). Blocks for as long as the cost makes it.
 *
 * @throws RangeError for an empty passphrase or a cost out of bounds
 * @throws KeysError `SSB_KEYS_BAD_KEY`
 */
export function lockKeys(keys: Keys, passphrase: string, cost: LockCost = {}): LockedKeys {
  if (passphrase === '') throw new RangeError('the passphrase is empty')
  const operations = cost.operations ?? OPERATIONS_DEFAULT
  const memory = cost.memoryBytes ?? MEMORY_DEFAULT
  if (!isCount(operations, 1, OPERATIONS_MAX) || !isCount(memory, MEMORY_MIN, MEMORY_MAX))
    throw new RangeError('the cost of the passphrase is out of bounds')
  const { secretKey } = keyPairOf(keys)
  const salt = toBase64(randomBytes(SALT_BYTES))
  const nonce = randomBytes(NONCE_BYTES)
  const key = lockKey(passphrase, { operations, memory, salt })
  const box = toBase64(secretBox(secretKey, nonce, key))
  wipe(key)
  wipe(secretKey)
  const locked: Lock = { kdf: 'argon2id', operations, memory, salt, nonce: toBase64(nonce), box }
  return { curve: 'ed25519', public: keys.public, locked, id: keys.id }
}

/**
 * Open what {@link lockKeys} made.
 *
 * @throws KeysError `SSB_KEYS_FILE_PASSPHRASE` when the passphrase is another one or the box is damaged
 */
export function unlockKeys(keys: LockedKeys, passphrase: string): Keys {
  const { locked } = keys
  const key = lockKey(passphrase, locked)
  const nonce = fromBase64(locked.nonce) ?? new Uint8Array(NONCE_BYTES)
  const secretKey = secretUnbox(fromBase64(locked.box) ?? new Uint8Array(), nonce, key)
  wipe(key)
  if (secretKey !== null) {
    const opened = keysOfPair({ publicKey: secretKey.slice(32), secretKey })
    wipe(secretKey)
    if (equal(utf8(opened.public), utf8(keys.public))) return opened
  }
  throw new KeysError('SSB_KEYS_FILE_PASSPHRASE', 'the passphrase does not open the private key')
}
