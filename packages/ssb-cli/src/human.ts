import type { Names } from './names.ts'
import { isReplication, replicationText } from './replication.ts'
import { safeJson, safeLine } from './safe.ts'

/** How people see values on a terminal. */
export interface HumanView {
  /** Milliseconds since 1970, for relative times. */
  readonly now: number
  /** Whether to use colours. */
  readonly isColourful: boolean
  /** What feeds are called. */
  readonly names: Names
}

type Record_ = Readonly<Record<string, unknown>>

const COLUMNS_MAX = 10
const CELL_CHARS_MAX = 60
const DEPTH_MAX = 32

const isRecord = (value: unknown): value is Record_ =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const isFlat = (value: unknown): boolean => typeof value !== 'object' || value === null

/** `just now`, `5 min ago`, `3 h ago`, `2 days ago`, then the date; times to come as `in …`. */
export function relativeTime(time: number, now: number): string {
  const seconds = Math.round(Math.abs(now - time) / 1000)
  const side = (text: string): string => (time > now ? `in ${text}` : `${text} ago`)
  if (!Number.isFinite(seconds)) return 'at no time'
  if (seconds < 10) return 'just now'
  if (seconds < 60) return side(`${seconds} s`)
  if (seconds < 3600) return side(`${Math.floor(seconds / 60)} min`)
  if (seconds < 86_400) return side(`${Math.floor(seconds / 3600)} h`)
  if (seconds < 86_400 * 30) {
    const days = Math.floor(seconds / 86_400)
    return side(`${days} day${days === 1 ? '' : 's'}`)
  }
  const date = new Date(time)
  return Number.isNaN(date.getTime()) ? 'at no time' : date.toISOString().slice(0, 10)
}

const paint =
  (code: number) =>
  (view: HumanView, text: string): string =>
    view.isColourful ? `\u001b[${code}m${text}\u001b[0m` : text
const dim = paint(2)
const bold = paint(1)

/** A scalar as words. */
function scalar(value: unknown): string {
  if (typeof value === 'string') return safeLine(value)
  return value === undefined ? '' : safeJson(JSON.stringify(value) ?? '')
}

/** Text of several lines, each harmless and set in. */
const lines = (text: string, indent: string): string =>
  text
    .split('\n')
    .map((line) => `${indent}${safeLine(line)}`)
    .join('\n')

/** The message in `{key, value, timestamp}`, or a bare one. */
function messageOf(value: unknown): { readonly key: unknown; readonly message: Record_ } | null {
  if (!isRecord(value)) return null
  const message = isRecord(value['value']) ? value['value'] : value
  const isWhole =
    typeof message['author'] === 'string' &&
    typeof message['sequence'] === 'number' &&
    'content' in message
  return isWhole ? { key: message === value ? null : value['key'], message } : null
}

/** Whether a value is shown as a message. */
export function isMessage(value: unknown): boolean {
  return messageOf(value) !== null
}

function messageText(key: unknown, message: Record_, view: HumanView): string {
  const { author, sequence, timestamp, content } = message
  const type = isRecord(content) ? scalar(content['type']) : 'private, not opened'
  const when = relativeTime(Number(timestamp), view.now)
  const name = view.names.get(String(author))
  const who = name === undefined ? scalar(author) : `${safeLine(name)} (${scalar(author)})`
  const head = `${bold(view, type)} by ${who} #${scalar(sequence)}, ${when}`
  const rest = isRecord(content)
    ? Object.entries(content).filter(([name]) => name !== 'type' && name !== 'text')
    : []
  const text = isRecord(content) && typeof content['text'] === 'string' ? [content['text']] : []
  return [
    head,
    ...text.map((each) => lines(each, '  ')),
    ...(rest.length > 0 ? [tree(Object.fromEntries(rest), '  ', 0)] : []),
    ...(typeof key === 'string' ? [dim(view, `  ${safeLine(key)}`)] : []),
  ].join('\n')
}

/** Names and values, one on each line, set in by depth. */
function tree(value: unknown, indent: string, depth: number): string {
  if (depth > DEPTH_MAX) return `${indent}…`
  const entries: [string, unknown][] = Array.isArray(value)
    ? value.map((item) => ['-', item])
    : Object.entries(value as Record_)
  if (entries.length === 0) return `${indent}${Array.isArray(value) ? '(none)' : '(nothing)'}`
  return entries
    .map(([name, item]) => {
      const label = name === '-' ? '-' : `${safeLine(name)}:`
      if (!isFlat(item)) return `${indent}${label}\n${tree(item, `${indent}  `, depth + 1)}`
      if (typeof item === 'string' && item.includes('\n'))
        return `${indent}${label}\n${lines(item, `${indent}  `)}`
      return `${indent}${label} ${scalar(item)}`
    })
    .join('\n')
}

const cell = (value: unknown): string => {
  const text = isFlat(value) ? scalar(value) : safeJson(JSON.stringify(value))
  return text.length > CELL_CHARS_MAX ? `${text.slice(0, CELL_CHARS_MAX - 1)}…` : text
}

function table(rows: readonly Record_[], view: HumanView): string | null {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))]
  if (names.length === 0 || names.length > COLUMNS_MAX) return null
  const cells = rows.map((row) => names.map((name) => cell(row[name])))
  const widths = names.map((name, at) =>
    Math.max(safeLine(name).length, ...cells.map((row) => row[at]?.length ?? 0)),
  )
  const line = (row: readonly string[]): string =>
    row
      .map((text, at) => text.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd()
  return [bold(view, line(names.map(safeLine))), ...cells.map(line)].join('\n')
}

/** A value as a person reads it; always harmless to a terminal. Not meant to be parsed. */
export function humanText(value: unknown, view: HumanView): string {
  if (isFlat(value)) return typeof value === 'string' ? lines(value, '') : scalar(value)
  const found = messageOf(value)
  if (found !== null) return messageText(found.key, found.message, view)
  if (isReplication(value)) return replicationText(value, view.names)
  if (isRecord(value) && value['sync'] === true && Object.keys(value).length === 1)
    return dim(view, '— all that was there; now what comes —')
  if (Array.isArray(value) && value.length > 0 && value.every(isRecord)) {
    const made = table(value, view)
    if (made !== null) return made
  }
  if (Array.isArray(value) && value.length > 0 && value.every(isFlat))
    return value.map((item) => scalar(item)).join('\n')
  return tree(value, '', 0)
}
