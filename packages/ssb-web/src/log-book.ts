import { event } from '@scuttlebot/ssb-plugin'
import { LOG_LINES_MAX } from './limits.ts'

/** One line of the server's log. */
export interface LogLine {
  /** `2026-01-31T12:00:00.000Z warning net: text key=value`, without the end of the line */
  readonly text: string
}

/** The last lines of a log, and those to come: the server writes, the page reads. */
export class LogBook {
  readonly #lines: LogLine[] = []
  /** What a listener throws cannot be logged, as that would be the next line for it. */
  readonly #added = event<[line: LogLine]>(() => undefined)
  readonly #linesMax: number

  /** `linesMax`: how many lines are remembered, 1 or more. */
  constructor(linesMax: number = LOG_LINES_MAX) {
    this.#linesMax = linesMax
  }

  /** Take a line, with or without the line break at its end. */
  add(text: string): void {
    const line = { text: text.replace(/\n$/, '') }
    this.#lines.push(line)
    if (this.#lines.length > this.#linesMax) this.#lines.shift()
    this.#added.emit(line)
  }

  /** The lines that are remembered, the oldest first. */
  recent(): readonly LogLine[] {
    return [...this.#lines]
  }

  /** Be told of each further line; returns the way to stop that. */
  on(listener: (line: LogLine) => void): () => void {
    return this.#added.on(listener)
  }
}
