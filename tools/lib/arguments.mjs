// The arguments of a tool: --help prints the comment that its main file begins with, and what is wrong gets a sentence.
import { readFileSync } from 'node:fs'
import { parseArgs as parse } from 'node:util'

/** The first comment of the file that was started. */
function firstComment() {
  const lines = readFileSync(process.argv[1], 'utf8').split('\n')
  const end = lines.findIndex((line) => !line.startsWith('//'))
  return lines.slice(0, end).map((line) => line.slice(3))
}

/**
 * As `parseArgs` of Node, for the main file of a tool.
 *
 * @template {import('node:util').ParseArgsConfig} T
 * @param {T} config
 * @param {readonly string[]} [numbers] options that are whole numbers, from 1
 * @param {() => readonly string[]} [help] how to call it, then what it does
 * @returns {ReturnType<typeof parse<T>>}
 */
export function parseArgs(config, numbers = [], help = firstComment) {
  const options = { ...config.options, help: { type: 'boolean', default: false } }
  try {
    const parsed = parse({ ...config, options })
    if (parsed.values.help) {
      console.log(help().join('\n'))
      process.exit(0)
    }
    for (const name of numbers) {
      const value = parsed.values[name]
      if (value !== undefined && !/^[1-9]\d{0,8}$/.test(value))
        throw Object.assign(new Error(`--${name} takes a whole number, from 1, not "${value}".`), {
          code: 'ERR_PARSE_ARGS_NUMBER',
        })
    }
    return parsed
  } catch (error) {
    if (!String(error.code).startsWith('ERR_PARSE_ARGS')) throw error
    const [sentence] = error.message.split('. ')
    console.error(`${sentence.replace(/\.$/, '')}.\nusage: ${help()[0]}`)
    process.exit(2)
  }
}
