// Blobs over HTTP on the port of the WebSockets, as clients show pictures.
import { parting } from './compare.mjs'
import { startOurs, startReference } from './servers.mjs'
import { stored } from './transcript.mjs'

const BYTES = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')
const NO_ID = '&AAAA.sha256'

async function answersOf(start) {
  const server = await start()
  try {
    const client = await server.connect()
    const id = await client.addBlob(BYTES)
    await stored(client, id)
    const lines = []
    const ask = async (what, path, options = {}) => {
      const response = await fetch(`http://127.0.0.1:${server.wsPort}${path}`, {
        redirect: 'manual',
        signal: AbortSignal.timeout(4000),
        ...options,
      }).catch((error) => ({ status: error.name, arrayBuffer: async () => new ArrayBuffer(0) }))
      const body = Buffer.from(await response.arrayBuffer())
      const type = response.headers?.get('content-type') ?? null
      lines.push({ what, status: response.status, type, isBlob: body.equals(BYTES) })
    }
    const path = `/blobs/get/${id}`
    await ask('a blob', path)
    await ask('a blob by an encoded id', `/blobs/get/${encodeURIComponent(id)}`)
    await ask('HEAD', path, { method: 'HEAD' })
    await ask('a type', `${path}?contentType=image/png`)
    await ask('no id', `/blobs/get/${NO_ID}`)
    await ask('something else', '/nothing/here')
    await client.close()
    return lines
  } finally {
    await server.close()
  }
}

/** Where ours differs on purpose. */
const TYPE = 'the type is there, as the first bytes tell it'
export const HTTP_DIFFERENCES = {
  'a blob': TYPE,
  'a blob by an encoded id': TYPE,
  HEAD: TYPE,
  'a type': 'the type is what the first bytes tell, not what the link says',
  'no id': 'an id that is none is told from a blob that is not here',
}

/** @param {ReturnType<import('../interop/report.mjs').createReport>} report */
export async function httpScenario(report) {
  const theirs = await answersOf(startReference)
  const ours = await answersOf(startOurs)
  for (const [at, line] of theirs.entries()) {
    const same = JSON.stringify(line) === JSON.stringify(ours[at])
    const why = same ? undefined : HTTP_DIFFERENCES[line.what]
    report.check(
      `http: ${line.what}${why ? ` (differs: ${why})` : ''}`,
      same || !!why,
      parting(line, ours[at]),
    )
  }
}
