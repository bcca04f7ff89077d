// The real store with the real indexes of ssb-query, as every scenario opens it.
import { createRequire } from 'node:module'
import { createAuthor } from '../generate/author.mjs'
import { entryFile, load } from '../lib/packages.mjs'

const crypto = await load('ssb-crypto')
await crypto.ready
const { createStore } = await load('ssb-feed-store')
const { defineIndexes } = await load('ssb-query')
const { MemoryLevel } = createRequire(entryFile('ssb-feed-store'))('memory-level')

/** @typedef {{ name: string, version: number, map?: Function, order?: Function }} Definition */

/** A database in memory. */
export const memory = () => new MemoryLevel({ keyEncoding: 'view', valueEncoding: 'view' })

/** The own identity of a scenario. */
export const identity = (seed) => createAuthor(`crash/${seed}`)

/**
 * A store over a database, not open yet, and the definitions of its indexes.
 *
 * @param {any} database
 * @param {ReturnType<typeof identity>} own
 * @param {{ version?: number, indexed?: boolean, marks?: any[], isNew?: boolean }} [options] another version has the
 *   indexes built anew
 */
export function makeStore(
  database,
  own,
  { version = 1, indexed = true, marks = [], isNew = true } = {},
) {
  const store = createStore({
    database,
    id: own.id,
    sign: (bytes) => crypto.sign(bytes, own.pair.secretKey),
    now: Date.now,
    marks,
    isNew,
  })
  /** @type {Definition[]} */
  const definitions = []
  const renumbered = (define) => (definition) => {
    const made = { ...definition, version }
    definitions.push(made)
    return define(made)
  }
  if (indexed)
    defineIndexes({
      ...store.api,
      defineIndex: renumbered(store.api.defineIndex),
      defineOrder: renumbered(store.api.defineOrder),
    })
  return {
    ...store,
    get mended() {
      return store.mended
    },
    definitions,
  }
}
