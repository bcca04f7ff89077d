import { concat, utf8 } from '@scuttlebot/ssb-encode'
import type { Io } from './io.ts'

/** How results are written. */
export interface Format {
  /** One compact line for each value, in place of two-space JSON. */
  readonly json: boolean
}

/** What makes a terminal do something, or turns the direction of writing, and JSON leaves as it is. */
const UNSAFE = /[\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g

/**
 * JSON whose text cannot steer a terminal: the same value, with more escapes. Messages are written by strangers.
 */
export function safeJson(json: string): string {
  return json.replace(
    UNSAFE,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** A sentence of somebody else as one harmless line. */
export function safeLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is removed
  return text.replace(/[\u0000-\u001f]+/g, ' ').replace(UNSAFE, '')
}

/** The text of one value, or its bytes; `null` when there is nothing to print. */
function render(io: Io, value: unknown, format: Format): string | Uint8Array | null {
  if (value instanceof Uint8Array) return value
  if (value === undefined) return null
  const json = JSON.stringify(value, null, format.json ? undefined : 2) ?? null
  return json === null || !io.outIsTTY ? json : safeJson(json)
}

/** Print the result of an async method: JSON and a line end, bytes as they are, nothing for `undefined`. */
export async function printResult(io: Io, value: unknown, format: Format): Promise<void> {
  const text = render(io, value, format)
  if (text !== null) await io.out(typeof text === 'string' ? `${text}\n` : text)
}

/**
 * Print items of a source, in one write: each followed by a blank line, or with `json` on a line of its own;
 * bytes as they are.
 */
export async function printItems(io: Io, items: readonly unknown[], format: Format): Promise<void> {
  const end = format.json ? '\n' : '\n\n'
  const texts = items.map((item) => render(io, item, format)).filter((text) => text !== null)
  if (texts.every((text) => typeof text === 'string')) {
    if (texts.length > 0) await io.out(`${texts.join(end)}${end}`)
    return
  }
  await io.out(
    concat(texts.map((text) => (typeof text === 'string' ? utf8(`${text}${end}`) : text))),
  )
}
