import { isKey } from '@scuttlebot/ssb-config'
import type { MethodHelp, PlainManifest } from '@scuttlebot/ssb-muxrpc'
import { type MethodArguments, readArguments } from './arguments.ts'
import { backupFileOf } from './backup.ts'
import { misnamed } from './check.ts'
import { completionOf } from './completion.ts'
import { configOptionsOf } from './config-command.ts'
import { sentenceOf } from './errors.ts'
import { exportOptionsOf } from './export.ts'
import { FSCK_SWITCHES } from './fsck.ts'
import { readCommandLine, readSettings } from './globals.ts'
import { helpOf, LOCAL_NAMES } from './help.ts'
import { importFileOf } from './import.ts'
import { findMethod, unknownCommand } from './method.ts'
import { migrateArguments } from './migrate.ts'

/** What a server says of its methods. */
export interface Declared {
  readonly manifest: PlainManifest
  /** What `help` answers. */
  readonly help: unknown
}

/** Methods whose flags are fields of a message, whatever their names. */
export const PUBLISHING: ReadonlySet<string> = new Set(['publish', 'private.publish'])

const NO_HELP: MethodHelp = { description: '' }

/** Documentation writes `@FEED` where an id stands. */
const SOMEBODY = '@AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=.ed25519'

/** How each command of the program reads what comes after it; throws when it cannot. */
const LOCALS: Readonly<Record<string, (rest: readonly string[]) => unknown>> = {
  start: (rest) => settingsOf('start', rest),
  import: importFileOf,
  export(rest) {
    const filled = rest.map((word) => (word.startsWith('@') ? SOMEBODY : word))
    exportOptionsOf(filled)
  },
  fsck: (rest) => settingsOf('fsck', rest, FSCK_SWITCHES),
  migrate: (rest) => settingsOf('migrate', migrateArguments(rest).rest),
  backup: (rest) => backupFileOf('backup', rest),
  restore: (rest) => settingsOf('restore', backupFileOf('restore', rest).rest),
  config(rest) {
    const key = configOptionsOf(rest)
    if (key !== null && !isKey(key)) throw new Error(`there is no setting ${key}`)
  },
  completion: completionOf,
  help: () => undefined,
}

function settingsOf(command: string, rest: readonly string[], more: readonly string[] = []): void {
  for (const { key } of readSettings(command, rest, more).flags)
    if (!isKey(key)) throw new Error(`there is no setting ${key}`)
}

/**
 * What a command line says that no server or command of the program knows: methods, options, settings, too many
 * arguments. `null` when it makes sense. For tests of documentation; a server is free to take more than it tells of.
 *
 * @param argv as after `sbot`
 */
export function misspelt(argv: readonly string[], declared: Declared): string | null {
  try {
    const { flags, command, rest } = readCommandLine(argv)
    for (const { key } of flags) if (!isKey(key)) return `there is no setting ${key}`
    if (command === null || command === 'help') return null
    const local = LOCAL_NAMES.includes(command) ? LOCALS[command] : undefined
    if (local === undefined) return misspeltMethod(command, readArguments(rest), declared)
    local(rest)
    return null
  } catch (error) {
    return sentenceOf(error)
  }
}

function misspeltMethod(
  command: string,
  typed: MethodArguments,
  { manifest, help }: Declared,
): string | null {
  const method = findMethod(manifest, command)
  if (method === null) throw unknownCommand(manifest, command, LOCAL_NAMES)
  return misnamed({ name: method.name, help: helpOf(help, method.name) ?? NO_HELP }, typed)
}
