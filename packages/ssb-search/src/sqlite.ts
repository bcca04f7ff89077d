/**
 * Texts in a file of their own, found by SQLite's full-text index.
 *
 * @packageDocumentation
 */
import { rmSync } from 'node:fs'
import Database from 'libsql'
import type { Engine, Mark } from './engine.ts'

/** Another number makes the file be written anew. */
const VERSION = 1

// The texts are not kept: the log has them. Marks on letters do not matter, and beginnings of words are found.
const TABLES = `
  CREATE TABLE IF NOT EXISTS mark (one INTEGER PRIMARY KEY, position INTEGER, id TEXT);
  CREATE VIRTUAL TABLE IF NOT EXISTS texts USING fts5(
    text, content='', contentless_delete=1, prefix='3',
    tokenize="unicode61 remove_diacritics 2 categories 'L* N* M* Co'"
  );
  PRAGMA user_version = ${VERSION};`

interface Row {
  readonly [column: string]: unknown
}

function open(file: string): Database.Database {
  const database = new Database(file)
  try {
    // What a loss of power takes is read from the log again.
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA cache_size = -4096')
    const { user_version: version } = database.prepare('PRAGMA user_version').get() as Row
    if (version !== VERSION) database.exec('DROP TABLE IF EXISTS texts; DROP TABLE IF EXISTS mark')
    database.exec(TABLES)
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

/** A file that cannot be read is begun anew: everything in it comes from the log. */
function openAnyway(file: string): Database.Database {
  try {
    return open(file)
  } catch {
    for (const suffix of ['', '-wal', '-shm']) rmSync(file + suffix, { force: true })
    return open(file)
  }
}

/** A word that begins so, quoted: nothing in it is syntax. */
const beginning = (word: string): string => `"${word.replaceAll('"', '""')}"*`

/**
 * Open an engine.
 *
 * @param file absolute path, in a folder that exists; `null`: in memory, for what must not be on disk
 */
export function openSqlite(file: string | null): Engine {
  const database = file === null ? open(':memory:') : openAnyway(file)
  const add = database.prepare('INSERT INTO texts (rowid, text) VALUES (?, ?)')
  const remove = database.prepare('DELETE FROM texts WHERE rowid = ?')
  const find = database.prepare(
    'SELECT rowid AS position FROM texts WHERE texts MATCH ? ORDER BY rowid DESC LIMIT ?',
  )
  const setMark = database.prepare('INSERT OR REPLACE INTO mark VALUES (0, ?, ?)')
  const getMark = database.prepare('SELECT position, id FROM mark')
  const all = (work: () => void): void => {
    database.exec('BEGIN')
    try {
      work()
      database.exec('COMMIT')
    } catch (error) {
      database.exec('ROLLBACK')
      throw error
    }
  }
  const NOTHING: Mark = { position: -1, id: null }
  let mark = NOTHING
  const row = getMark.get() as Row | undefined
  if (row !== undefined)
    mark = { position: Number(row['position']), id: row['id'] === null ? null : String(row['id']) }
  return {
    mark: () => mark,
    write(entries, next) {
      all(() => {
        for (const { position, text } of entries) {
          remove.run(position)
          add.run(position, text)
        }
        setMark.run(next.position, next.id)
      })
      mark = next
    },
    find(words, limit) {
      const rows = find.all(words.map(beginning).join(' '), limit) as Row[]
      return rows.map((found) => Number(found['position']))
    },
    remove(positions) {
      all(() => {
        for (const position of positions) remove.run(position)
      })
    },
    clear() {
      all(() => database.exec('DELETE FROM texts; DELETE FROM mark'))
      mark = NOTHING
    },
    close: () => database.close(),
  }
}
