/** One figure of the server, as it is now. */
export interface Metric {
  /** `plugin_what_unit`: lower-case letters, digits and underscores */
  readonly name: string
  /** A counter only grows, and begins at 0 with the process; a gauge goes up and down. */
  readonly kind: 'counter' | 'gauge'
  /** What it counts: a sentence for people. */
  readonly help: string
  readonly value: number
  /** Of a gauge that is bounded: the bound, which the value may reach and not exceed. */
  readonly limit?: number
}

/** Where a plugin offers its figures. They are read when somebody asks, so that they cost nothing else. */
export interface Metrics {
  /** @throws TypeError when the name is taken, or is none */
  counter(name: string, help: string, read: () => number): void
  /** @throws TypeError when the name is taken, or is none */
  gauge(name: string, help: string, read: () => number, limit?: number): void
}

/** Figures of all plugins. */
export interface MetricsBook extends Metrics {
  /** All of them, by name. One that cannot be read is left out. */
  read(): readonly Metric[]
}

const NAME = /^[a-z][a-z0-9_]*$/

/** Make an empty book of figures. */
export function createMetrics(): MetricsBook {
  const known = new Map<string, () => Metric>()
  const add = (name: string, read: () => Metric): void => {
    if (!NAME.test(name)) throw new TypeError(`${name} is no name of a metric`)
    if (known.has(name)) throw new TypeError(`there is a metric ${name} already`)
    known.set(name, read)
  }
  return {
    counter: (name, help, read) =>
      add(name, () => ({ name, kind: 'counter', help, value: read() })),
    gauge: (name, help, read, limit) =>
      add(name, () => ({
        name,
        kind: 'gauge',
        help,
        value: read(),
        ...(limit === undefined ? {} : { limit }),
      })),
    read() {
      const found: Metric[] = []
      for (const [, read] of [...known].sort(([a], [b]) => (a < b ? -1 : 1)))
        try {
          found.push(read())
        } catch {
          // a plugin that has not started, or has failed, has nothing to tell
        }
      return found
    },
  }
}
