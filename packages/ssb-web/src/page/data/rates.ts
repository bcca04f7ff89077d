import { Cell } from './cell.ts'
import { numberOf } from './health.ts'
import { lastClient } from './server.ts'

/** Bytes per second between two looks at the counters. */
export interface Sample {
  /** milliseconds since 1970 */
  readonly at: number
  readonly bytesIn: number
  readonly bytesOut: number
}

const EVERY_MS = 5_000
const HOUR_MS = 3_600_000

/** The samples of the last hour, the oldest first, for as long as this page is open. */
export const rates: Cell<readonly Sample[]> = new Cell<readonly Sample[]>([])

let before: { readonly at: number; readonly in: number; readonly out: number } | null = null

async function look(): Promise<void> {
  const client = lastClient.value
  if (client === null) return
  const metrics = await client.remote.metrics().catch(() => null)
  if (metrics === null) {
    before = null
    return
  }
  const of = (name: string): number => numberOf(metrics.find((one) => one.name === name)?.value)
  const now = {
    at: Date.now(),
    in: of('net_received_bytes_total'),
    out: of('net_sent_bytes_total'),
  }
  const last = before
  before = now
  // counters begin at 0 with each process
  if (last === null || now.in < last.in || now.out < last.out) return
  const seconds = Math.max(0.001, (now.at - last.at) / 1_000)
  const sample = {
    at: now.at,
    bytesIn: (now.in - last.in) / seconds,
    bytesOut: (now.out - last.out) / seconds,
  }
  rates.set([...rates.value.filter(({ at }) => at > now.at - HOUR_MS), sample])
}

/** Look at the counters now and then. */
export function sampleRates(): void {
  setInterval(() => void look(), EVERY_MS)
  lastClient.on(() => void look())
}
