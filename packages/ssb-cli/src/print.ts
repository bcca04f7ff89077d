import { concat, utf8 } from '@scuttlebot/ssb-encode'
import { humanText } from './human.ts'
import type { Io } from './io.ts'
import type { Names } from './names.ts'
import { safeJson } from './safe.ts'

/** How results are written. */
export interface Format {
  /** One compact line for each value, in place of two-space JSON. */
  readonly json: boolean
  /** Two-space JSON on a terminal, too, where values are shown for people otherwise. */
  readonly pretty: boolean
}

/** Whether values are shown for people, and not as JSON. */
export function isForPeople(io: Io, format: Format): boolean {
  return io.outIsTTY && !format.json && !format.pretty
}

const NO_NAMES: Names = new Map()

/** The text of one value, or its bytes; `null` when there is nothing to print. */
function render(io: Io, value: unknown, format: Format, names: Names): string | Uint8Array | null {
  if (value instanceof Uint8Array) return value
  if (value === undefined) return null
  if (isForPeople(io, format))
    return humanText(value, { now: io.now(), isColourful: io.isColourful, names })
  const json = JSON.stringify(value, null, format.json ? undefined : 2) ?? null
  return json === null || !io.outIsTTY ? json : safeJson(json)
}

/** Print the result of an async method: JSON and a line end, bytes as they are, nothing for `undefined`. */
export async function printResult(
  io: Io,
  value: unknown,
  format: Format,
  names: Names = NO_NAMES,
): Promise<void> {
  const text = render(io, value, format, names)
  if (text !== null) await io.out(typeof text === 'string' ? `${text}\n` : text)
}

/**
 * Print items of a source, in one write: each followed by a blank line, or with `json` on a line of its own;
 * bytes as they are.
 */
export async function printItems(
  io: Io,
  items: readonly unknown[],
  format: Format,
  names: Names = NO_NAMES,
): Promise<void> {
  const end = format.json ? '\n' : '\n\n'
  const texts = items.map((item) => render(io, item, format, names)).filter((text) => text !== null)
  if (texts.every((text) => typeof text === 'string')) {
    if (texts.length > 0) await io.out(`${texts.join(end)}${end}`)
    return
  }
  await io.out(
    concat(texts.map((text) => (typeof text === 'string' ? utf8(`${text}${end}`) : text))),
  )
}
