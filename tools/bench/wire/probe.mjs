// Loaded into a server before it starts (NODE_OPTIONS): what its event loop and its memory do, told when asked.
// SIGUSR2: write what was seen since the last time to the file that SSB_PROBE names with the process id behind it.
import { renameSync, writeFileSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { isMainThread } from 'node:worker_threads'

/** Half a millisecond of the server's own thread each time. */
const SAMPLE_MS = 500

if (isMainThread && process.env.SSB_PROBE) {
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  let most = {}
  const look = () => {
    const now = process.memoryUsage()
    for (const [name, bytes] of Object.entries(now)) most[name] = Math.max(most[name] ?? 0, bytes)
  }
  setInterval(look, SAMPLE_MS).unref()
  process.on('SIGUSR2', () => {
    const file = `${process.env.SSB_PROBE}.${process.pid}`
    const mb = Object.fromEntries(
      Object.entries(most).map(([name, bytes]) => [name, bytes / 2 ** 20]),
    )
    const stall = {
      p50: delay.percentile(50) / 1e6,
      p99: delay.percentile(99) / 1e6,
      max: delay.max / 1e6,
    }
    // Bytes that have come from each remote port, of connections that live.
    const received = {}
    for (const { remotePort, bytesRead } of process._getActiveHandles())
      if (remotePort !== undefined) received[remotePort] = bytesRead
    writeFileSync(`${file}.new`, JSON.stringify({ stall, mb, received, cpu: process.cpuUsage() }))
    renameSync(`${file}.new`, file)
    delay.reset()
    most = {}
  })
}
