// node tools/generate/main.mjs [--feeds 100] [--messages 1000] [--seed TEXT] [--varied] [--path]
// Writes message values, one JSON object a line; with --path only the name of the file that holds them.
import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { parseArgs } from '../lib/arguments.mjs'
import { dataFile } from './generate.mjs'

const { values } = parseArgs(
  {
    options: {
      feeds: { type: 'string' },
      messages: { type: 'string' },
      seed: { type: 'string' },
      varied: { type: 'boolean', default: false },
      path: { type: 'boolean', default: false },
    },
  },
  ['feeds', 'messages'],
)
const count = (text, usual) => {
  const n = Number(text ?? usual)
  if (Number.isInteger(n) && n > 0) return n
  console.error(`${text} is not a positive whole number`)
  process.exit(1)
}
const file = dataFile({
  feeds: count(values.feeds, 100),
  messages: count(values.messages, values.varied ? 2000 : 1000),
  seed: values.seed ?? 'scuttlebot',
  varied: values.varied,
})
if (values.path) console.log(file)
else await pipeline(createReadStream(file), process.stdout)
