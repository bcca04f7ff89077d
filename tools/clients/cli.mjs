// The everyday examples of the command line, typed into ssb-server's executable and into ours, each on its own server.
import { spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startOurs as startOther } from '../interop/ours.mjs'
import { missing, normalise, parting, shapeOf } from './compare.mjs'
import { bin, referenceBin, startOurs, startReference } from './servers.mjs'

const NOBODY = '@hEwOHRSf/vlElcpNRQmbnrjKrkbyUn4GCCXRsZKvzWk=.ed25519'
/** How long a command that stays open is listened to, ms. */
const LISTEN_MS = 3000

/** Run a command to its end, or for a while. */
function run(program, server, args, { stdin = '', stay = false } = {}) {
  const env = {
    ...process.env,
    HOME: server.home,
    XDG_STATE_HOME: join(server.home, 'state'),
    NO_COLOR: '1',
  }
  const child = spawn(process.execPath, [program, ...args], {
    env,
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const out = []
  let err = ''
  child.stdout.on('data', (chunk) => out.push(chunk))
  child.stderr.setEncoding('utf8').on('data', (text) => {
    err += text
  })
  child.stdin.on('error', () => {})
  child.stdin.end(stdin)
  const timer = setTimeout(() => child.kill('SIGTERM'), stay ? LISTEN_MS : 20_000)
  return new Promise((resolve) => {
    child.once('close', (code) => {
      clearTimeout(timer)
      resolve({ code: stay ? 'stayed' : code, out: Buffer.concat(out), err })
    })
  })
}

/** What was printed: JSON values, one after the other; text where it is none. */
function valuesOf(out) {
  const text = out.toString('utf8').trim()
  if (text === '') return []
  const parts = text.split(/\n\n(?=[[{"\d])/)
  try {
    return parts.map((part) => JSON.parse(part))
  } catch {
    return [text]
  }
}

/** The examples, in order; `how` to compare is `same`, `shape`, `fails` (both do) or `text`. */
async function examples(type, server, other) {
  const file = join(server.home, 'file.png')
  writeFileSync(file, Buffer.alloc(10_000, 'png'))
  const id = async (...args) => (await type('same', args))[0]?.key
  await type('same', ['whoami'])
  const a = await id('publish', '--type', 'post', '--text', 'hello')
  const b = await id('publish', '--type', 'post', '--text', 'reply', '--root', a, '--branch', a)
  await type('same', ['publish', '--type', 'about', '--about', server.id, '--name', 'bob'])
  await type('same', ['publish', '--type', 'contact', '--contact', NOBODY, '--following'])
  await type('same', ['publish', '--type', 'contact', '--contact', NOBODY, '--no-following'])
  await type('same', ['publish', '--type', 'contact', '--contact', NOBODY, '--blocking'])
  await type('same', ['publish', '.'], {
    stdin: '{"type":"post","text":"from a pipe","mentions":[{"link":"x"}]}',
  })
  await type('same', ['log'])
  await type('same', ['log', '--live'], { stay: true })
  await type('same', ['logt', '--type', 'post', '--limit', '10'])
  await type('same', ['hist', '--id', server.id])
  await type('same', ['feed', '--limit', '2'])
  await type('same', ['createUserStream', '--id', server.id, '--reverse', '--limit', '5'])
  await type('same', ['createLogStream', '--no-keys', '--limit', '1'])
  await type('same', ['get', a])
  await type('same', ['get', '--id', b, '--private', '--meta'])
  await type('same', ['links', '--dest', a, '--rel', 'root', '--values'])
  await type('same', [
    'query.read',
    '--query',
    '[{"$filter":{"value":{"content":{"type":"about"}}}}]',
  ])
  const [blob] = await type('text', ['blobs.add', file])
  await type('text', ['blobs.add'], { stdin: 'bytes from a pipe' })
  await type('bytes', ['blobs.get', blob])
  await type('same', ['blobs.want', blob])
  await type('same', ['blobs.has', blob])
  await type('same', ['blobs.ls'])
  await type('text', ['invite.create', '1'])
  await type('text', ['invite.create', '--uses', '5', '--external', '127.0.0.1'])
  await type('fails', ['invite.accept', 'host:8008:@…~…'])
  await type('shape', ['gossip.peers'])
  await type('same', ['gossip.add', other.address])
  await type('same', ['friends.hops'])
  await type('same', ['friends.isFollowing', '--source', server.id, '--dest', NOBODY])
  await type('shape', ['status'])
  await type('shape', ['progress'])
  await type('manifest', ['manifest'])
  await type('text', ['version'])
  await type('text', ['address', 'public'])
  await type('shape', ['config'])
  await type('fails', ['get', 'no id'])
  await type('fails', ['publish', '--type', 'x'])
  await type('fails', ['nothing.there'])
  await type('ends', ['publish', '--help'])
  await type('ends', ['--help'])
  await type('sentence', ['plugins.install', 'ssb-links'])
  await type('sentence', ['plugins.enable', 'ssb-links'])
  await type('ends', ['gossip.connect', other.address])
  await type('ends', ['gossip.add', '--host', '127.0.0.1', '--port', '9999', '--key', NOBODY])
}

/** Where ours differs on purpose, by the beginning of the command. */
const WHY = {
  'gossip.add --host': 'arguments of a command are no settings: there it is refused',
  'gossip.add net': 'the peer has more fields',
  'gossip.connect': 'it is done when connected; there the answer cannot be sent',
  'query.read': 'messages always have `rts`',
  'address public': 'nothing is printed for none',
  config: 'our settings',
  status: 'indexes have other names',
}

async function session(start, program, other) {
  const server = await start()
  const settings = {
    host: '127.0.0.1',
    port: server.port,
    ws: { port: server.wsPort },
    allowPrivate: true,
  }
  mkdirSync(server.path, { recursive: true })
  writeFileSync(join(server.path, 'config'), JSON.stringify(settings))
  const lines = []
  try {
    await examples(
      async (how, args, options) => {
        const { code, out, err } = await run(program, server, args, options)
        const values = how === 'bytes' ? [`${out.length} bytes`] : valuesOf(out)
        const words = {
          [server.home]: 'HOME',
          [String(server.port)]: 'PORT',
          [String(server.wsPort)]: 'WSPORT',
        }
        const plain = (item) =>
          normalise(item, { [server.id]: '@me', [other.id]: '@other', [NOBODY]: '@nobody' }, words)
        lines.push({
          how,
          what: plain(args.join(' ')),
          code,
          values: plain(values),
          err: err.trim(),
        })
        return values
      },
      server,
      other,
    )
  } finally {
    await server.close()
  }
  return lines
}

/** What is different, or `null`. */
function difference(theirs, ours) {
  if (ours === undefined) return 'it was not typed'
  const said = ` (ours: ${ours.err.slice(0, 200)}; reference: ${theirs.err.slice(0, 200)})`
  if (theirs.how === 'sentence')
    return ours.code !== 0 && ours.err !== '' ? null : `no sentence${said}`
  if (theirs.how === 'fails')
    return ours.code !== 0 && theirs.code !== 0 && ours.err !== ''
      ? null
      : `exit codes ${theirs.code}, ${ours.code}${said}`
  if (theirs.code !== ours.code) return `exit codes ${theirs.code}, ${ours.code}${said}`
  if (theirs.how === 'ends') return null
  if (theirs.how === 'manifest') return null
  if (theirs.how === 'shape') return missing(shapeOf(theirs.values), shapeOf(ours.values))
  const [a, b] = [theirs.values, ours.values]
  if (theirs.how === 'text') {
    const form = (values) =>
      values.map((one) =>
        String(one)
          .replaceAll(/[A-Za-z0-9+/=]{20,}/g, 'x')
          .replaceAll(/\d+\.\d+\.\d+/g, 'n'),
      )
    return JSON.stringify(form(a)) === JSON.stringify(form(b)) ? null : parting(a, b) + said
  }
  return JSON.stringify(a) === JSON.stringify(b) ? null : parting(a, b) + said
}

/** @param {ReturnType<import('../interop/report.mjs').createReport>} report */
export async function cliScenario(report) {
  const other = await startOther({ name: 'other' })
  try {
    const theirs = await session(startReference, referenceBin(), other)
    const ours = await session(startOurs, bin, other)
    for (const [at, line] of theirs.entries()) {
      const differs = difference(line, ours[at])
      const why =
        differs === null
          ? undefined
          : Object.entries(WHY).find(([start]) => line.what.startsWith(start))?.[1]
      const name = `cli: sbot ${line.what.slice(0, 90)}`
      report.check(
        why ? `${name} (differs: ${why})` : name,
        differs === null || !!why,
        differs ?? '',
      )
    }
  } finally {
    await other.close()
  }
}
