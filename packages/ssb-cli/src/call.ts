import type { Client } from '@scuttlebot/ssb-client'
import { Batch, type Incoming } from '@scuttlebot/ssb-muxrpc'
import type { MethodArguments } from './arguments.ts'
import { isBlobsAdd, runBlobsAdd } from './blobs-add.ts'
import { isBlobsGet, runBlobsGet } from './blobs-get.ts'
import { isMessage } from './human.ts'
import { type Io, jsonLinesOf, readJsonInput } from './io.ts'
import type { FoundMethod } from './method.ts'
import { type Names, namesOf } from './names.ts'
import { type Format, ItemPrinter, isForPeople, printResult } from './print.ts'
import { isReplicationChanges, runReplicationChanges } from './replication.ts'

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

/** Call a method and print what it gives. Rejects with what the server or the input says. */
export async function callMethod(
  client: Client<unknown>,
  method: FoundMethod,
  typed: MethodArguments,
  io: Io,
  format: Format,
): Promise<void> {
  const { mux } = client
  if (isBlobsAdd(method)) return await runBlobsAdd(client, method, typed, io)
  const args = typed.fromStdin ? [await readJsonInput(io)] : typed.values
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
