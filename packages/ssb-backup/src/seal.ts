import {
  passwordKey,
  randomBytes,
  ready,
  secretBox,
  secretUnbox,
  wipe,
} from '@scuttlebot/ssb-crypto'
import { concat, fromBase64, parseJson, toBase64, utf8 } from '@scuttlebot/ssb-encode'
import { BackupError } from './errors.ts'

// The file:
//
//   one line of JSON, which says how the key comes from the passphrase, then boxes of
//   length u32 BE | secretbox(text, nonce, key)        nonce = 15 random bytes | 0 or 1 | number u64 BE
//
// Boxes are numbered, and the last one alone has the 1, so that none can be left out, moved or cut off.

const SALT_BYTES = 16
const NONCE_BYTES = 24
const PREFIX_BYTES = 15
const TAG_BYTES = 16
/** Bytes of text in a box. */
const CHUNK_BYTES = 65_536
/** The cost of trying one passphrase: passes, and bytes of memory. As for keys under a passphrase. */
const COST: Cost = { operations: 3, memory: 64 * 1024 * 1024 }
const OPERATIONS_MAX = 20
const MEMORY_MIN = 8_192
const MEMORY_MAX = 1024 * 1024 * 1024
const HEADER_BYTES_MAX = 1_024
const PASSPHRASE_CHARS_MIN = 8
const NEWLINE = 0x0a

interface Cost {
  readonly operations: number
  readonly memory: number
}

interface Header extends Cost {
  readonly format: 'scuttlebot-backup'
  readonly version: 1
  readonly kdf: 'argon2id'
  readonly salt: string
  readonly prefix: string
}

const keyOf = (passphrase: string, salt: Uint8Array, { operations, memory }: Cost): Uint8Array =>
  passwordKey(utf8(passphrase.normalize('NFKC')), salt, { operations, memoryBytes: memory })

function nonceOf(prefix: Uint8Array, number: number, isLast: boolean): Uint8Array {
  const nonce = new Uint8Array(NONCE_BYTES)
  nonce.set(prefix)
  nonce[PREFIX_BYTES] = isLast ? 1 : 0
  new DataView(nonce.buffer).setBigUint64(PREFIX_BYTES + 1, BigInt(number))
  return nonce
}

/**
 * Put bytes under a passphrase, a chunk at a time.
 *
 * @throws {@link BackupError} `SSB_BACKUP_WEAK` for a passphrase of fewer than 8 characters
 */
export async function* seal(
  plain: AsyncIterable<Uint8Array>,
  passphrase: string,
  cost: Cost = COST,
): AsyncGenerator<Uint8Array> {
  if (typeof passphrase !== 'string' || passphrase.length < PASSPHRASE_CHARS_MIN)
    throw new BackupError(
      'SSB_BACKUP_WEAK',
      `A backup holds your private key: give it a passphrase of at least ${PASSPHRASE_CHARS_MIN} characters.`,
    )
  await ready
  const salt = randomBytes(SALT_BYTES)
  const prefix = randomBytes(PREFIX_BYTES)
  const key = keyOf(passphrase, salt, cost)
  const header: Header = {
    format: 'scuttlebot-backup',
    version: 1,
    kdf: 'argon2id',
    ...cost,
    salt: toBase64(salt),
    prefix: toBase64(prefix),
  }
  yield utf8(`${JSON.stringify(header)}\n`)
  let number = 0
  const box = (chunk: Uint8Array, isLast: boolean): Uint8Array => {
    const boxed = secretBox(chunk, nonceOf(prefix, number++, isLast), key)
    const length = new Uint8Array(4)
    new DataView(length.buffer).setUint32(0, boxed.length)
    return concat([length, boxed])
  }
  try {
    let waiting = new Uint8Array()
    for await (const bytes of plain) {
      waiting = new Uint8Array(concat([waiting, bytes]))
      for (; waiting.length > CHUNK_BYTES; waiting = waiting.slice(CHUNK_BYTES))
        yield box(waiting.subarray(0, CHUNK_BYTES), false)
    }
    yield box(waiting, true)
  } finally {
    wipe(key)
  }
}

