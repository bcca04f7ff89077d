import { concat, utf8 } from '@scuttlebot/ssb-encode'
import type { HumanView } from './cell.ts'
import { humanText, isMessage } from './human.ts'
import type { Io } from './io.ts'
import type { Names } from './names.ts'
import { safeJson } from './safe.ts'
import { alike, GrowingTable } from './table.ts'

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
  if (isForPeople(io, format)) return humanText(value, viewOf(io, names))
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

const viewOf = (io: Io, names: Names): HumanView => ({
  now: io.now(),
  isColourful: io.isColourful,
  names,
})

/** Items for people: rows of one table, words on a line each, anything else with a blank line behind it. */
function humanItems(
  items: readonly unknown[],
  table: GrowingTable,
  view: HumanView,
): readonly (string | Uint8Array)[] {
  return alike(items).flatMap((group): readonly (string | Uint8Array)[] => {
    const rows = group.items.some(isSpecial) ? null : table.add(group, view)
    if (rows !== null) return [`${rows}\n`]
    return group.items
      .filter((item) => item !== undefined)
      .map((item) => {
        if (item instanceof Uint8Array) return item
        const isWord = typeof item !== 'object' || item === null
        return `${humanText(item, view)}${isWord ? '\n' : '\n\n'}`
      })
  })
}

/** What has a form of its own: messages, and the mark between old and new. */
const isSpecial = (item: unknown): boolean =>
  isMessage(item) || (item as { readonly sync?: unknown } | null)?.sync === true

/** Prints the items of one source as they come; bytes as they are. */
export class ItemPrinter {
  readonly #io: Io
  readonly #format: Format
  readonly #table = new GrowingTable()

  constructor(io: Io, format: Format) {
    this.#io = io
    this.#format = format
  }

  /**
   * Print some, in one write: each followed by a blank line, or with `json` on a line of its own. For people: in a
   * table where they are alike.
   */
  async print(items: readonly unknown[], names: Names = NO_NAMES): Promise<void> {
    const io = this.#io
    const end = this.#format.json ? '\n' : '\n\n'
    const texts = isForPeople(io, this.#format)
      ? humanItems(items, this.#table, viewOf(io, names))
      : items
          .map((item) => render(io, item, this.#format, names))
          .filter((text) => text !== null)
          .map((text) => (typeof text === 'string' ? `${text}${end}` : text))
    if (texts.length === 0) return
    if (texts.every((text) => typeof text === 'string')) await io.out(texts.join(''))
    else await io.out(concat(texts.map((text) => (typeof text === 'string' ? utf8(text) : text))))
  }
}
