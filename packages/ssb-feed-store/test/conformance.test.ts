import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MemoryLevel } from 'memory-level'
import { describe, test } from 'vitest'
import { databaseConformance } from '../src/conformance.ts'
import { openDisk } from '../src/disk.ts'
import { countWrites, mortal } from '../src/testing.ts'
import { memory } from './make.ts'

describe('memory-level', () => {
  databaseConformance({ describe, test }, () => ({ database: memory() }))
})

describe('a sublevel of memory-level', () => {
  databaseConformance({ describe, test }, () => {
    const root = new MemoryLevel<string, string>()
    return {
      database: root.sublevel<Uint8Array, Uint8Array>('ssb', {
        keyEncoding: 'view',
        valueEncoding: 'view',
      }),
    }
  })
})

describe('the wrappers for tests', () => {
  databaseConformance({ describe, test }, () => ({ database: countWrites(mortal(memory())) }))
})

describe('classic-level', () => {
  databaseConformance({ describe, test }, () => {
    const folder = mkdtempSync(join(tmpdir(), 'ssb-store-'))
    return {
      database: openDisk(folder),
      reopen: () => openDisk(folder),
      remove: () => rmSync(folder, { recursive: true }),
    }
  })
})