/**
 * The bytes in a sealed file. What it gives is true as far as it goes; only when it ends without an error is it whole.
 *
 * @throws {@link BackupError} `SSB_BACKUP_FORM`, `SSB_BACKUP_PASSPHRASE` or `SSB_BACKUP_DAMAGED`
 */
export async function* unseal(
  file: AsyncIterable<Uint8Array>,
  passphrase: string,
): AsyncGenerator<Uint8Array> {
  await ready
  const input = reader(file)
  const header = headerIn(await input.line(HEADER_BYTES_MAX))
  const { salt, prefix } = header
  const key = keyOf(passphrase, salt, header)
  try {
    for (let number = 0; ; number++) {
      const length = await input.take(4)
      const size = length && new DataView(length.buffer, length.byteOffset).getUint32(0)
      const isSound = size !== null && size >= TAG_BYTES && size <= CHUNK_BYTES + TAG_BYTES
      const boxed = isSound ? await input.take(size) : null
      if (boxed === null) throw damaged()
      const more = secretUnbox(boxed, nonceOf(prefix, number, false), key)
      if (more !== null) {
        yield more
        continue
      }
      const last = secretUnbox(boxed, nonceOf(prefix, number, true), key)
      if (last === null) throw number === 0 ? wrong() : damaged()
      yield last
      if ((await input.take(1)) !== null) throw damaged()
      return
    }
  } finally {
    wipe(key)
  }
}

const damaged = (): BackupError =>
  new BackupError('SSB_BACKUP_DAMAGED', 'The backup is cut off or damaged: use another copy of it.')
const wrong = (): BackupError =>
  new BackupError('SSB_BACKUP_PASSPHRASE', 'The passphrase does not open this backup.')

function headerIn(line: Uint8Array | null): Cost & { salt: Uint8Array; prefix: Uint8Array } {
  const parsed = line === null ? null : parseJson(line)
  const found = (parsed?.ok ? parsed.value : null) as Partial<Record<keyof Header, unknown>> | null
  if (found?.format !== 'scuttlebot-backup')
    throw new BackupError('SSB_BACKUP_FORM', 'This file is no backup of a Scuttlebot server.')
  const { version, kdf, operations, memory } = found
  const salt = typeof found.salt === 'string' ? fromBase64(found.salt) : null
  const prefix = typeof found.prefix === 'string' ? fromBase64(found.prefix) : null
  const isKnown = version === 1 && kdf === 'argon2id'
  // What asks for more would hang or kill the process.
  const isBearable =
    isCount(operations, 1, OPERATIONS_MAX) && isCount(memory, MEMORY_MIN, MEMORY_MAX)
  if (!isKnown || !isBearable || salt?.length !== SALT_BYTES || prefix?.length !== PREFIX_BYTES)
    throw new BackupError('SSB_BACKUP_FORM', 'This backup is of a form that is not known here.')
  return { operations, memory, salt, prefix }
}

const isCount = (x: unknown, least: number, most: number): x is number =>
  Number.isInteger(x) && (x as number) >= least && (x as number) <= most

/** Takes counted bytes from chunks of any size; `null` when there are fewer left. */
function reader(file: AsyncIterable<Uint8Array>): {
  take(length: number): Promise<Uint8Array | null>
  line(max: number): Promise<Uint8Array | null>
} {
  const chunks = file[Symbol.asyncIterator]()
  let waiting: Uint8Array = new Uint8Array()
  const more = async (): Promise<boolean> => {
    const next = await chunks.next()
    if (next.done === true) return false
    waiting = concat([waiting, next.value])
    return true
  }
  return {
    async take(length) {
      while (waiting.length < length) if (!(await more())) return null
      const taken = waiting.subarray(0, length)
      waiting = waiting.subarray(length)
      return taken
    },
    async line(max) {
      for (;;) {
        const end = waiting.subarray(0, max).indexOf(NEWLINE)
        if (end >= 0) {
          const line = waiting.subarray(0, end)
          waiting = waiting.subarray(end + 1)
          return line
        }
        if (waiting.length >= max || !(await more())) return null
      }
    },
  }
}
