import type { Client } from '@scuttlebot/ssb-client'
import { concat } from '@scuttlebot/ssb-encode'
import { isFeedId } from '@scuttlebot/ssb-ref'
import { readArguments } from './arguments.ts'
import { CliError, usage } from './errors.ts'
import type { Io } from './io.ts'
import { findMethod } from './method.ts'

/** What to export. */
export interface ExportOptions {
  /** One feed, in its own order; `null`: everything in the order it was received. */
  readonly author: string | null
  /** Values alone. */
  readonly values: boolean
}

const LINE_END = Uint8Array.of(0x0a)

/** Read the options of `export`. @throws {@link CliError} */
export function exportOptionsOf(rest: readonly string[]): ExportOptions {
  const { values, fromStdin } = readArguments(rest)
  const given = (values[0] ?? {}) as Readonly<Record<string, unknown>>
  if (fromStdin || values.length > 1 || typeof values[0] === 'string' || values[0] === null)
    throw usage('export takes options only: --author ID, --values.')
  const unknown = Object.keys(given).find((name) => name !== 'author' && name !== 'values')
  if (unknown !== undefined) throw usage(`export has no option --${unknown}.`)
  const { author = null, values: isValues = false } = given
  if (author !== null && !isFeedId(author))
    throw usage('--author must be a feed id, as @….ed25519 (in quotes).')
  if (typeof isValues !== 'boolean') throw usage('--values takes no value.')
  return { author, values: isValues }
}

/** `sbot export`: one message on each line, exactly as the server keeps it. */
export async function runExport(
  client: Client<unknown>,
  options: ExportOptions,
  io: Io,
): Promise<number> {
  const name = options.author === null ? 'createLogStream' : 'createUserStream'
  const method = findMethod(client.manifest, name)
  if (method === null)
    throw new CliError('SSB_CLI_REMOTE', `This server cannot export: it has no method ${name}.`)
  const query = {
    ...(options.author === null ? {} : { id: options.author }),
    keys: !options.values,
    values: true,
  }
  const stream = client.mux.source(method.path, [query], { raw: true, signal: io.signal })
  for await (const batch of stream.batches())
    await io.out(concat(batch.flatMap(({ bytes }) => [bytes, LINE_END])))
  return 0
}
