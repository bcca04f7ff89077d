import { beforeAll, describe, expect, test } from 'vitest'
// The recipe of the build is JavaScript, as the build runs before anything is built.
import { bundlePage, compressed, gzipped } from '../../../tools/web/page.mjs'

const KB = 1_000
const CRYPTO = 'page/data/link.ts'

describe('the page as it is built', () => {
  let page: Awaited<ReturnType<typeof bundlePage>>
  beforeAll(async () => {
    page = await bundlePage()
  }, 60_000)

  const cryptoName = (): string =>
    [...page.lazy].find(([source]) => source.endsWith(CRYPTO))?.[1] ?? ''
  const sizeOf = (names: readonly string[]): number =>
    names.reduce((sum, name) => sum + gzipped(page.files.get(name) ?? new Uint8Array()), 0)

  test('is below 150 kB without the cryptography, even with what is loaded later', () => {
    const others = [...page.files.keys()].filter((name) => name !== cryptoName())
    expect(others.length).toBeGreaterThan(4)
    const bytes = sizeOf(others)
    expect(bytes).toBeGreaterThan(40 * KB)
    expect(bytes).toBeLessThan(150 * KB)
  })

  test('has its cryptography apart, below 200 kB', { timeout: 30_000 }, () => {
    const bytes = compressed(cryptoName(), page.files.get(cryptoName()) ?? new Uint8Array())
    expect(bytes?.length).toBeGreaterThan(100 * KB)
    expect(bytes?.length).toBeLessThan(200 * KB)
    expect(sizeOf([cryptoName()])).toBeLessThan(215 * KB)
  })

  test('names no other place, and holds no script or style in its text', () => {
    const html = Buffer.from(page.files.get('index.html') ?? []).toString()
    expect(html).not.toMatch(/<style|style=|<script(?![^>]*src=)|https?:|%[A-Z]+%| on\w+=/)
    for (const [, path] of html.matchAll(/(?:href|src)="([^"]*)"/g))
      expect(page.files.has(path?.replace('/web/', '') ?? ''), path).toBe(true)
  })

  test('reaches nothing of Node', () => {
    for (const [name, bytes] of page.files)
      if (name.endsWith('.js'))
        expect(Buffer.from(bytes).toString()).not.toMatch(/(?:from|import\(|require\()\s*["']node:/)
  })
})
