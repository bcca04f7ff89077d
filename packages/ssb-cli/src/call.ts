import type { Client } from '@scuttlebot/ssb-client'
import { Batch, type Incoming } from '@scuttlebot/ssb-muxrpc'
import type { MethodArguments } from './arguments.ts'
import { isBlobsAdd, runBlobsAdd } from './blobs-add.ts'
import { type Io, jsonLinesOf, readJsonInput } from './io.ts'
import type { FoundMethod } from './method.ts'
import { type Format, printItems, printResult } from './print.ts'

/** Standard input for a sink or duplex: bytes as they are, or with `--json` one value for each line. */
function inputOf(io: Io, format: Format): AsyncIterable<unknown> {
  if (io.stdin.isTTY === true) return emptyInput()
  return format.json ? jsonLinesOf(io.stdin) : io.stdin
}

async function* emptyInput(): AsyncGenerator<Batch<never>> {
  yield new Batch<never>([])
}

async function printAll(stream: Incoming<unknown>, io: Io, format: Format): Promise<void> {
  for await (const batch of stream.batches()) await printItems(io, batch, format)
}

/** Call a method and print what it gives. Rejects with what the server or the input says. */
export async function callMethod(
  client: Pick<Client<unknown>, 'mux'>,
  method: FoundMethod,
  typed: MethodArguments,
  io: Io,
  format: Format,
): Promise<void> {
  const { mux } = client
  if (isBlobsAdd(method)) return await runBlobsAdd(client, method, typed, io)
  const args = typed.fromStdin ? [await readJsonInput(io)] : typed.values
  const options = { signal: io.signal }
  switch (method.kind) {
    case 'sync':
    case 'async':
      await printResult(io, await mux.call(method.path, args), format)
      return
    case 'source':
      await printAll(mux.source(method.path, args, options), io, format)
      return
    case 'sink':
      await mux.sink(method.path, args, inputOf(io, format), options)
      return
    case 'duplex':
      await printAll(mux.duplex(method.path, args, inputOf(io, format), options), io, format)
      return
  }
}
