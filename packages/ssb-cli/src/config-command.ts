import { expected, isKey, keys, nearest } from '@scuttlebot/ssb-config'
import type { ReadConfig } from '@scuttlebot/ssb-config/node'
import { readArguments } from './arguments.ts'
import { usage } from './errors.ts'
import type { Io } from './io.ts'
import { type Format, printResult } from './print.ts'

/** The setting that `--explain` names; `null`: print all. @throws {@link CliError} */
export function configOptionsOf(rest: readonly string[]): string | null {
  const { values } = readArguments(rest)
  const [given] = values
  if (values.length === 0) return null
  const explain =
    typeof given === 'object' && given !== null
      ? (given as Readonly<Record<string, unknown>>)['explain']
      : undefined
  if (values.length > 1 || typeof explain !== 'string' || Object.keys(given as object).length > 1)
    throw usage('config takes nothing but --explain KEY.')
  return explain
}

/** `sbot config`: everything, or the story of one setting. Reads nothing secret. */
export async function runConfig(
  read: ReadConfig,
  key: string | null,
  io: Io,
  format: Format,
): Promise<number> {
  if (key === null) {
    await printResult(io, { ...read.config, config: read.file }, format)
    return 0
  }
  if (!isKey(key)) {
    const near = nearest(key, keys)
    const hint = near === null ? 'sbot help config lists them.' : `Did you mean ${near}?`
    throw usage(`There is no setting named ${JSON.stringify(key.slice(0, 80))}. ${hint}`)
  }
  const { value, origin, overridden, option } = read.explain(key)
  if (format.json) {
    const { type, unit, description } = option
    const facts = {
      key,
      value,
      origin,
      overridden,
      default: option.default,
      type,
      unit,
      description,
    }
    await printResult(io, facts, format)
    return 0
  }
  const unit = option.unit === undefined ? '' : ` ${option.unit}`
  const lines = [
    `${key} = ${JSON.stringify(value)}${unit}`,
    `  from ${origin.place}`,
    ...overridden.map(
      (lower) => `  over ${JSON.stringify(lower.value)} from ${lower.origin.place}`,
    ),
    `  ${option.description}`,
    `  It is ${expected(option)}${option.unit === undefined ? '' : ` (${option.unit})`}.`,
  ]
  await io.out(`${lines.join('\n')}\n`)
  return 0
}
