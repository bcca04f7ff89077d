/**
 * Why a command did not work.
 *
 * - `SSB_CLI_USAGE`: what was typed makes no sense.
 * - `SSB_CLI_UNREACHABLE`: no server answers.
 * - `SSB_CLI_INPUT`: a file or standard input is not what was expected.
 * - `SSB_CLI_REMOTE`: the server answered with an error.
 */
export type CliErrorCode =
  | 'SSB_CLI_USAGE'
  | 'SSB_CLI_UNREACHABLE'
  | 'SSB_CLI_INPUT'
  | 'SSB_CLI_REMOTE'

/** A sentence for the person at the terminal; ends the command with exit code 1. */
export class CliError extends Error {
  override readonly name: string = 'CliError'
  readonly code: CliErrorCode

  constructor(code: CliErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** What was typed makes no sense. */
export function usage(message: string): CliError {
  return new CliError('SSB_CLI_USAGE', message)
}

const isLost = (error: unknown): boolean =>
  (error as { readonly code?: unknown } | null)?.code === 'SSB_MUXRPC_CLOSED'

/** The first line of what an error says: stacks and causes are for `--verbose`. */
export function sentenceOf(error: unknown): string {
  if (isLost(error)) return 'The connection to the server was lost.'
  const text = error instanceof Error ? error.message : String(error)
  return text.split('\n', 1)[0]?.trim() || 'something failed without saying why'
}

const UNREADABLE: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'you may not read it',
}

/** Whether an error is one of reading a file, and not of a connection. */
export function isOfFile(error: unknown): boolean {
  return ((error as NodeJS.ErrnoException | null)?.code ?? '') in UNREADABLE
}

/** What to say of a file, or of standard input, that could not be read. */
export function unreadable(what: string, error: unknown): CliError {
  const why = UNREADABLE[(error as NodeJS.ErrnoException | null)?.code ?? ''] ?? sentenceOf(error)
  return new CliError('SSB_CLI_INPUT', `${what} cannot be read: ${why}.`, { cause: error })
}
