import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import type { Client } from '@scuttlebot/ssb-client'
import type { MethodArguments } from './arguments.ts'
import { CliError, sentenceOf, usage } from './errors.ts'
import type { Io } from './io.ts'
import type { FoundMethod } from './method.ts'

/** A sink cannot answer, so the id of a new blob is worked out here, as the old command line did. */
export function isBlobsAdd(method: FoundMethod): boolean {
  return method.name === 'blobs.add' && method.kind === 'sink'
}

/** `sbot blobs.add FILE`, or `… | sbot blobs.add`: prints the id of what was added. */
export async function runBlobsAdd(
  client: Pick<Client<unknown>, 'mux'>,
  method: FoundMethod,
  typed: MethodArguments,
  io: Io,
): Promise<void> {
  const [file, ...more] = typed.fromStdin ? [] : typed.values
  if (more.length > 0 || (file !== undefined && typeof file === 'object'))
    throw usage('blobs.add takes one file.')
  if (file === undefined && io.stdin.isTTY === true)
    throw usage('USAGE:\n  blobs.add FILE   # or pipe a file into: blobs.add')
  const hash = createHash('sha256')
  const source = file === undefined ? io.stdin : createReadStream(String(file))
  let failure: unknown = null
  const hashed = async function* (): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of source) {
        hash.update(chunk)
        if (chunk.length > 0) yield chunk
      }
    } catch (error) {
      failure = error
      throw error
    }
  }
  try {
    await client.mux.sink(method.path, [], hashed(), { signal: io.signal })
  } catch (error) {
    if (failure === null) throw error
    const text = `${String(file ?? 'Standard input')} cannot be read: ${sentenceOf(failure)}`
    throw new CliError('SSB_CLI_INPUT', text, { cause: failure })
  }
  await io.out(`&${hash.digest('base64')}.sha256\n`)
}
