import type { Client } from '@scuttlebot/ssb-client'
import { Batch, type Incoming } from '@scuttlebot/ssb-muxrpc'
import type { MethodArguments } from './arguments.ts'
import { isBlobsAdd, runBlobsAdd } from './blobs-add.ts'
import { isBlobsGet, runBlobsGet } from './blobs-get.ts'
import { checkedArguments, type Described, usageLine } from './check.ts'
import { CliError, sentenceOf } from './errors.ts'
import { helpOf } from './help.ts'
import { isMessage } from './human.ts'
import { type Io, jsonLinesOf, readJsonInput } from './io.ts'
import { type FoundMethod, findMethod } from './method.ts'
import { type Names, namesOf } from './names.ts'
import { type Format, ItemPrinter, isForPeople, printResult } from './print.ts'
import { isReplicationChanges, runReplicationChanges } from './replication.ts'
import { safeLine } from './safe.ts'

/** Standard input for a sink or duplex: bytes as they are, or with `--json` one value for each line. */
function inputOf(io: Io, format: Format): AsyncIterable<unknown> {
  if (io.stdin.isTTY === true) return emptyInput()
  return format.json ? jsonLinesOf(io.stdin) : io.stdin
}

async function* emptyInput(): AsyncGenerator<Batch<never>> {
  yield new Batch<never>([])
}

/** Whether feeds are named in a value: a look at its text is enough. */
const hasFeeds = (value: unknown): boolean =>
  isMessage(value) ||
  (!(value instanceof Uint8Array) && JSON.stringify(value)?.includes('.ed25519') === true)

/** Names are looked up once, when the first id of a feed is to be shown to a person. */
function namesFor(
  client: Client<unknown>,
  io: Io,
  format: Format,
): (values: readonly unknown[]) => Promise<Names> | undefined {
  let names: Promise<Names> | null = null
  return (values: readonly unknown[]): Promise<Names> | undefined => {
    if (!isForPeople(io, format) || !values.some(hasFeeds)) return undefined
    names ??= namesOf(client)
    return names
  }
}

/** What stands behind a method. */
export interface Typed {
  /** With numbers and truth values as such. */
  readonly read: MethodArguments
  /** Every value as it was typed. */
  readonly texts: MethodArguments
}

/** What the server declares of a method; `null` when it does not. */
async function describe(client: Client<unknown>, method: FoundMethod): Promise<Described | null> {
  if (findMethod(client.manifest, 'help') === null) return null
  const { name } = method
  const help = helpOf(await client.mux.call(['help'], []).catch(() => null), name)
  return help === null ? null : { name, help }
}

/** How servers, ours and those before it, word that an argument is not what they want. */
const ABOUT_ARGUMENTS =
  /\bparam\b|mandatory|must (?:be|have|provide)|requires?\b|needs?\b|needed|expected|^invalid|not (?:a )?valid|failed to parse/i

/** Call a method and print what it gives. Rejects with what the server or the input says. */
export async function callMethod(
  client: Client<unknown>,
  method: FoundMethod,
  typed: Typed,
  io: Io,
  format: Format,
): Promise<void> {
  if (isBlobsAdd(method)) return await runBlobsAdd(client, method, typed.read, io)
  const described = await describe(client, method)
  const args = typed.read.fromStdin
    ? [await readJsonInput(io)]
    : described === null
      ? typed.read.values
      : checkedArguments(described, typed.read, typed.texts)
  try {
    await send(client, method, args, io, format)
  } catch (error) {
    const sentence = sentenceOf(error)
    if (described === null || error instanceof CliError || !ABOUT_ARGUMENTS.test(sentence))
      throw error
    const ours = sentence.replace(/^Param \d+/, `The argument of ${method.name}`)
    const text = `${safeLine(ours)}\n${usageLine(described)}`
    throw new CliError('SSB_CLI_REMOTE', text, { cause: error })
  }
}

async function send(
  client: Client<unknown>,
  method: FoundMethod,
  args: readonly unknown[],
  io: Io,
  format: Format,
): Promise<void> {
  const { mux } = client
  if (isBlobsGet(method)) return await runBlobsGet(client, method, args, io)
  if (isReplicationChanges(method) && isForPeople(io, format))
    return await runReplicationChanges(client, method, io)
  const options = { signal: io.signal }
  const names = namesFor(client, io, format)
  const printOne = async (value: unknown): Promise<void> =>
    printResult(io, value, format, await names([value]))
  const printAll = async (stream: Incoming<unknown>): Promise<void> => {
    const printer = new ItemPrinter(io, format)
    for await (const batch of stream.batches()) await printer.print(batch, await names(batch))
  }
  switch (method.kind) {
    case 'sync':
    case 'async':
      await printOne(await mux.call(method.path, args))
      return
    case 'source':
      await printAll(mux.source(method.path, args, options))
      return
    case 'sink':
      await mux.sink(method.path, args, inputOf(io, format), options)
      return
    case 'duplex':
      await printAll(mux.duplex(method.path, args, inputOf(io, format), options))
      return
  }
}
