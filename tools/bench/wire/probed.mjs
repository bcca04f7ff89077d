// Servers that tell what their event loop and their memory did.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startOurs, until } from '../../interop/ours.mjs'

const probe = fileURLToPath(new URL('probe.mjs', import.meta.url))
const TELL_MS = 10_000

/**
 * @typedef {object} Seen
 * @property {{ p50: number, p99: number, max: number }} stall of the event loop, in milliseconds
 * @property {Record<string, number>} mb the most of each kind of memory
 * @property {Record<string, number>} received bytes, boxes and frames included, by remote port
 * @property {{ user: number, system: number }} cpu since its start, in microseconds
 */

/**
 * Start a server that can be asked.
 *
 * @param {{ name?: string, flags?: readonly string[] }} [options]
 */
export async function probed(options = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'scuttlebot-probe-'))
  const nodeOptions = `${process.env.NODE_OPTIONS ?? ''} --import=${probe}`
  const env = { NODE_OPTIONS: nodeOptions.trim(), SSB_PROBE: join(folder, 'seen') }
  const server = await startOurs({ ...options, env })
  const { close } = server
  return Object.assign(server, {
    /** What was seen since the last time. @returns {Promise<Seen>} */
    async seen() {
      const file = join(folder, `seen.${server.pid}`)
      rmSync(file, { force: true })
      process.kill(server.pid, 'SIGUSR2')
      let text = ''
      await until('what a server has seen', TELL_MS, () => {
        try {
          text = readFileSync(file, 'utf8')
        } catch {
          return false
        }
        return true
      })
      return JSON.parse(text)
    },
    async close() {
      rmSync(folder, { recursive: true, force: true })
      return await close.call(server)
    },
  })
}

/** The most memory that a process has had, in MB. */
export function peakMemory(pid) {
  const line = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
  return Number(line?.[1]) / 1024
}
