// Servers in network namespaces of their own, joined by one cable: they find each other by broadcast. Two of ours; and one
// of ours with the reference plugins, the plain one (ssb-local) and the one that seals (ssb-lan).
import { execFile, execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { ensureInstalled } from '../lib/install.mjs'
import { root } from '../lib/packages.mjs'
import { until } from './ours.mjs'
import { agree } from './report.mjs'

const bin = join(root, 'packages/ssb-server/dist/bin.js')
const run = promisify(execFile)
const FOUND_MS = 20_000
const OUTPUT_CHARS = 100_000

/** A machine: a process that waits in a namespace of its own until the cable is in, and then is one of our servers. */
function machine(name, home, flags) {
  const path = join(home, name)
  const env = { ...process.env, HOME: home, XDG_STATE_HOME: join(home, `${name}-state`) }
  const start = [process.execPath, bin, 'start', '--host', '::', '--path', path, ...flags]
  return {
    ...inNamespace(name, start, env),
    /** Over the unix socket, which no namespace of networks hides. */
    async call(...args) {
      const { stdout } = await run(process.execPath, [bin, '--json', '--path', path, ...args], {
        env,
      })
      return JSON.parse(stdout)
    },
  }
}

/** A process that waits in a namespace of its own until it may begin. */
function inNamespace(name, start, env) {
  const script = 'ip link set lo up && read -r _ && exec "$@"'
  const child = spawn('unshare', ['--net', 'sh', '-c', script, 'sh', ...start], {
    env,
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const end = () => child.kill('SIGKILL')
  process.once('exit', end)
  const ended = new Promise((resolve) => child.once('exit', resolve))
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text) => {
      output = (output + text).slice(-OUTPUT_CHARS)
    })
  const inside = (...args) =>
    execFileSync('nsenter', [`--net=/proc/${child.pid}/ns/net`, 'ip', ...args], { stdio: 'pipe' })
  return {
    name,
    pid: child.pid,
    inside,
    output: () => output,
    begin: () => child.stdin.write('\n'),
    async close() {
      child.kill('SIGTERM')
      await ended
      process.removeListener('exit', end)
    },
  }
}

/** Join two machines by a cable, with an address of one kind at each end. */
async function cable(machines, addresses) {
  const [a, b] = machines
  await until('the namespaces', 5000, () => {
    const seen = machines.map(({ pid }) =>
      execFileSync('readlink', [`/proc/${pid}/ns/net`]).toString(),
    )
    const own = execFileSync('readlink', ['/proc/self/ns/net']).toString()
    return new Set([...seen, own]).size === 3
  })
  const ends = ['type', 'veth', 'peer', 'name', 'wire', 'netns', String(b.pid)]
  execFileSync('ip', ['link', 'add', 'wire', 'netns', String(a.pid), ...ends], { stdio: 'pipe' })
  machines.forEach((one, n) => {
    one.inside('addr', 'add', addresses[n], 'dev', 'wire', 'nodad')
    one.inside('link', 'set', 'wire', 'up')
  })
}

const connected = async (one) =>
  (await one.call('gossip.peers')).filter(({ state }) => state === 'connected')

export async function lanScenario(report) {
  const home = mkdtempSync(join(tmpdir(), 'scuttlebot-lan-'))
  const machines = ['a', 'b'].map((name) => machine(name, home, []))
  const [a, b] = machines
  try {
    await report.step('two machines and a cable', () =>
      cable(machines, ['192.168.77.1/24', '192.168.77.2/24']),
    )
    for (const one of machines) one.begin()
    await report.step('both start', async () => {
      for (const one of machines)
        await until(`the start of ${one.name}: ${one.output()}`, FOUND_MS, () =>
          one.output().includes('Ctrl-C'),
        )
    })
    const [{ id: idA }, { id: idB }] = [await a.call('whoami'), await b.call('whoami')]
    await report.step('they find each other by broadcast', () =>
      until('a connection', FOUND_MS, async () => {
        const [peer] = await connected(a)
        return peer?.key === idB
      }),
    )
    await report.step('and replicate', async () => {
      await a.call('publish', '--type', 'post', '--text', 'hello, neighbour')
      await b.call('publish', '--type', 'contact', '--contact', idA, '--following')
      await until('the message', FOUND_MS, async () => (await b.call('getVectorClock'))[idA] === 1)
    })
    await report.step('announcements go and come at both', async () => {
      for (const one of machines)
        await until('announcements', FOUND_MS, async () => {
          const { lan } = await one.call('status')
          return lan.sent > 0 && lan.heard > 0
        })
    })
    await report.step('IPv6 over the same cable', async () => {
      a.inside('addr', 'add', 'fd77::1/64', 'dev', 'wire', 'nodad')
      b.inside('addr', 'add', 'fd77::2/64', 'dev', 'wire', 'nodad')
      await b.call('gossip.disconnect', idA)
      await a.call('lan.stop')
      await b.call('lan.stop')
      await b.call('gossip.connect', `net:fd77::1:8008~shs:${idA.slice(1, -8)}`)
      const [peer] = await connected(b)
      agree('the way', true, peer?.address.startsWith('net:fd77::1:') === true)
    })
  } finally {
    await Promise.all(machines.map((one) => one.close()))
    rmSync(home, { recursive: true, force: true, maxRetries: 3 })
  }
}

/** The packages of the reference plugins: brought outside the namespace, where the network is. */
export const installLan = () => ensureInstalled('peers/ssb-lan')

/** Ours on one machine, ssb-local and ssb-lan from npm on the other: each hears the other in both forms. */
export async function lanReferenceScenario(report) {
  const folder = mkdtempSync(join(tmpdir(), 'scuttlebot-lan-'))
  const script = fileURLToPath(new URL('lan-neighbour.cjs', import.meta.url))
  const options = JSON.stringify({ home: installLan(), host: '192.168.77.2' })
  const ours = machine('ours', folder, [])
  const theirs = inNamespace('theirs', [process.execPath, script, options], {
    ...process.env,
    HOME: folder,
  })
  const machines = [ours, theirs]
  const lines = () =>
    theirs
      .output()
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .flatMap((line) => {
        try {
          return [JSON.parse(line)]
        } catch {
          return []
        }
      })
  try {
    await report.step('two machines and a cable', () =>
      cable(machines, ['192.168.77.1/24', '192.168.77.2/24']),
    )
    // they send to 255.255.255.255, which needs somewhere to go
    theirs.inside('route', 'add', 'default', 'dev', 'wire')
    for (const one of machines) one.begin()
    await report.step('both start', async () => {
      await until(`ours: ${ours.output()}`, FOUND_MS, () => ours.output().includes('Ctrl-C'))
      await until(`theirs: ${theirs.output()}`, FOUND_MS, () => lines().length > 0)
    })
    const { id } = await ours.call('whoami')
    const [{ id: other }] = lines()
    const address = `net:192.168.77.1:8008~shs:${id.slice(1, -8)}`
    for (const [by, fits] of [
      ['ssb-local', (line) => line.source === 'local'],
      ['ssb-lan', (line) => line.verified === false],
      ['ssb-lan', (line) => line.verified === true],
    ])
      await report.step(`${by} hears ours${by === 'ssb-lan' ? ', plain and sealed' : ''}`, () =>
        until(`an announcement: ${theirs.output().slice(-2000)}`, FOUND_MS, () =>
          lines().some((line) => line.by === by && line.address === address && fits(line)),
        ),
      )
    await report.step('ours hears them, plain and sealed', async () => {
      await until('them among our peers', FOUND_MS, async () =>
        (await ours.call('gossip.peers')).some(({ key }) => key === other),
      )
      const { lan } = await ours.call('status')
      agree('nothing was ignored', 0, lan.ignored)
    })
    await report.step('and dials them', () =>
      until('a connection', FOUND_MS, async () => {
        const peers = await connected(ours)
        return peers.some(({ key }) => key === other)
      }),
    )
  } finally {
    await Promise.all(machines.map((one) => one.close()))
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  }
}
