import { bold, dim, type HumanView, isFlat, named, relativeTime, scalar } from './cell.ts'
import { isReplication, replicationText } from './replication.ts'
import { safeLine } from './safe.ts'
import { rowsOf, table } from './table.ts'

type Record_ = Readonly<Record<string, unknown>>

const DEPTH_MAX = 32

const isRecord = (value: unknown): value is Record_ =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

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
    ...(rest.length > 0 ? [tree(Object.fromEntries(rest), view, '  ')] : []),
    ...(typeof key === 'string' ? [dim(view, `  ${safeLine(key)}`)] : []),
  ].join('\n')
}

/** Names and values, one on each line, set in by depth. */
function tree(value: unknown, view: HumanView, indent = '', depth = 0): string {
  if (depth > DEPTH_MAX) return `${indent}…`
  const entries: [string, unknown][] = Array.isArray(value)
    ? value.map((item) => ['-', item])
    : Object.entries(value as Record_)
  if (entries.length === 0) return `${indent}${Array.isArray(value) ? '(none)' : '(nothing)'}`
  return entries
    .map(([name, item]) => {
      const label = name === '-' ? '-' : `${safeLine(name)}:`
      if (!isFlat(item)) return `${indent}${label}\n${tree(item, view, `${indent}  `, depth + 1)}`
      if (typeof item === 'string' && item.includes('\n'))
        return `${indent}${label}\n${lines(item, `${indent}  `)}`
      return `${indent}${label} ${named(item, view, name)}`
    })
    .join('\n')
}

/** A value as a person reads it; always harmless to a terminal. Not meant to be parsed. */
export function humanText(value: unknown, view: HumanView): string {
  if (isFlat(value)) return typeof value === 'string' ? lines(value, '') : scalar(value, view)
  const found = messageOf(value)
  if (found !== null) return messageText(found.key, found.message, view)
  if (isReplication(value)) return replicationText(value, view.names)
  if (isRecord(value) && value['sync'] === true && Object.keys(value).length === 1)
    return dim(view, '— all that was there; now what comes —')
  const rows = rowsOf(value)
  const made = rows === null ? null : table(rows, view)
  if (made !== null) return made
  if (Array.isArray(value) && value.length > 0 && value.every(isFlat))
    return value.map((item) => named(item, view, '')).join('\n')
  return tree(value, view)
}
