/**
 * Keep an identity in a secret file: created once, readable by its owner only, never overwritten. Needs Node.
 *
 * @packageDocumentation
 */
import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { KeysError, type KeysErrorCode } from './errors.ts'
import { generate, type Keys } from './keys.ts'
import { type LockCost, type LockedKeys, lockKeys, unlockKeys } from './passphrase.ts'
import { readSecret, replaceSecret, writeSecret } from './secret-text.ts'

/** Where the file is: its path, or an object with the path of the folder that holds `secret`. */
export type SecretPath = string | { readonly path: string }

/** What loading and creating may be told. */
export interface FileOptions {
  /** Opens, or sets, the passphrase of the private key. A file without one is opened with or without this. */
  readonly passphrase?: string | undefined
  /** The cost of the passphrase of a file to be created. */
  readonly cost?: LockCost | undefined
}

/** Classic callback. */
export type KeysCallback = (error: Error | null, keys?: Keys) => void

const MODE = 0o400
const OTHERS = 0o077
const BYTES_MAX = 65_536

const pathOf = (file: SecretPath): string =>
  typeof file === 'string' ? file : join(file.path, 'secret')

const codeOf = (error: unknown): string =>
  (error as { readonly code?: unknown } | null)?.code?.toString() ?? ''

/** Errors of the system as sentences. `code` of the system stands in the cause. */
function fileError(path: string, error: unknown): Error {
  const make = (code: KeysErrorCode, message: string): KeysError =>
    new KeysError(code, message, { cause: error })
  switch (codeOf(error)) {
    case 'ENOENT':
      return make('SSB_KEYS_FILE_MISSING', `There is no key file at ${path}.`)
    case 'EEXIST':
      return make(
        'SSB_KEYS_FILE_EXISTS',
        `There is a file at ${path} already. It may hold a key, so it is not overwritten.`,
      )
    case 'EACCES':
    case 'EPERM':
      return make(
        'SSB_KEYS_FILE_ACCESS',
        `This user may not open the key file ${path}. It should belong to this user: chown "$USER" '${path}'`,
      )
    case 'EISDIR':
      return make('SSB_KEYS_FILE_INVALID', `${path} is a folder, a key file was expected.`)
    case 'SSB_KEYS_FILE_INVALID':
      return make(
        'SSB_KEYS_FILE_INVALID',
        `The key file ${path} cannot be used: ${(error as Error).message}. Put back a copy of the file.`,
      )
    default:
      return error instanceof KeysError || error instanceof RangeError || error instanceof TypeError
        ? error
        : make('SSB_KEYS_FILE_ACCESS', `The key file ${path} cannot be used: ${String(error)}`)
  }
}

function readText(path: string): string {
  const file = openSync(path, constants.O_RDONLY)
  try {
    const status = fstatSync(file)
    if (status.isDirectory())
      throw new KeysError('SSB_KEYS_FILE_INVALID', 'it is a folder, not a file')
    if (process.platform !== 'win32' && (status.mode & OTHERS) !== 0)
      throw new KeysError(
        'SSB_KEYS_FILE_EXPOSED',
        `Other users of this machine may read the key file ${path}. Close it with: chmod 400 '${path}'`,
      )
    if (status.size > BYTES_MAX)
      throw new KeysError('SSB_KEYS_FILE_INVALID', `it is too large (${status.size} bytes)`)
    return readFileSync(file, 'utf8')
  } finally {
    closeSync(file)
  }
}

function open(path: string, keys: Keys | LockedKeys, passphrase: string | undefined): Keys {
  if (!('locked' in keys)) return keys
  if (passphrase === undefined)
    throw new KeysError('SSB_KEYS_FILE_LOCKED', `The key in ${path} is under a passphrase.`)
  return unlockKeys(keys, passphrase)
}

/** Make a name durable. Folders cannot be opened on Windows, and need not be. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return
  const handle = openSync(folder, constants.O_RDONLY)
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

/** Write a file that must not exist yet, so that it is on the disk when this returns, whole or not at all. */
function writeNew(path: string, text: string): void {
  const file = openSync(path, 'wx', MODE)
  let done = false
  try {
    writeFileSync(file, text)
    fsyncSync(file)
    done = true
  } finally {
    closeSync(file)
    // Ours for certain: `wx` made it a moment ago. A torn key file would stand in the way of a good one.
    if (!done) unlinkSync(path)
  }
  syncFolder(dirname(path))
}

/**
 * Read an identity.
 *
 * @throws KeysError `SSB_KEYS_FILE_MISSING`, `…_EXPOSED` (readable by group or others), `…_ACCESS`, `…_INVALID`,
 *   `…_LOCKED`, `…_PASSPHRASE`; each message is a sentence for the person in front of the machine
 */
export function loadSync(file: SecretPath, options: FileOptions = {}): Keys {
  const path = pathOf(file)
  try {
    return open(path, readSecret(readText(path)), options.passphrase)
  } catch (error) {
    throw fileError(path, error)
  }
}

