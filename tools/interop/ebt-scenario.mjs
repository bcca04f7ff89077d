// Replication over EBT: pairs and chains of our servers and foreign ones converge, whatever happens to them.
import { readFileSync } from 'node:fs'
import { dataFile } from '../generate/generate.mjs'
import { createRandom } from '../lib/random.mjs'
import { startNode } from './nodes.mjs'
import { agree } from './report.mjs'

const FEEDS = 50
const MESSAGES = 200
const CONVERGE_MS = 120_000
/** Long enough for something that must not come to have come. */
const QUIET_MS = 2500

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

/** The generated feeds, and how far each goes. */
function data() {
  const file = dataFile({ feeds: FEEDS, messages: MESSAGES, seed: 'ebt' })
  const clock = {}
  for (const line of readFileSync(file, 'utf8').split('\n').filter(Boolean)) {
    const { author, sequence } = JSON.parse(line)
    clock[author] = sequence
  }
  return { file, clock, feeds: Object.keys(clock) }
}

/** Start nodes in a row, into an array of the caller's; each follows all the others. The first one holds the data and follows its feeds. */
async function startRow(nodes, kinds, report) {
  const { file, clock, feeds } = data()
  await report.step(
    `start ${kinds.join(', ')}; ${FEEDS} × ${MESSAGES} messages in the first`,
    async () => {
      for (const [n, kind] of kinds.entries()) nodes.push(await startNode(kind, `ebt-${kind}-${n}`))
      await nodes[0].addFile(file)
      for (const node of nodes) {
        for (const other of nodes) if (other !== node) await node.follow(other.id)
      }
      for (const feed of feeds) await nodes[0].follow(feed)
    },
  )
  return { clock, feeds }
}

/** What every node must have: the generated feeds, and each node's own. */
async function wanted(nodes, clock) {
  const all = { ...clock }
  for (const node of nodes) all[node.id] = (await node.clock())[node.id] ?? 0
  return all
}

/** All copies of some feeds are the same, byte for byte. */
async function compare(nodes, feeds) {
  for (const feed of feeds) {
    const [first, ...others] = await Promise.all(nodes.map((node) => node.history(feed)))
    for (const [n, other] of others.entries())
      agree(
        `copies of ${feed} at ${nodes[0].kind} and ${nodes[n + 1].kind}`,
        first.map(({ key, value }) => ({ key, value })),
        other.map(({ key, value }) => ({ key, value })),
      )
  }
}

/** A message of each node reaches all. */
async function live(nodes) {
  const times = []
  for (const node of nodes) {
    const start = Date.now()
    const { value } = await node.publish({ type: 'post', text: `live from ${node.kind}` })
    await Promise.all(
      nodes
        .filter((other) => other !== node)
        .map((other) => other.waitClock({ [node.id]: value.sequence })),
    )
    times.push(`${node.kind} ${Date.now() - start}`)
  }
  return `${times.join(', ')} ms`
}

/**
 * Reconnect a few times with nothing new. The first time may repeat the clocks; after that what we send must be far less
 * than one clock of all feeds.
 */
async function quietReconnects(nodes, join) {
  const foreign = nodes.find(({ traffic }) => traffic)
  const ours = nodes.find((node) => node !== foreign)
  const figures = []
  for (let n = 0; n < 4; n++) {
    await nodes[1].disconnect(nodes[0])
    await pause(300)
    const before = await foreign.traffic()
    await join()
    await pause(1500)
    const after = await foreign.traffic()
    figures.push({ ours: after.received - before.received, theirs: after.sent - before.sent })
  }
  const clockBytes = Object.keys(await ours.clock()).length * 58
  const loud = figures.slice(1).find((figure) => figure.ours > clockBytes / 2)
  const text = figures.map((figure) => `${figure.ours}/${figure.theirs}`).join(', ')
  if (loud) throw new Error(`bytes from us/from them ${text}; a clock has about ${clockBytes}`)
  return `bytes from us/from them ${text}`
}

/**
 * Nodes in a row, each connected to the next; `dial` says whether the left or the right one dials.
 *
 * @param {readonly string[]} kinds
 * @param {ReturnType<import('./report.mjs').createReport>} report
 * @param {{ dial?: 'left' | 'right' }} [options]
 */
export async function rowScenario(kinds, report, { dial = 'left' } = {}) {
  const nodes = []
  const join = async () => {
    for (let n = 1; n < nodes.length; n++) {
      const [left, right] = [nodes[n - 1], nodes[n]]
      await (dial === 'left' ? left.connect(right) : right.connect(left))
    }
  }
  try {
    const { clock, feeds } = await startRow(nodes, kinds, report)
    await report.step(`connect (the ${dial} one dials) and converge`, async () => {
      await join()
      const all = await wanted(nodes, clock)
      await Promise.all(nodes.map((node) => node.waitClock(all, CONVERGE_MS)))
    })
    await report.step('all copies are the same', () =>
      compare(nodes, [...nodes.map(({ id }) => id), ...feeds.slice(0, 10)]),
    )
    await report.step('live messages reach every node', () => live(nodes))
    await report.step('reconnect after publishing apart', async () => {
      for (let n = 1; n < nodes.length; n++) await nodes[n].disconnect(nodes[n - 1])
      for (const node of nodes) await node.publish({ type: 'post', text: 'while apart' })
      await pause(300)
      await join()
      const all = await wanted(nodes, clock)
      await Promise.all(nodes.map((node) => node.waitClock(all, CONVERGE_MS)))
    })
    await report.step('live messages after that', () => live(nodes))
    if (nodes.length === 2 && nodes.some(({ traffic }) => traffic))
      await report.step('reconnects with nothing new send no clocks from the second on', () =>
        quietReconnects(nodes, join),
      )
  } finally {
    for (const node of nodes) await node.close()
  }
}

