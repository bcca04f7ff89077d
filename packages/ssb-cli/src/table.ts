import { isFeedId } from '@scuttlebot/ssb-ref'
import { bold, dim, type HumanView, isFlat, nameOf, scalar } from './cell.ts'
import { safeJson, safeLine } from './safe.ts'

type Row = Readonly<Record<string, unknown>>

const COLUMNS_MAX = 10
const CELL_CHARS_MAX = 60
/** Rows of a stream are aligned to what its first ones need; longer cells stick out. */
const GAP = '  '

const isRecord = (value: unknown): value is Row =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** `['net:…', { key, state }]`: an address with its data, as the methods of peers answer. */
const isPair = (value: unknown): value is readonly [string, Row] =>
  Array.isArray(value) && value.length === 2 && typeof value[0] === 'string' && isRecord(value[1])

/** What can stand in a table: objects, addresses with their data, and `{ feed: value }`. Else `null`. */
export function rowsOf(value: unknown): readonly Row[] | null {
  if (Array.isArray(value) && value.length > 0) {
    if (value.every(isRecord)) return value
    if (value.every(isPair)) return value.map(([address, data]) => ({ address, ...data }))
  }
  if (!isRecord(value)) return null
  const entries = Object.entries(value)
  if (entries.length === 0 || !entries.every(([key, item]) => isFeedId(key) && isFlat(item)))
    return null
  return entries.map(([feed, item]) => ({ feed, value: item }))
}

function cell(name: string, value: unknown, view: HumanView): string {
  if (value === null) return ''
  const text = isFlat(value) ? scalar(value, view, name) : safeJson(JSON.stringify(value))
  return text.length > CELL_CHARS_MAX ? `${text.slice(0, CELL_CHARS_MAX - 1)}…` : text
}

/** Ids get a column with their names behind them, where at least one has a name. */
function withNames(rows: readonly Row[], view: HumanView): readonly Row[] {
  const [field] = Object.keys(rows[0] ?? {}).filter((name) =>
    rows.some((row) => nameOf(row[name], view) !== null),
  )
  if (field === undefined || rows.some((row) => 'name' in row)) return rows
  return rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).flatMap(([name, value]) =>
        name === field
          ? [
              [name, value],
              ['name', nameOf(value, view)],
            ]
          : [[name, value]],
      ),
    ),
  )
}

/** The columns to show: of too many, those that say nothing, are nested, or say the same in each row go first. */
function columnsOf(rows: readonly Row[], view: HumanView): readonly string[] {
  const all = [...new Set(rows.flatMap((row) => Object.keys(row)))]
  const isSame = (name: string): boolean =>
    rows.length > 1 && new Set(rows.map((row) => JSON.stringify(row[name]))).size === 1
  const dull: readonly ((name: string) => boolean)[] = [
    (name) => rows.every((row) => cell(name, row[name], view) === ''),
    (name) => rows.every((row) => !isFlat(row[name] ?? null)),
    isSame,
  ]
  let names = all
  for (const isDull of dull)
    if (names.length > COLUMNS_MAX) names = names.filter((name) => !isDull(name))
  return (names.length === 0 ? all : names).slice(0, COLUMNS_MAX)
}

interface Layout {
  readonly names: readonly string[]
  readonly widths: readonly number[]
}

function layoutOf(rows: readonly Row[], view: HumanView): Layout {
  const names = columnsOf(rows, view)
  const widths = names.map((name) =>
    Math.max(safeLine(name).length, ...rows.map((row) => cell(name, row[name], view).length)),
  )
  return { names, widths }
}

const line = (cells: readonly string[], { widths }: Layout): string =>
  cells
    .map((text, at) => text.padEnd(widths[at] ?? 0))
    .join(GAP)
    .trimEnd()

const header = (layout: Layout, view: HumanView): string =>
  bold(view, line(layout.names.map(safeLine), layout))

const body = (rows: readonly Row[], layout: Layout, view: HumanView): string[] =>
  rows.map((row) =>
    line(
      layout.names.map((name) => cell(name, row[name], view)),
      layout,
    ),
  )

/** Rows below the names of their fields; `null` when they have no fields. */
export function table(given: readonly Row[], view: HumanView): string | null {
  const rows = withNames(given, view)
  const layout = layoutOf(rows, view)
  if (layout.names.length === 0) return null
  const left = new Set(rows.flatMap((row) => Object.keys(row))).size - layout.names.length
  const note = left > 0 ? [dim(view, `${left} more columns with --json`)] : []
  return [header(layout, view), ...body(rows, layout, view), ...note].join('\n')
}

/** What a flat object's fields are called; `null` for everything else. */
function fieldsOf(item: unknown): string | null {
  const [row] = rowsOf([item]) ?? []
  if (row === undefined || !Object.values(row).every(isFlat)) return null
  const names = Object.keys(row)
  return names.length === 0 ? null : JSON.stringify(names)
}

/** Some items of a stream that follow each other, and what they have in common. */
export interface Alike {
  readonly items: readonly unknown[]
  /** `null`: they cannot stand in a table. */
  readonly fields: string | null
}

/** Cut items where their fields change. */
export function alike(items: readonly unknown[]): readonly Alike[] {
  const groups: { readonly items: unknown[]; readonly fields: string | null }[] = []
  for (const item of items) {
    const fields = fieldsOf(item)
    const last = groups.at(-1)
    if (last !== undefined && last.fields === fields) last.items.push(item)
    else groups.push({ items: [item], fields })
  }
  return groups
}

/** A table that grows: items of a stream that have the same fields stand below one header. */
export class GrowingTable {
  #fields: string | null = null
  #layout: Layout = { names: [], widths: [] }

  /** The lines of some items; `null` when they cannot stand in a table. */
  add({ items, fields }: Alike, view: HumanView): string | null {
    const isNew = this.#fields !== fields
    this.#fields = fields
    const rows = fields === null ? null : rowsOf(items)
    if (rows === null) return null
    const shown = withNames(rows, view)
    if (isNew) this.#layout = layoutOf(shown, view)
    const lines = body(shown, this.#layout, view)
    return (isNew ? [header(this.#layout, view), ...lines] : lines).join('\n')
  }
}