function createWith(file: SecretPath, options: FileOptions): Keys {
  const path = pathOf(file)
  const keys = generate()
  const { passphrase, cost } = options
  const written = passphrase === undefined ? keys : lockKeys(keys, passphrase, cost)
  try {
    mkdirSync(dirname(path), { recursive: true })
    writeNew(path, writeSecret(written))
  } catch (error) {
    throw fileError(path, error)
  }
  return keys
}

/** `(curve?, legacy?, options?)` of the classic API, or `(options?)`. */
function createOptions(args: readonly unknown[]): FileOptions {
  const [first, legacy] = args
  if (typeof first === 'string' && first !== '') generateCurve(first)
  if (legacy === true) throw new TypeError('key files in the legacy form cannot be read back')
  const options = args.find((arg) => typeof arg === 'object' && arg !== null)
  return (options as FileOptions | undefined) ?? {}
}

function generateCurve(curve: string): void {
  if (curve !== 'ed25519') throw new KeysError('SSB_KEYS_UNKNOWN_CURVE', `unknown curve:${curve}`)
}

/**
 * Make a new identity and its file (mode 0400, durable when this returns). Missing folders are made.
 *
 * @throws KeysError `SSB_KEYS_FILE_EXISTS` when there is a file, whatever is in it; `SSB_KEYS_FILE_ACCESS`
 */
export function createSync(file: SecretPath, options?: FileOptions): Keys
export function createSync(file: SecretPath, curve?: string | null, legacy?: false | null): Keys
export function createSync(file: SecretPath, ...args: readonly unknown[]): Keys {
  return createWith(file, createOptions(args))
}

/**
 * Read an identity, or make one when there is no file.
 *
 * A file that cannot be used is an error, never a reason to make another identity.
 *
 * @throws as {@link loadSync} and {@link createSync}
 */
export function loadOrCreateSync(file: SecretPath, options: FileOptions = {}): Keys {
  try {
    return loadSync(file, options)
  } catch (error) {
    if (codeOf(error) !== 'SSB_KEYS_FILE_MISSING') throw error
    return createWith(file, options)
  }
}

/**
 * Set, change (`from` and `to`) or remove (`from` alone) the passphrase of a file. The comments in it are kept.
 *
 * A new file is written and made durable, then put in the old one's place in one step. Copies of the old file, in
 * backups and in the blocks of a disk, keep the old protection.
 *
 * @throws as {@link loadSync}; RangeError when `to` is empty
 */
export function setPassphraseSync(
  file: SecretPath,
  change: {
    readonly from?: string | undefined
    readonly to?: string | undefined
    readonly cost?: LockCost | undefined
  },
): void {
  const path = pathOf(file)
  const next = `${path}.new`
  try {
    const text = readText(path)
    const keys = open(path, readSecret(text), change.from)
    const written = change.to === undefined ? keys : lockKeys(keys, change.to, change.cost)
    writeNew(next, replaceSecret(text, written))
    renameSync(next, path)
    syncFolder(dirname(path))
  } catch (error) {
    throw fileError(codeOf(error) === 'EEXIST' ? next : path, error)
  }
}

/** Answer by callback where there is one, else by promise; on a later turn in both cases. */
function answer(work: () => Keys, callback: unknown): Promise<Keys> | undefined {
  const later = new Promise<void>((resolve) => setImmediate(resolve)).then(work)
  if (typeof callback !== 'function') return later
  const done = callback as KeysCallback
  later.then(
    (keys) => setImmediate(done, null, keys),
    (error: Error) => setImmediate(done, error),
  )
  return undefined
}

/** {@link loadSync} with a callback or a promise. The reading itself is synchronous: it is one small file. */
export function load(file: SecretPath, options?: FileOptions): Promise<Keys>
export function load(file: SecretPath, callback: KeysCallback): void
export function load(file: SecretPath, options: FileOptions, callback: KeysCallback): void
export function load(file: SecretPath, ...args: readonly unknown[]): Promise<Keys> | undefined {
  return answer(() => loadSync(file, createOptions(args)), args.at(-1))
}

/** {@link createSync} with a callback or a promise. */
export function create(file: SecretPath, options?: FileOptions): Promise<Keys>
export function create(file: SecretPath, callback: KeysCallback): void
export function create(file: SecretPath, options: FileOptions, callback: KeysCallback): void
export function create(file: SecretPath, curve: string | null, callback: KeysCallback): void
export function create(
  file: SecretPath,
  curve: string | null,
  legacy: false | null,
  callback: KeysCallback,
): void
export function create(file: SecretPath, ...args: readonly unknown[]): Promise<Keys> | undefined {
  return answer(() => createWith(file, createOptions(args)), args.at(-1))
}

/** {@link loadOrCreateSync} with a callback or a promise. */
export function loadOrCreate(file: SecretPath, options?: FileOptions): Promise<Keys>
export function loadOrCreate(file: SecretPath, callback: KeysCallback): void
export function loadOrCreate(file: SecretPath, options: FileOptions, callback: KeysCallback): void
export function loadOrCreate(
  file: SecretPath,
  ...args: readonly unknown[]
): Promise<Keys> | undefined {
  return answer(() => loadOrCreateSync(file, createOptions(args)), args.at(-1))
}
