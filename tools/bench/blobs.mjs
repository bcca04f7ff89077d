// Blobs of 5 MB go from one of our servers to an empty one over TCP, as a share of what a bare box stream carries.
import { fork } from 'node:child_process'
import { createCipheriv, createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { freemem, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { setFlagsFromString } from 'node:v8'
import { startNode } from '../interop/nodes.mjs'
import { startOurs } from '../interop/ours.mjs'
import { load } from '../lib/packages.mjs'
import { median, rate, rateOf, spread } from './measure.mjs'

const WORKER = fileURLToPath(new URL('blobs.worker.mjs', import.meta.url))
/** The largest blob that every server takes; the next larger size is a limit. */
const BLOB_BYTES = 5 * 1024 * 1024 - 1
/** So that one is hashed while the disk syncs another. */
const ADDS_AT_ONCE = 4
/** Bytes of one write of the disk alone. */
const WRITE_BYTES = 1 << 20
const MB = 1e6

const message = (child, name) =>
  new Promise((resolve, reject) => {
    child.on('message', (said) => said[name] !== undefined && resolve(said[name]))
    child.once('exit', () => reject(new Error('the baseline ended by itself')))
  })

/** Bytes a second of a bare box stream between two processes; with a folder, hashed, written and synced there. */
async function bare(bytes, folder) {
  const kept = folder === undefined ? [] : [folder]
  const receiver = fork(WORKER, ['receive', String(bytes), ...kept])
  const port = await message(receiver, 'port')
  const sender = fork(WORKER, ['send', String(port), String(bytes)])
  return bytes / (await message(sender, 'seconds'))
}

/** The same with a folder of its own. */
async function stored(bytes) {
  const folder = mkdtempSync(join(tmpdir(), 'scuttlebot-bench-'))
  try {
    return await bare(bytes, folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/**
 * Have the machine lay memory under its cache of files before anything is measured: a virtual one asks its host for
 * each page that it has not had yet, which takes four times as long as writing it, whoever writes.
 */
async function touchMemory(bytes) {
  const folder = mkdtempSync(join(tmpdir(), 'scuttlebot-bench-'))
  try {
    const part = Buffer.alloc(WRITE_BYTES, 1)
    const file = await open(join(folder, 'memory'), 'wx')
    for (let at = 0; at < Math.min(bytes, freemem() / 2); at += part.length) await file.write(part)
    await file.close()
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The most memory that a process has had, in MB. */
function peakMemory(pid) {
  const line = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
  return Number(line?.[1]) / 1024
}

/** Bytes that nothing repeats. */
function* blobs(count) {
  const cipher = createCipheriv('aes-128-ctr', Buffer.alloc(16, 'blobs'), Buffer.alloc(16))
  for (let n = 0; n < count; n++) {
    const bytes = cipher.update(Buffer.alloc(BLOB_BYTES))
    yield { bytes, hash: createHash('sha256').update(bytes).digest() }
  }
}

const idOf = (hash) => `&${hash.toString('base64')}.sha256`

/** Lay blobs into a folder as any server would have. */
function fill(folder, count) {
  const ids = []
  for (const { bytes, hash } of blobs(count)) {
    const hex = hash.toString('hex')
    const place = join(folder, 'blobs', 'sha256', hex.slice(0, 2))
    mkdirSync(place, { recursive: true })
    writeFileSync(join(place, hex.slice(2)), bytes)
    ids.push(idOf(hash))
  }
  return ids
}

/** Do something for each, a few at a time. */
async function inLanes(all, work) {
  const rest = [...all.entries()]
  const lane = async () => {
    for (let one = rest.pop(); one; one = rest.pop()) await work(...one)
  }
  await Promise.all(Array.from({ length: ADDS_AT_ONCE }, lane))
}

/** Write bytes into a new file and have the disk keep them: what any durable store does at least. */
async function writeFileDurably(path, bytes) {
  const file = await open(path, 'wx')
  for (let at = 0; at < bytes.length; at += WRITE_BYTES)
    await file.write(bytes, at, Math.min(WRITE_BYTES, bytes.length - at))
  await file.datasync()
  await file.close()
}

/** Bytes a second of adding to a storage on disk, of the hash alone, and of the disk alone. */
async function local(count) {
  const { diskStorage } = await load('ssb-blobs/disk')
  const { blobs: plugin } = await load('ssb-blobs')
  const { createHost } = await load('ssb-plugin')
  const folder = mkdtempSync(join(tmpdir(), 'scuttlebot-bench-'))
  try {
    const all = [...blobs(count)].map(({ bytes }) => bytes)
    const hash = rate(count * BLOB_BYTES, () => {
      for (const bytes of all) createHash('sha256').update(bytes).digest()
    })
    const id = `@${'A'.repeat(43)}=.ed25519`
    const host = createHost({
      keys: { id, sign: () => new Uint8Array(64) },
      plugins: [plugin({ storage: diskStorage(folder) })],
    })
    await host.start()
    const chunks = async function* (bytes) {
      for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536)
    }
    const add = await rateOf(count * BLOB_BYTES, () =>
      inLanes(all, (_, bytes) => host.plugins.blobs.add(chunks(bytes))),
    )
    await host.stop()
    const disk = await rateOf(count * BLOB_BYTES, () =>
      inLanes(all, (n, bytes) => writeFileDurably(join(folder, `raw${n}`), bytes)),
    )
    return { hash, add, disk }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Bytes a second between two reference servers. */
async function reference(count) {
  const nodes = []
  const folder = mkdtempSync(join(tmpdir(), 'scuttlebot-bench-'))
  try {
    for (const name of ['a', 'b']) nodes.push(await startNode('ss', `blobs-bench-${name}`))
    const [from, to] = nodes
    const ids = []
    let n = 0
    for (const { bytes } of blobs(count)) {
      const file = join(folder, String(n++))
      writeFileSync(file, bytes)
      ids.push(await from.blobs.add(file))
      rmSync(file)
    }
    await to.connect(from)
    return await rateOf(count * BLOB_BYTES, () => Promise.all(ids.map((id) => to.blobs.want(id))))
  } finally {
    for (const node of nodes) await node.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** @returns {Promise<import('./main.mjs').Report>} */
export async function run({ runs, quick }) {
  const count = quick ? 40 : 205
  const total = count * BLOB_BYTES
  const source = await startOurs({ name: 'source' })
  const figures = {
    bare: [],
    blobs: [],
    ratio: [],
    stored: [],
    share: [],
    theirs: [],
    times: [],
    from: [],
    to: [],
  }
  const alone = { hash: [], add: [], disk: [] }
  // As the program that serves does it, for what is measured in this process.
  setFlagsFromString('--no-concurrent-array-buffer-sweeping')
  try {
    await source.stop()
    const ids = fill(source.path, count)
    for (let n = 0; n < runs; n++) {
      await touchMemory(2.5 * total)
      await source.restart()
      const receiver = await startOurs({ name: 'receiver' })
      try {
        const before = await bare(total)
        await receiver.connect(source.address)
        const speed = await rateOf(total, () =>
          Promise.all(ids.map((id) => receiver.call('blobs.want', id))),
        )
        const baseline = (before + (await bare(total))) / 2
        figures.bare.push(baseline / MB)
        figures.blobs.push(speed / MB)
        figures.ratio.push(speed / baseline)
        figures.from.push(peakMemory(source.pid))
        figures.to.push(peakMemory(receiver.pid))
        const floor = await stored(total)
        figures.stored.push(floor / MB)
        figures.share.push(speed / floor)
        const theirs = await reference(Math.min(count, 40))
        figures.theirs.push(theirs / MB)
        figures.times.push(speed / theirs)
        const { hash, add, disk } = await local(Math.min(count, 40))
        alone.hash.push(hash / MB)
        alone.add.push(add / MB)
        alone.disk.push(disk / MB)
      } finally {
        await receiver.close()
        await source.stop()
      }
    }
  } finally {
    await source.close()
  }
  return {
    ratio: median(figures.ratio),
    unit: 'of a bare box stream over TCP',
    head: ['what', 'MB/s', 'ratio'],
    rows: [
      ['box stream over TCP alone', spread(figures.bare), '1'],
      ['blobs from ours to ours', spread(figures.blobs), spread(figures.ratio, 2)],
      [
        'that box stream, hashed, written and synced; ours to it',
        spread(figures.stored),
        spread(figures.share, 2),
      ],
      [
        'blobs from ssb-server 16 to itself; ours to it',
        spread(figures.theirs),
        spread(figures.times, 2),
      ],
      ['SHA-256 alone, of bytes in memory', spread(alone.hash), '1'],
      [
        'writing and syncing alone, without a hash',
        spread(alone.disk),
        (median(alone.disk) / median(alone.hash)).toFixed(2),
      ],
      [
        'adding to a folder, durably',
        spread(alone.add),
        (median(alone.add) / median(alone.hash)).toFixed(2),
      ],
      ["the sender's peak memory, MB", spread(figures.from), ''],
      ["the receiver's peak memory, MB", spread(figures.to), ''],
    ],
    notes: [
      `${count} blobs of ${BLOB_BYTES} bytes, both servers on this machine's cores.`,
      'Before each run as much is written and removed, so that the cache of files has its memory.',
      'The bare stream reads no file, hashes nothing and writes nothing; ours reads, hashes, writes and syncs each blob.',
    ],
  }
}
