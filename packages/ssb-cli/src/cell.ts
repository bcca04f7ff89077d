import type { Names } from './names.ts'
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

const paint =
  (code: number) =>
  (view: HumanView, text: string): string =>
    view.isColourful ? `\u001b[${code}m${text}\u001b[0m` : text
/** What matters less. */
export const dim: (view: HumanView, text: string) => string = paint(2)
/** What matters more. */
export const bold: (view: HumanView, text: string) => string = paint(1)

/** Whether a value is shown in one piece. */
export const isFlat = (value: unknown): boolean => typeof value !== 'object' || value === null

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

const UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB'] as const

/** `812 bytes`, `5.2 MB`: in powers of a thousand, as disks are sold. */
export function sizeText(bytes: number): string {
  let unit = 0
  let size = bytes
  while (Math.abs(size) >= 999.95 && unit < UNITS.length - 1) {
    size /= 1000
    unit++
  }
  return `${unit === 0 ? size : size.toFixed(1)} ${UNITS[unit]}`
}

/** Times in milliseconds of the years 2009 to 2100: nothing else that is counted here is as large. */
const isTime = (value: number): boolean => value > 1.23e12 && value < 4.1e12
const isSizeName = (name: string): boolean => /(?:^size|bytes|Bytes)$/.test(name)

/** A scalar as words: harmless, times relative, sizes with their unit. `name`: of the field that holds it. */
export function scalar(value: unknown, view?: HumanView, name = ''): string {
  if (typeof value === 'string') return safeLine(value)
  if (value === undefined) return ''
  if (typeof value === 'number' && view !== undefined) {
    if (isSizeName(name)) return sizeText(value)
    if (isTime(value)) return relativeTime(value, view.now)
  }
  return safeJson(JSON.stringify(value) ?? '')
}

/** The name of a feed, where it has one. */
export function nameOf(value: unknown, view: HumanView): string | null {
  const name = typeof value === 'string' ? view.names.get(value) : undefined
  return name === undefined ? null : safeLine(name)
}

/** An id with its name beside it, anything else as {@link scalar}. */
export function named(value: unknown, view: HumanView, field: string): string {
  const name = nameOf(value, view)
  return name === null ? scalar(value, view, field) : `${scalar(value)} (${name})`
}
