import type { Config } from '@scuttlebot/ssb-config'
import type { Log } from '@scuttlebot/ssb-plugin'

/** The words of `logging.level`, each including those before it. */
export type LogLevel = Config['logging']['level']

const RANK: Readonly<Record<LogLevel, number>> = { error: 0, warning: 1, notice: 2, info: 3 }

/** Characters of an entry after its time and plugin: an error's text may be as long as a peer likes. */
const ENTRY_CHARS_MAX = 2_000

const shown = (value: unknown): string =>
  typeof value === 'string' && /^[\w@%&=.:~/+-]+$/.test(value)
    ? value
    : (JSON.stringify(value) ?? 'nothing')

/** Peers choose some of what is logged: one entry stays one line, and draws nothing on a terminal. */
function plain(text: string): string {
  const cut = text.length > ENTRY_CHARS_MAX ? `${text.slice(0, ENTRY_CHARS_MAX)}…` : text
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is removed
  return cut.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, ' ')
}

/** Logs of all plugins, written as `2026-01-31T12:00:00.000Z warning net: text key=value`. */
export function createLog(
  level: LogLevel,
  write: (line: string) => void,
  now: () => number = Date.now,
): (plugin: string) => Log {
  return (plugin) => {
    const at =
      (as: LogLevel): Log['info'] =>
      (text, facts = {}) => {
        if (RANK[as] > RANK[level]) return
        const time = new Date(now()).toISOString()
        const pairs = Object.entries(facts).map(([name, value]) => ` ${name}=${shown(value)}`)
        write(`${time} ${as} ${plugin}: ${plain(text + pairs.join(''))}\n`)
      }
    return { error: at('error'), warn: at('warning'), info: at('notice'), debug: at('info') }
  }
}
