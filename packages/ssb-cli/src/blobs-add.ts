import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import type { Client } from '@scuttlebot/ssb-client'
import type { MethodArguments } from './arguments.ts'
import { CliError, unreadable, usage } from './errors.ts'
import type { Io } from './io.ts'
import type { FoundMethod } from './method.ts'
import { progressMeter } from './progress.ts'

/** A sink cannot answer, so the id of a new blob is worked out here, as the old command line did. */
export function isBlobsAdd(method: FoundMethod): boolean {
  return method.name === 'blobs.add' && method.kind === 'sink'
}

/** What is encrypted is read whole; servers take no more than 5 MiB anyway. */
const ENCRYPT_BYTES_MAX = 64 * 1024 * 1024
const CHUNK_BYTES = 65_536

/** What was typed: the file, and whether its blob is to be encrypted. */
interface Asked {
  readonly file: string | undefined
  readonly encrypt: boolean
}

function readAsked(typed: MethodArguments, io: Io): Asked {
  const values = typed.fromStdin ? [] : [...typed.values]
  const last = values.at(-1)
  let encrypt = false
  if (typeof last === 'object' && last !== null) {
    const { encrypt: flag, ...others } = last as Readonly<Record<string, unknown>>
    if (Object.keys(others).length > 0 || flag === undefined)
      throw usage('blobs.add takes one file, and --encrypt.')
    values.pop()
    // `--encrypt FILE` reads as a flag with a value.
    if (typeof flag !== 'boolean') values.unshift(flag)
    encrypt = flag !== false
  }
  const [file, ...more] = values
  if (more.length > 0 || typeof file === 'object') throw usage('blobs.add takes one file.')
  if (file === undefined && io.stdin.isTTY === true)
    throw usage('USAGE:\n  blobs.add FILE [--encrypt]   # or pipe a file into: blobs.add')
  return { file: file === undefined ? undefined : String(file), encrypt }
}

/** `sbot blobs.add FILE`, or `… | sbot blobs.add`: prints the id of what was added, or with `--encrypt` a link. */
export async function runBlobsAdd(
  client: Pick<Client<unknown>, 'mux'>,
  method: FoundMethod,
  typed: MethodArguments,
  io: Io,
): Promise<void> {
  const { file, encrypt } = readAsked(typed, io)
  // Opened by its reader: one that fails before somebody listens would end the process with a stack.
  const open = (): AsyncIterable<Uint8Array> =>
    file === undefined ? io.stdin : createReadStream(file)
  const size = file === undefined ? null : ((await stat(file).catch(() => null))?.size ?? null)
  const failed: { error?: unknown } = {}
  const input = watched(open, failed)
  const send = (bytes: AsyncIterable<Uint8Array>): Promise<void> =>
    client.mux.sink(method.path, [], bytes, { signal: io.signal })
  const meter = progressMeter(io)
  try {
    if (encrypt) {
      // Only who encrypts has to load the code for it.
      const { encryptBlob } = await import('@scuttlebot/ssb-blobs')
      const { bytes, link } = encryptBlob(await readAll(input))
      await send(meter.watch(inChunks(bytes), bytes.length))
      meter.end()
      await io.out(`${link}\n`)
      return
    }
    const hash = createHash('sha256')
    await send(meter.watch(hashed(input, hash), size))
    meter.end()
    await io.out(`&${hash.digest('base64')}.sha256\n`)
  } catch (error) {
    meter.end()
    if (!('error' in failed)) throw error
    throw unreadable(file ?? 'Standard input', failed.error)
  }
}

/** The chunks that hold something; a failure of the source is told apart from those of the server. */
async function* watched(
  open: () => AsyncIterable<Uint8Array>,
  failed: { error?: unknown },
): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of open()) if (chunk.length > 0) yield chunk
  } catch (error) {
    failed.error = error
    throw error
  }
}

async function* hashed(
  chunks: AsyncIterable<Uint8Array>,
  hash: { update(bytes: Uint8Array): unknown },
): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    hash.update(chunk)
    yield chunk
  }
}

async function* inChunks(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) yield bytes.subarray(at, at + CHUNK_BYTES)
}

async function readAll(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = []
  let size = 0
  for await (const chunk of chunks) {
    all.push(chunk)
    size += chunk.length
    if (size > ENCRYPT_BYTES_MAX)
      throw new CliError('SSB_CLI_INPUT', 'More than 64 MiB cannot be encrypted at once.')
  }
  return Buffer.concat(all)
}
