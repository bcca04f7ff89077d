// Blobs between our servers and foreign ones: wanted, pushed, in parts, over one server in between, through kills.
import { createCipheriv, createHash } from 'node:crypto'
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRandom } from '../lib/random.mjs'
import { startNode } from './nodes.mjs'
import { startOurs } from './ours.mjs'
import { agree } from './report.mjs'

const CHUNK = 65_536
const MAX = 5 * 1024 * 1024
/** Sizes at borders; those that are multiples of 64 KiB kill the connection when a classic server sends them. */
const BORDERS = [1, 2, CHUNK - 1, CHUNK + 1, 3 * CHUNK - 1, MAX - 1]
const MULTIPLES = [CHUNK, 2 * CHUNK, 16 * CHUNK]
const WANT_MS = 60_000

/** Do something for all, a few at a time. */
async function each(all, width, work) {
  const rest = [...all]
  const lane = async () => {
    for (let one = rest.shift(); one !== undefined; one = rest.shift()) await work(one)
  }
  await Promise.all(Array.from({ length: width }, lane))
}

const within = (what, ms, promise) => {
  let timer
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} took over ${ms} ms`)), ms)
  })
  return Promise.race([promise, late]).finally(() => clearTimeout(timer))
}

/** Files of given sizes with bytes that look random, and their digests. */
function files(folder, seed) {
  const cipher = createCipheriv('aes-128-ctr', Buffer.alloc(16, seed), Buffer.alloc(16))
  let count = 0
  return (size) => {
    const bytes = cipher.update(Buffer.alloc(size))
    const file = join(folder, String(count++))
    writeFileSync(file, bytes)
    return { file, size, hash: createHash('sha256').update(bytes).digest('hex') }
  }
}

/** Start nodes in a row, each following all others, each connected to the next. */
async function startRow(nodes, kinds, report) {
  await report.step(`start ${kinds.join(', ')}, follow and connect`, async () => {
    for (const [n, kind] of kinds.entries()) nodes.push(await startNode(kind, `blobs-${kind}-${n}`))
    for (const node of nodes)
      for (const other of nodes) if (other !== node) await node.follow(other.id)
    for (let n = 1; n < nodes.length; n++) await nodes[n - 1].connect(nodes[n])
  })
}

/** One node adds, another wants: it arrives whole. */
async function move(from, to, made) {
  const id = await from.blobs.add(made.file)
  await within(`${made.size} bytes from ${from.kind} to ${to.kind}`, WANT_MS, to.blobs.want(id))
  const { size, hash } = await to.blobs.digest(id)
  agree(
    `${made.size} bytes from ${from.kind} to ${to.kind}`,
    { size: made.size, hash: made.hash },
    { size, hash },
  )
  return id
}

async function withFolder(work) {
  const folder = mkdtempSync(join(tmpdir(), 'scuttlebot-blobs-'))
  const nodes = []
  try {
    await work(nodes, folder)
  } finally {
    for (const node of nodes) await node.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

/**
 * Our server and a foreign one.
 *
 * @param {string} kind
 * @param {ReturnType<import('./report.mjs').createReport>} report
 * @param {{ count?: number }} [options] blobs of any size, in all
 */
export async function blobsScenario(kind, report, { count = 200 } = {}) {
  await withFolder(async (nodes, folder) => {
    await startRow(nodes, ['ours', kind], report)
    const [ours, theirs] = nodes
    const make = files(folder, `blobs-${kind}`)
    for (const size of [...BORDERS, ...MULTIPLES])
      await report.step(`${size} bytes from us to ${kind}`, async () => {
        await move(ours, theirs, make(size))
      })
    for (const size of BORDERS)
      await report.step(`${size} bytes from ${kind} to us`, async () => {
        await move(theirs, ours, make(size))
      })
    await report.step('get, getSlice and has, asked by the foreign server', () =>
      calls(ours, theirs, make),
    )
    await report.step('a want that comes before the blob', async () => {
      const made = make(70_000)
      const id = `&${Buffer.from(made.hash, 'hex').toString('base64')}.sha256`
      const wanted = theirs.blobs.want(id)
      const ours2 = make(80_000)
      const id2 = `&${Buffer.from(ours2.hash, 'hex').toString('base64')}.sha256`
      const wanted2 = ours.blobs.want(id2)
      await new Promise((resolve) => setTimeout(resolve, 300))
      await ours.blobs.add(made.file)
      await theirs.blobs.add(ours2.file)
      await within('both', WANT_MS, Promise.all([wanted, wanted2]))
    })
    await report.step('pushes reach the other side', async () => {
      for (const [from, to] of [
        [ours, theirs],
        [theirs, ours],
      ]) {
        const id = await from.blobs.add(make(50_001).file)
        await from.blobs.push(id)
        await arrival(to, id)
      }
    })
    await report.step(`${count} blobs of 1 B to 5 MB, both ways at once`, async () => {
      const random = createRandom(`sizes-${kind}`)
      const start = Date.now()
      let bytes = 0
      const all = Array.from({ length: count }, (_, n) => {
        // Mostly small, as blobs are; a multiple of 64 KiB has its own step.
        let size = 1 + Math.floor(2 ** (random.below(2225) / 100))
        if (size >= MAX) size = MAX - 1
        if (size % CHUNK === 0) size++
        bytes += size
        return { made: make(size), from: n % 2 ? ours : theirs, to: n % 2 ? theirs : ours }
      })
      await each(all, 8, ({ from, to, made }) => move(from, to, made))
      const seconds = (Date.now() - start) / 1000
      return `${(bytes / 1e6).toFixed(0)} MB, ${(bytes / 1e6 / seconds).toFixed(1)} MB/s`
    })
    for (const size of MULTIPLES)
      await report.step(
        `${size} bytes from ${kind} to us, though the connection may die`,
        async () => {
          // Let the connection of the round before be gone on both sides.
          await ours.connect(theirs).catch(() => undefined)
          await move(theirs, ours, make(size))
          await new Promise((resolve) => setTimeout(resolve, 300))
          await ours.connect(theirs)
        },
      )
    await report.step(`the folder of ${kind} opens in place, and every blob is served`, () =>
      oldFolder(theirs),
    )
    await report.step('killed in the middle, it finishes after a restart', async () => {
      for (let n = 0; n < 5; n++) {
        const made = make(MAX - 1 - n)
        const id = await theirs.blobs.add(made.file)
        const wanted = ours.blobs.want(id).catch(() => undefined)
        await new Promise((resolve) => setTimeout(resolve, n * 8))
        await ours.kill()
        await wanted
        await ours.restart()
        await ours.connect(theirs)
        await within('the blob', WANT_MS, ours.blobs.want(id))
        agree('its digest', { size: made.size, hash: made.hash }, await ours.blobs.digest(id))
      }
    })
  })
}

/** A copy of the foreign server's folder, put where ours looks. */
async function oldFolder(theirs) {
  const ids = await theirs.blobs.list()
  const ours = await startOurs({ name: 'old-folder' })
  try {
    await ours.stop()
    rmSync(join(ours.path, 'blobs'), { recursive: true, force: true })
    cpSync(await theirs.blobs.folder(), join(ours.path, 'blobs'), { recursive: true })
    await ours.restart()
    agree('the ids', (await ours.collect('blobs.ls')).sort(), ids.sort())
    for (const id of ids) {
      const bytes = Buffer.concat(await ours.collect('blobs.get', id))
      agree('the hash', `&${createHash('sha256').update(bytes).digest('base64')}.sha256`, id)
    }
    return `${ids.length} blobs`
  } finally {
    await ours.close()
  }
}

/** Wait until a blob is there. */
async function arrival(node, id) {
  const deadline = Date.now() + WANT_MS
  while (!(await node.blobs.has(id))) {
    if (Date.now() > deadline) throw new Error(`no ${id} at ${node.kind}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

