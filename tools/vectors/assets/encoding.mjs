// Text forms: ssb-encode.
import { createHash } from 'node:crypto'
import { load } from '../../lib/packages.mjs'

const lines = (text) =>
  text
    .split('\n')
    .filter((line) => line)
    .map((line) => JSON.parse(line))
const hex = (bytes) => Buffer.from(bytes).toString('hex')

/** What the platform makes of bytes: a value, or nothing when they are no UTF-8 or no JSON. */
function platformParse(bytes) {
  try {
    return {
      value: JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)),
    }
  } catch {
    return null
  }
}

/** @type {import('../main.mjs').Asset[]} */
export const assets = [
  {
    file: 'go-ssb/v8-binary-strings.json',
    packages: 'ssb-encode',
    async *run(read) {
      const { lowBytes } = await load('ssb-encode')
      for (const { input, low_bytes_hex } of JSON.parse(read(this.file)))
        yield { name: input, ok: hex(lowBytes(input)) === low_bytes_hex }
    },
  },
  {
    file: 'legacy-value-testdata/yay-sample.jsonl',
    packages: 'ssb-encode',
    async *run(read) {
      const { encode, lowBytes, parseJson, utf8 } = await load('ssb-encode')
      for (const { name, input_base64, signing_base64, length, sha256_hex } of lines(
        read(this.file),
      )) {
        const parsed = parseJson(Buffer.from(input_base64, 'base64'))
        const text = parsed.ok ? encode(parsed.value) : ''
        const ok =
          parsed.ok &&
          Buffer.from(utf8(text)).toString('base64') === signing_base64 &&
          text.length === length &&
          createHash('sha256').update(lowBytes(text)).digest('hex') === sha256_hex
        yield { name, ok, detail: text.slice(0, 80) }
      }
    },
  },
  {
    file: 'legacy-value-testdata/nay-sample.jsonl',
    packages: 'ssb-encode',
    async *run(read) {
      const { parseJson } = await load('ssb-encode')
      for (const { category, name, input_base64 } of lines(read(this.file))) {
        const bytes = Buffer.from(input_base64, 'base64')
        const judged = platformParse(bytes)
        yield {
          name: `${category}/${name}`,
          ok: parseJson(bytes).ok === (judged !== null),
          detail: `${JSON.stringify(bytes.toString().slice(0, 80))}: JSON.parse ${judged ? 'accepts' : 'refuses'} it`,
          ...(judged && {
            wrong: `filed as ${category}, yet it is UTF-8 and JSON: JSON.parse accepts it, and so does every peer that uses it`,
          }),
        }
      }
    },
  },
]
