// How long two processes were kept from running by the rest of the machine. The attackers are part of that rest: they
// have machines of their own elsewhere, and here they would take the time of those whom they are said to starve.
import { readFileSync } from 'node:fs'

const read = (path) => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

/** Milliseconds that the main thread was ready to run, and did not. 0 where the system does not tell. */
const waited = (pid) => Number(read(`/proc/${pid}/schedstat`).split(' ')[1] ?? 0) / 1e6

/** Clock ticks of CPU that a process has taken, all of its threads. */
function taken(pid) {
  const [user = 0, system = 0] = read(`/proc/${pid}/stat`).split(') ').at(-1).split(' ').slice(11)
  return Number(user) + Number(system)
}

/** Clock ticks that all CPUs have been busy: user, nice, system, irq, softirq and what other guests stole. */
function busy() {
  const [, user, nice, system, , , irq, softirq, steal] = read('/proc/stat')
    .split(/\s+/)
    .map(Number)
  return user + nice + system + irq + softirq + steal || 0
}

const TICK_MS = 10

/**
 * A stopwatch of the time that the machine has left to a server and its neighbour.
 *
 * @param {readonly number[]} pids
 * @returns {() => number} milliseconds since the start, without those in which the one that waited more for a CPU did
 *   so on account of others: what the threads of the two take from each other counts as theirs
 */
export function startTime(pids) {
  const begin = performance.now()
  const waits = pids.map(waited)
  const ownBefore = pids.map(taken)
  const busyBefore = busy()
  return () => {
    const passed = performance.now() - begin
    const most = Math.max(...pids.map((pid, at) => waited(pid) - waits[at]))
    const own = pids.reduce((sum, pid, at) => sum + taken(pid) - ownBefore[at], 0)
    const others = Math.max(0, busy() - busyBefore - own) * TICK_MS
    return passed - Math.min(most, others, passed * 0.9)
  }
}
