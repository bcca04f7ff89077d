import type { Config } from '@scuttlebot/ssb-config'
import type { Log } from '@scuttlebot/ssb-plugin'
import { calmLog } from './calm-log.ts'

/** The words of `logging.level`, each including those before it. */
export type LogLevel = Config['logging']['level']

/** How much is logged. */
export interface LogSettings {
  readonly level: LogLevel
  /** By name, for plugins that are to say more or less than `level`; other words than those of levels count as none. */
  readonly plugins?: Readonly<Record<string, unknown>>
}

/** One thing that a plugin said. */
export interface LogEntry {
  /** Milliseconds since 1970. */
  readonly time: number
  readonly level: LogLevel
  readonly plugin: string
  readonly text: string
  readonly facts: Readonly<Record<string, unknown>>
}

const RANK: Readonly<Record<LogLevel, number>> = { error: 0, warning: 1, notice: 2, info: 3 }

const isLevel = (word: unknown): word is LogLevel =>
  typeof word === 'string' && Object.hasOwn(RANK, word)

/** Characters of an entry after its time and plugin: an error's text may be as long as a peer likes. */
const ENTRY_CHARS_MAX = 2_000

const shown = (value: unknown): string =>
  typeof value === 'string' && /^[\w@%&=.:~/+-]+$/.test(value)
    ? value
    : (JSON.stringify(value) ?? 'nothing')

const cut = (text: string): string =>
  text.length > ENTRY_CHARS_MAX ? `${text.slice(0, ENTRY_CHARS_MAX)}…` : text

/** Peers choose some of what is logged: one entry stays one line, and draws nothing on a terminal. */
const plain = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is removed
  cut(text).replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, ' ')

/** `2026-01-31T12:00:00.000Z warning net: text key=value`, for people. */
export function textLine({ time, level, plugin, text, facts }: LogEntry): string {
  const pairs = Object.entries(facts).map(([name, value]) => ` ${name}=${shown(value)}`)
  return `${new Date(time).toISOString()} ${level} ${plugin}: ${plain(text + pairs.join(''))}\n`
}

/** `{"time":"…","level":"warning","plugin":"net","text":"…","facts":{…}}`, for programs; one line, whatever is in it. */
export function jsonLine({ time, level, plugin, text, facts }: LogEntry): string {
  const known = JSON.stringify(facts)
  const isShort = known.length <= ENTRY_CHARS_MAX
  const entry = {
    time: new Date(time).toISOString(),
    level,
    plugin,
    text: cut(text),
    ...(known === '{}' ? {} : { facts: isShort ? facts : cut(known) }),
  }
  const line = JSON.stringify(entry).replace(
    /[\u007f-\u009f\u2028\u2029]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  return `${line}\n`
}

/** Logs of all plugins. `write` gets what the settings let through, and of what peers cause not more than a little. */
export function createLog(
  { level, plugins = {} }: LogSettings,
  write: (entry: LogEntry) => void,
  now: () => number = Date.now,
): (plugin: string) => Log {
  const calm = calmLog()
  return (plugin) => {
    const own = Object.hasOwn(plugins, plugin) ? plugins[plugin] : undefined
    const most = RANK[isLevel(own) ? own : level]
    const at =
      (as: LogLevel): Log['info'] =>
      (text, facts = {}) => {
        if (RANK[as] > most) return
        const entry = calm({ time: now(), level: as, plugin, text, facts })
        if (entry !== null) write(entry)
      }
    return { error: at('error'), warn: at('warning'), info: at('notice'), debug: at('info') }
  }
}
