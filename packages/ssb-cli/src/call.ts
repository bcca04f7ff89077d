import type { Client } from '@scuttlebot/ssb-client'
import { Batch } from '@scuttlebot/ssb-muxrpc'
import type { MethodArguments } from './arguments.ts'
import { type Io, jsonLinesOf, readJsonInput } from './io.ts'
import type { FoundMethod } from './method.ts'
import { type Format, printItem, printResult } from './print.ts'

/** The wire names a sync method async; a path is what the manifest says. */
type Connection = Pick<Client<unknown>, 'mux'>

/** Standard input for a sink or duplex: bytes as they are, or with `--json` one value for each line. */
function inputOf(io: Io, format: Format): AsyncIterable<unknown> {
  if (io.stdin.isTTY === true) return emptyInput()
  return format.json ? jsonLinesOf(io.stdin) : io.stdin
}

async function* emptyInput(): AsyncGenerator<Batch<never>> {
  yield new Batch<never>([])
}

/** Call a method and print what it gives. Rejects with what the server or the input says. */
export async function callMethod(
  connection: Connection,
  method: FoundMethod,
  typed: MethodArguments,
  io: Io,
  format: Format,
): Promise<void> {
  const { mux } = connection
  const args = typed.fromStdin ? [await readJsonInput(io)] : typed.values
  const options = { signal: io.signal }
  switch (method.kind) {
    case 'sync':
    case 'async':
      await printResult(io, await mux.call(method.path, args), format)
      return
    case 'source':
      for await (const item of mux.source(method.path, args, options))
        await printItem(io, item, format)
      return
    case 'sink':
      await mux.sink(method.path, args, inputOf(io, format), options)
      return
    case 'duplex':
      for await (const item of mux.duplex(method.path, args, inputOf(io, format), options))
        await printItem(io, item, format)
      return
  }
}
