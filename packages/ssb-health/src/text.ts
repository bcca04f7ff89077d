import type { Metric } from '@scuttlebot/ssb-plugin'

const PREFIX = 'scuttlebot_'

/** Figures of the process itself. */
export function processMetrics(): readonly Metric[] {
  const { rss, heapUsed } = process.memoryUsage()
  const { user, system } = process.cpuUsage()
  return [
    gauge('process_resident_memory_bytes', 'Memory of the process.', rss),
    gauge('process_heap_used_bytes', 'JavaScript objects in memory.', heapUsed),
    {
      name: 'process_cpu_seconds_total',
      kind: 'counter',
      help: 'Time on the processor.',
      value: (user + system) / 1e6,
    },
    gauge('process_uptime_seconds', 'Since the process began.', process.uptime()),
  ]
}

const gauge = (name: string, help: string, value: number): Metric => ({
  ...{ name, kind: 'gauge', help, value },
})

/** Figures in the text format of Prometheus, 0.0.4. A bound stands beside its figure, as `NAME_limit`. */
export function prometheusText(metrics: readonly Metric[]): string {
  const lines: string[] = []
  for (const { name, kind, help, value, limit } of metrics) {
    if (!Number.isFinite(value)) continue
    lines.push(...figure(PREFIX + name, kind, help, value))
    if (limit !== undefined && Number.isFinite(limit))
      lines.push(...figure(`${PREFIX}${name}_limit`, 'gauge', `Bound of ${PREFIX}${name}.`, limit))
  }
  return `${lines.join('\n')}\n`
}

const figure = (name: string, kind: string, help: string, value: number): readonly string[] => [
  `# HELP ${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}`,
  `# TYPE ${name} ${kind}`,
  `${name} ${value}`,
]