async function calls(ours, theirs, make) {
  const made = make(3 * CHUNK)
  const id = await ours.blobs.add(made.file)
  // ssb-client calls back when it has sent everything, which a slow disk has not stored yet.
  await arrival(ours, id)
  const missing = `&${Buffer.alloc(32, 7).toString('base64')}.sha256`
  for (const asked of [id, { id }, { key: id, max: MAX }, { hash: id, size: made.size }])
    agree('get', await theirs.remoteBlob(ours.id, 'get', asked), {
      size: made.size,
      hash: made.hash,
      packets: [CHUNK, CHUNK, CHUNK],
    })
  for (const [start, end, packets] of [
    [0, CHUNK, [CHUNK]],
    [5, 10, [5]],
    [made.size, made.size + 5, []],
    [CHUNK, 1e9, [CHUNK, CHUNK]],
  ]) {
    const got = await theirs.remoteBlob(ours.id, 'getSlice', { id, start, end })
    agree(`getSlice ${start} to ${end}`, got.packets, packets)
  }
  agree('has', await theirs.remoteHas(ours.id, [id, missing]), [true, false])
  for (const asked of [missing, { id: missing }, { key: id, max: 5 }, { key: id, size: 5 }]) {
    const refused = await theirs.remoteBlob(ours.id, 'get', asked).then(
      () => false,
      () => true,
    )
    agree(`get of ${JSON.stringify(asked)} is refused`, refused, true)
  }
}

/**
 * Three servers in a row: what one end wants, the other end brings.
 *
 * @param {readonly string[]} kinds
 * @param {ReturnType<import('./report.mjs').createReport>} report
 */
export async function blobsBetweenScenario(kinds, report) {
  await withFolder(async (nodes, folder) => {
    await startRow(nodes, kinds, report)
    const make = files(folder, `blobs-${kinds.join('-')}`)
    const [left, , right] = nodes
    for (const size of BORDERS)
      await report.step(`${size} bytes from end to end, both ways`, async () => {
        await move(left, right, make(size))
        await move(right, left, make(size))
      })
    await report.step('a push from each end reaches the other', async () => {
      for (const [from, to] of [
        [left, right],
        [right, left],
      ]) {
        const id = await from.blobs.add(make(50_001).file)
        await from.blobs.push(id)
        await arrival(to, id)
      }
    })
  })
}