/** Follow, unfollow, block and unblock take effect on both sides. */
export async function graphScenario(kinds, report) {
  const [a, b] = await Promise.all(kinds.map((kind, n) => startNode(kind, `graph-${kind}-${n}`)))
  const post = (node, text) => node.publish({ type: 'post', text })
  const arrives = async (from, to, text) => {
    const { value } = await post(from, text)
    await to.waitClock({ [from.id]: value.sequence }, 15_000)
  }
  const staysAway = async (from, to, text) => {
    const { value } = await post(from, text)
    await pause(QUIET_MS)
    if (((await to.clock())[from.id] ?? 0) >= value.sequence)
      throw new Error('it came all the same')
  }
  const rejoin = async () => {
    // The db2 stack takes a while to see its own contact messages.
    await pause(1500)
    await b.disconnect(a).catch(() => {})
    await pause(200)
    await b.connect(a).catch(() => {})
  }
  try {
    await report.step('both follow: everything comes', async () => {
      await a.follow(b.id)
      await b.follow(a.id)
      await a.connect(b)
      await arrives(a, b, 'followed')
      await arrives(b, a, 'followed')
    })
    await report.step(`${b.kind} unfollows: nothing more comes after a reconnect`, async () => {
      await b.follow(a.id, false)
      await rejoin()
      await staysAway(a, b, 'unfollowed again')
    })
    await report.step('and follows again: all of it comes', async () => {
      await b.follow(a.id)
      await rejoin()
      await arrives(a, b, 'followed again')
    })
    for (const [blocker, blocked] of [
      [a, b],
      [b, a],
    ]) {
      await report.step(`${blocker.kind} blocks ${blocked.kind}: nothing goes there`, async () => {
        await blocker.block(blocked.id)
        await rejoin()
        await staysAway(blocker, blocked, 'blocked')
      })
      await report.step('and unblocks: it comes', async () => {
        await blocker.block(blocked.id, false)
        await blocker.follow(blocked.id)
        await rejoin()
        await arrives(blocker, blocked, 'unblocked')
      })
    }
  } finally {
    await a.close()
    await b.close()
  }
}

/** Either side is killed in the middle of things, again and again; in the end both have everything. */
export async function killScenario(kinds, report, { kills }) {
  const nodes = []
  const random = createRandom(`kills/${kinds.join()}`)
  try {
    const { clock, feeds } = await startRow(nodes, kinds, report)
    // The older stacks write a while after they have answered.
    await pause(1500)
    const all = await wanted(nodes, clock)
    await report.step(`${kills} kills at random moments`, async () => {
      for (let n = 0; n < kills; n++) {
        await nodes[n % 2].connect(nodes[1 - (n % 2)])
        await pause(20 + random.below(600))
        const victim = nodes[(n >> 1) % 2]
        await victim.kill()
        await victim.restart()
      }
      await nodes[0].connect(nodes[1])
    })
    await report.step('converge', () =>
      Promise.all(nodes.map((node) => node.waitClock(all, CONVERGE_MS))),
    )
    await report.step('all copies are the same', () => compare(nodes, feeds.slice(0, 20)))
  } finally {
    for (const node of nodes) await node.close()
  }
}

/** What the follower and the other one are to each other, and when, before the follower follows. */
const LATE = [
  { dialled: false },
  { dialled: true },
  { dialled: false, isFriend: true },
  { dialled: true, isFriend: true },
  // Both have heard −1 before, and may have kept that.
  { dialled: false, isFriend: true, again: true },
  { dialled: true, isFriend: true, again: true },
  // The notes of both cross.
  { dialled: false, isFriend: true, waitMs: 0 },
  { dialled: true, isFriend: true, waitMs: 0 },
]

/** Two are connected; then the second one follows the first, and gets its feed while they stay connected. */
export async function lateFollowScenario(kinds, report) {
  for (const { dialled, isFriend = false, again = false, waitMs = 2000 } of LATE) {
    const name = `late-${dialled}-${isFriend}-${again}-${waitMs}`
    const nodes = []
    const text = [
      `${kinds[1]}, which ${dialled ? 'was dialled by' : 'has dialled'}`,
      `${isFriend ? 'a follower' : 'a stranger'}${again ? ' again' : ''},`,
      `follows it ${waitMs === 0 ? 'at once' : 'later'}: its feed comes`,
    ].join(' ')
    try {
      await report.step(text, async () => {
        for (const [n, kind] of kinds.entries())
          nodes.push(await startNode(kind, `${name}-${kind}-${n}`))
        const [feed, follower] = nodes
        const join = () => (dialled ? feed.connect(follower) : follower.connect(feed))
        await feed.publish({ type: 'post', text: 'before' })
        if (isFriend) await feed.follow(follower.id)
        // The db2 stack takes a while to see its own contact messages.
        await pause(1500)
        await join()
        if (again) {
          await pause(1500)
          const [one, other] = dialled ? nodes : [follower, feed]
          await one.disconnect(other)
          await pause(1500)
          await join()
        }
        await pause(waitMs)
        await follower.follow(feed.id)
        const wanted = (await feed.clock())[feed.id]
        await follower.waitClock({ [feed.id]: wanted }, 15_000)
        const { value } = await feed.publish({ type: 'post', text: 'live' })
        await follower.waitClock({ [feed.id]: value.sequence }, 15_000)
      })
    } finally {
      for (const node of nodes) await node.close()
    }
  }
}
