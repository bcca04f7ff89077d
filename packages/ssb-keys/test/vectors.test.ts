// Calls recorded from ssb-keys' own tests, secret files of two implementations, and generated private messages.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { loadSync } from '../src/file.ts'
import * as ssbKeys from '../src/index.ts'

const file = (name: string): string =>
  readFileSync(new URL(`../../../vectors/${name}`, import.meta.url), 'utf8')

interface Call {
  readonly fn: string
  readonly args: readonly unknown[]
  readonly result?: unknown
  readonly throws?: string
}

/** `{"$hex"}`, `{"$number"}` and `{"$undefined"}` as what they stand for. */
function revive(x: unknown): unknown {
  if (Array.isArray(x)) return x.map(revive)
  if (typeof x !== 'object' || x === null) return x
  if ('$hex' in x) return Buffer.from(String(x.$hex), 'hex')
  if ('$number' in x) return Number(x.$number)
  if ('$undefined' in x) return undefined
  return Object.fromEntries(Object.entries(x).map(([key, value]) => [key, revive(value)]))
}

describe('recorded calls of ssb-keys', () => {
  const calls = JSON.parse(file('ssb-keys/recorded-calls.json')) as Call[]
  const functions = ssbKeys as unknown as Record<string, (...args: unknown[]) => unknown>

  test('are sixty', () => {
    expect(calls).toHaveLength(60)
  })

  test.each(calls.map((call, i) => [i, call.fn, call] as const))('%i: %s', (_i, fn, call) => {
    const args = call.args.map(revive)
    const run = (): unknown => functions[fn]?.(...args)
    if (call.throws !== undefined) return expect(run).toThrow()
    // `box` draws a random key: what it makes is opened by the calls after it, and has the recorded length.
    if (fn === 'box') expect(String(run())).toHaveLength(String(call.result).length)
    else expect(run()).toEqual(revive(call.result))
  })
})

test('secret files of JavaScript and Go', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ssb-keys-'))
  const texts = JSON.parse(file('ssb-keyfile/secrets.json')) as Record<string, string>
  for (const name of ['secret', 'secret-go']) {
    writeFileSync(join(folder, name), texts[name] as string, { mode: 0o600 })
    expect(loadSync(join(folder, name)).id).toBe(texts['expected_id'])
  }
  rmSync(folder, { recursive: true })
})

describe('private messages of ssb-fixtures', () => {
  interface Private {
    readonly secrets: Record<string, ssbKeys.Keys>
    readonly messages: readonly { key: string; readable_by: string[]; content: unknown }[]
  }
  const { secrets, messages } = JSON.parse(file('ssb-fixtures/private-200.json')) as Private
  const lines = file('ssb-fixtures/messages-200.jsonl').trim().split('\n')
  const boxed = new Map(
    lines.map((line) => {
      const { key, value } = JSON.parse(line) as { key: string; value: { content: string } }
      return [key, value.content]
    }),
  )

  test.each(messages)('$key opens for its readers and for nobody else', (message) => {
    const content = boxed.get(message.key)
    for (const [name, keys] of Object.entries(secrets)) {
      const isReader = message.readable_by.includes(name)
      expect(ssbKeys.unbox(content, keys)).toEqual(isReader ? message.content : undefined)
    }
  })
})
