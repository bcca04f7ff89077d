// The page: load what main.mjs has bundled, run it, and post what came of it.
import { plan } from 'browser:plan'
import { takeTests } from './vitest.mjs'

/** Rows of tests that compare backends, see native.mjs. */
const NATIVE = /\bsodium-native\b/

/** Newer V8 writes deep JSON without recursion: content that has no text in older ones is refused for its size here. */
const isRefusedForSize = (name, error) =>
  name.endsWith('UNENCODABLE]') && error?.actual?.code === 'SSB_VALIDATE_SIZE'

const textOf = (error) => {
  const gave =
    error?.actual === undefined ? '' : ` (gave ${JSON.stringify(error.actual)?.slice(0, 200)})`
  return `${String(error?.stack ?? error).slice(0, 400)}${gave}`
}

/** One test file or one asset of vectors: its cases, counted. */
async function judge({ kind, load }) {
  const tally = { passed: 0, failures: [] }
  const fail = (name, detail) => tally.failures.push(detail ? `${name}: ${detail}` : name)
  try {
    if (kind === 'tests') {
      await load()
      for (const { name, run } of takeTests().filter((test) => !NATIVE.test(test.name)))
        try {
          await run()
          tally.passed++
        } catch (error) {
          if (isRefusedForSize(name, error)) tally.passed++
          else fail(name, textOf(error))
        }
    } else
      for await (const { name, ok, detail } of await load())
        if (ok) tally.passed++
        else fail(name, detail)
  } catch (error) {
    fail('loading', textOf(error))
  }
  if (tally.passed + tally.failures.length === 0) fail('no case was run')
  return tally
}

const post = (path, value) => fetch(path, { method: 'POST', body: JSON.stringify(value) })

addEventListener('unhandledrejection', ({ reason }) => post('/error', textOf(reason)))
addEventListener('error', ({ error, message }) => post('/error', textOf(error ?? message)))

for (const entry of plan) {
  const start = performance.now()
  const tally = await judge(entry)
  const { name, packages } = entry
  await post('/result', { name, packages, ...tally, ms: Math.round(performance.now() - start) })
}
await post('/done', { Buffer: typeof globalThis.Buffer, process: typeof globalThis.process })
