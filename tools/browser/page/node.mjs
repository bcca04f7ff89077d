// What tests and vector cases use of Node's modules, for them alone: see bundle.mjs.
import { Buffer } from './buffer.mjs'
import { equals } from './expect.mjs'

/** Files below vectors/, as base64 by path; main.mjs serves them. */
const files = await (await fetch('/vectors.json')).json()

/** node:fs: only vectors. */
export function readFileSync(path, encoding) {
  const [, file] = String(path).match(/vectors\/(.+)$/) ?? []
  if (file === undefined || files[file] === undefined)
    throw new Error(`ENOENT: the page has no ${path}`)
  const bytes = Buffer.from(files[file], 'base64')
  return encoding ? bytes.toString('utf8') : bytes
}

/** node:url */
export const fileURLToPath = (url) => new URL(url).pathname

/** node:path */
export const join = (...parts) => parts.join('/')

/** node:util */
export const isDeepStrictEqual = (a, b) => equals(a, b)

// Only cases that are not run here call these.
const absent = () => {
  throw new Error('a page has no files')
}

export { absent as mkdtempSync, absent as rmSync, absent as tmpdir, absent as writeFileSync }
