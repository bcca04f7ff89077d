// Puts a file of messages into a new store and reports what that took.
import { closeSync, mkdtempSync, openSync, readdirSync, readSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setFlagsFromString } from 'node:v8'
import { load } from '../lib/packages.mjs'

// As ssb-server has it from its start; see its memory.ts.
setFlagsFromString('--no-concurrent-array-buffer-sweeping')
setFlagsFromString('--no-parallel-scavenge')

const BATCH = 500
const BATCHES_OPEN = 4
/** Bytes read at a time. */
const PIECE = 1 << 20

const crypto = await load('ssb-crypto')
await crypto.ready
const { generate, keyPairOf } = await load('ssb-keys')
const { createStore } = await load('ssb-feed-store')
const { openDisk } = await load('ssb-feed-store/disk')
const { createPool } = await load('ssb-validate/pool')
const query = await load('ssb-query')

const folder = mkdtempSync(join(tmpdir(), 'scuttlebot-ingest-'))
const keys = generate()
const { secretKey } = keyPairOf(keys)
const pool = createPool({ workers: 2 })
const store = createStore({
  database: openDisk(folder),
  id: keys.id,
  sign: (bytes) => crypto.sign(bytes, secretKey),
  now: Date.now,
  verifier: pool,
})
query.defineIndexes?.(store.api)
await store.open()

/** The messages of a file in batches, as they come from a wire: bytes, a piece at a time. */
function* batches(path) {
  const file = openSync(path, 'r')
  let rest = Buffer.alloc(0)
  let batch = []
  for (;;) {
    const piece = Buffer.allocUnsafeSlow(PIECE)
    const read = readSync(file, piece, 0, PIECE, null)
    if (read === 0) break
    const bytes = Buffer.concat([rest, piece.subarray(0, read)])
    let at = 0
    for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, at)) {
      batch.push(new Uint8Array(bytes.buffer, bytes.byteOffset + at, end - at))
      at = end + 1
      if (batch.length === BATCH) {
        yield batch
        batch = []
      }
    }
    rest = bytes.subarray(at)
  }
  closeSync(file)
  if (batch.length > 0) yield batch
}

const { userCPUTime, systemCPUTime } = process.resourceUsage()
const usedBefore = userCPUTime + systemCPUTime
const delay = monitorEventLoopDelay({ resolution: 1 })
delay.enable()
const start = process.hrtime.bigint()
const seconds = () => Number(process.hrtime.bigint() - start) / 1e9
const open = []
const check = async () => {
  for (const verdict of await open.shift())
    if (!verdict.ok) throw new Error(`a generated message was refused: ${verdict.reason}`)
}
let count = 0
for (const batch of batches(process.argv[2])) {
  if (open.length === BATCHES_OPEN) await check()
  count += batch.length
  open.push(store.api.add(batch))
}
while (open.length > 0) await check()
const committed = seconds()
await store.api.indexed()
const indexed = seconds()
delay.disable()
const used = process.resourceUsage()
const names = store.api.indexes().map(({ name }) => name)
await store.close()
await pool.close()
const disk = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0)
await store.open()
const begun = seconds()
await store.api.rebuild()
const rebuilt = seconds() - begun
await store.close()
rmSync(folder, { recursive: true, force: true })
process.send({
  count: count,
  committed,
  indexed,
  disk,
  indexes: names,
  stall: delay.percentile(99) / 1e6,
  // Both of the ingest alone.
  memory: used.maxRSS / 1024,
  cpu: (used.userCPUTime + used.systemCPUTime - usedBefore) / 1e6,
  rebuilt,
})
process.disconnect()
