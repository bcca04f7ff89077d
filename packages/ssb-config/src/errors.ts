/**
 * What is wrong with a configuration.
 *
 * - `SSB_CONFIG_UNREADABLE`: the file is there (or was asked for) and cannot be read.
 * - `SSB_CONFIG_SYNTAX`: the file is not JSON with comments.
 * - `SSB_CONFIG_UNKNOWN_KEY`: no option has this name.
 * - `SSB_CONFIG_WRONG_VALUE`: the value is of the wrong type or out of range.
 * - `SSB_CONFIG_CONFLICT`: `host`, `port` or `ws.port` disagree with `connections.incoming`.
 */
export type ConfigErrorCode =
  | 'SSB_CONFIG_UNREADABLE'
  | 'SSB_CONFIG_SYNTAX'
  | 'SSB_CONFIG_UNKNOWN_KEY'
  | 'SSB_CONFIG_WRONG_VALUE'
  | 'SSB_CONFIG_CONFLICT'

/** One thing that is wrong, with the place to mend. */
export interface Problem {
  readonly code: ConfigErrorCode
  /** Dotted key, or `''` where the trouble is not with one key. */
  readonly key: string
  /** Where it was found: `/home/me/.ssb/config:3:5`, `the environment variable ssb_port`, `--port`. */
  readonly place: string
  /** One sentence without the place. */
  readonly reason: string
}

/** Thrown by `readConfig` and `requireConfig`: the first problem is the message, all are in `problems`. */
export class ConfigError extends Error {
  override readonly name: string = 'ConfigError'
  readonly code: ConfigErrorCode
  readonly problems: readonly Problem[]

  constructor(problems: readonly [Problem, ...Problem[]], options?: ErrorOptions) {
    super(describeProblems(problems), options)
    this.code = problems[0].code
    this.problems = problems
  }
}

/** One sentence about the first problem, and how many more there are. */
export function describeProblems(problems: readonly [Problem, ...Problem[]]): string {
  const [first, ...rest] = problems
  const more = rest.length === 0 ? '' : ` (and ${rest.length} more)`
  return first.place === '' ? `${first.reason}${more}` : `${first.place}: ${first.reason}${more}`
}
