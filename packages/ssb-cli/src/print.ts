import type { Io } from './io.ts'

/** How results are written. */
export interface Format {
  /** One compact line for each value, in place of two-space JSON. */
  readonly json: boolean
}

/** The text of one value, or its bytes; `null` when there is nothing to print. */
function render(value: unknown, format: Format): string | Uint8Array | null {
  if (value instanceof Uint8Array) return value
  if (value === undefined) return null
  return JSON.stringify(value, null, format.json ? undefined : 2) ?? null
}

/** Print the result of an async method: JSON and a line end, bytes as they are, nothing for `undefined`. */
export async function printResult(io: Io, value: unknown, format: Format): Promise<void> {
  const text = render(value, format)
  if (text !== null) await io.out(typeof text === 'string' ? `${text}\n` : text)
}

/** Print one item of a source: followed by a blank line, or with `json` on a line of its own. */
export async function printItem(io: Io, value: unknown, format: Format): Promise<void> {
  const text = render(value, format)
  if (text !== null)
    await io.out(typeof text === 'string' ? `${text}${format.json ? '\n' : '\n\n'}` : text)
}
