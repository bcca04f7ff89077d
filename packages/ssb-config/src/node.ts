/**
 * Reading the configuration of this machine; the Node part of ssb-config.
 *
 * @packageDocumentation
 */
import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import process from 'node:process'
import { appNameOf, type Config, type Flag, type Resolved, requireConfig } from './config.ts'
import { ConfigError } from './errors.ts'
import type { ConfigFile } from './file.ts'

/** What may be put in place of this process's own surroundings. */
export interface ReadOptions {
  readonly flags?: readonly Flag[]
  /** Defaults to `process.env`. */
  readonly environment?: Readonly<Record<string, string | undefined>>
  /** Defaults to the user's home folder. */
  readonly home?: string
  /** A file to read in place of `~/.ssb/config`; must exist. */
  readonly file?: string
}

/** A configuration that was read, with the file it came from. */
export type ReadConfig = Omit<Extract<Resolved, { ok: true }>, 'config'> & {
  readonly config: Config
  /** The file, whether it exists or not. */
  readonly file: string
}

/**
 * Read defaults < `~/.ssb/config` < environment < flags; `path` comes out absolute.
 *
 * The file is `file`, else the environment's `ssb_config`, else `config` in `~/.ssb` (`~/.NAME` with
 * `ssb_appname=NAME`). As in the reference, `--path` does not move it.
 * @throws {@link ConfigError} when anything is wrong.
 */
export function readConfig(options: ReadOptions = {}): ReadConfig {
  const environment = options.environment ?? process.env
  const home = options.home ?? homedir()
  const app = appNameOf(environment)
  const asked = options.file ?? environment[`${app}_config`]
  const file = resolve(asked ?? join(home, `.${app}`, 'config'))
  const text = readText(file, asked !== undefined)
  const resolved = requireConfig({
    home,
    files: text === null ? [] : [text],
    environment,
    flags: options.flags ?? [],
  })
  const config: Config = { ...resolved.config, path: resolve(resolved.config.path) }
  const beside = join(config.path, 'config')
  const isUnread = beside !== file && existsSync(beside)
  const unread = `${beside} is not read; to use it, say --config ${beside}`
  const warnings = isUnread ? [...resolved.warnings, unread] : resolved.warnings
  return { ...resolved, config, file, warnings }
}

function readText(file: string, mustExist: boolean): ConfigFile | null {
  try {
    return { name: file, text: readFileSync(file, 'utf8') }
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown'
    if (!mustExist && (code === 'ENOENT' || code === 'ENOTDIR')) return null
    const reason = code === 'ENOENT' ? 'there is no such file' : `cannot be read (${code})`
    throw new ConfigError([{ code: 'SSB_CONFIG_UNREADABLE', key: '', place: file, reason }], {
      cause: error,
    })
  }
}
