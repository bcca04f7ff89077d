// npm's ssb-client calls every method that clients need, on the reference and on ours, over each transport.
import { startOurs as startOther } from '../interop/ours.mjs'
import { missing, normalise, parting, shapeOf } from './compare.mjs'
import { DIFFERENCES } from './differences.mjs'
import { METHODS } from './lists.mjs'
import { startOurs, startReference } from './servers.mjs'
import { isCurrent } from './table.mjs'
import { transcript } from './transcript.mjs'

async function transcriptOf(start, transport, other) {
  const server = await start()
  try {
    const client = await server.connect(transport)
    const { steps, names } = await transcript(client, { id: server.id, other })
    await client.close()
    const words = {
      [server.path]: 'FOLDER',
      [String(server.port)]: 'PORT',
      [String(server.wsPort)]: 'WSPORT',
    }
    const plain = (item) => normalise(item, names, words)
    return steps.map((step) => ({ ...step, what: plain(step.what), got: plain(step.got) }))
  } catch (error) {
    throw new Error(`${error.message}; the server said: ${server.said().slice(-2000)}`)
  } finally {
    await server.close()
  }
}

const sorted = (list) =>
  Array.isArray(list) ? list.map((item) => JSON.stringify(item)).sort() : list

/** What is different, or `null`. */
function difference({ how, got: theirs }, ours) {
  if (ours === undefined) return 'the call was not made'
  const [kind, other] = [theirs, ours.got].map((got) => Object.keys(got)[0])
  if (kind !== other) return parting(theirs, ours.got)
  if (kind === 'error' || how === 'same')
    return JSON.stringify(theirs) === JSON.stringify(ours.got) ? null : parting(theirs, ours.got)
  if (how === 'none') return null
  const [a, b] = [theirs.answer, ours.got.answer]
  if (how === 'order')
    return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b))
      ? null
      : parting(sorted(a), sorted(b))
  return missing(shapeOf(a), shapeOf(b))
}

/** The listed difference that covers a step. */
const listed = (step) =>
  DIFFERENCES.find(
    ({ method, call }) => method === step.method && (call === undefined || call.test(step.what)),
  )

/**
 * @param {ReturnType<import('../interop/report.mjs').createReport>} report
 * @param {{ over: readonly string[] }} options transports
 */
export async function methodsScenario(report, { over }) {
  const other = await startOther({ name: 'other' })
  const met = new Set()
  const called = new Set(['manifest', 'GET /blobs/get'])
  try {
    for (const transport of over) {
      console.log(`methods over ${transport}`)
      const around = { id: other.id, address: other.address }
      const theirs = await transcriptOf(startReference, transport, around)
      const ours = await transcriptOf(startOurs, transport, around)
      for (const [at, step] of theirs.entries()) {
        called.add(step.method)
        const differs = difference(step, ours[at])
        const why = differs === null ? undefined : listed(step)
        if (why !== undefined) met.add(why)
        const name = `${transport}: ${step.what.slice(0, 110)}`
        report.check(why ? `${name} (differs: ${why.why})` : name, !differs || !!why, differs ?? '')
      }
    }
    const silent = METHODS.filter(
      ({ method }) => !called.has(method) && !/^conn\.|^friends\.graph/.test(method),
    )
    report.check(
      `all ${METHODS.length} methods of the lists are called`,
      silent.length === 0,
      silent.map(({ method }) => method).join(', '),
    )
    report.check('docs/CLIENTS.md is current', isCurrent(), 'npm run clients -- table')
    for (const one of DIFFERENCES)
      report.check(`the difference of ${one.method} is still one: ${one.why}`, met.has(one))
  } finally {
    await other.close()
  }
}
