import type { Client } from '@scuttlebot/ssb-client'
import { utf8TextStrict } from '@scuttlebot/ssb-encode'
import { usage } from './errors.ts'
import { humanText } from './human.ts'
import type { Io } from './io.ts'
import type { FoundMethod } from './method.ts'
import { progressMeter } from './progress.ts'

/** Whether it is a method that gives a file. */
export function isBlobsGet(method: FoundMethod): boolean {
  return method.name === 'blobs.get' && method.kind === 'source'
}

/** A text of more than this is for a file, too. */
const SHOWN_BYTES_MAX = 65_536

/** `sbot blobs.get ID > FILE`: the bytes as they are, with progress; on a terminal short texts alone, made harmless. */
export async function runBlobsGet(
  client: Pick<Client<unknown>, 'mux'>,
  method: FoundMethod,
  args: readonly unknown[],
  io: Io,
): Promise<void> {
  const { mux } = client
  const chunks = bytesOf(mux.source(method.path, args, { signal: io.signal }))
  if (io.outIsTTY) {
    await io.out(`${await shown(chunks, io)}\n`)
    return
  }
  const meter = progressMeter(io)
  // Only people who watch need to know how much it will be.
  const size = io.errIsTTY ? await sizeOf(mux, args[0]) : null
  try {
    for await (const chunk of meter.watch(chunks, size)) await io.out(chunk)
  } finally {
    meter.end()
  }
}

async function* bytesOf(source: AsyncIterable<unknown>): AsyncGenerator<Uint8Array> {
  for await (const item of source) if (item instanceof Uint8Array) yield item
}

/** Bytes of the blob; `null` when the server does not say, or it is decrypted on its way. */
async function sizeOf(mux: Client<unknown>['mux'], asked: unknown): Promise<number | null> {
  const id = typeof asked === 'object' && asked !== null ? (asked as { id?: unknown }).id : asked
  if (typeof id !== 'string' || id.includes('?')) return null
  const size = await mux.call(['blobs', 'size'], [id]).catch(() => null)
  return typeof size === 'number' ? size : null
}

/** Strangers made it: bytes could steer the terminal. */
async function shown(chunks: AsyncIterable<Uint8Array>, io: Io): Promise<string> {
  const all: Uint8Array[] = []
  let size = 0
  for await (const chunk of chunks) {
    all.push(chunk)
    size += chunk.length
    if (size > SHOWN_BYTES_MAX) throw forFile()
  }
  const text = utf8TextStrict(Buffer.concat(all))
  if (text === null || text.includes('\0')) throw forFile()
  return humanText(text, { now: io.now(), isColourful: io.isColourful, names: new Map() })
}

const forFile = (): Error =>
  usage('This blob is no short text: write it to a file, with blobs.get ID > FILE.')
