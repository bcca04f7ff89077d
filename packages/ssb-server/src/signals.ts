/** The part of `process` that is used here. */
export interface SignalSource {
  on(signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP', listener: () => void): unknown
  exit(code: number): never
}

/** Exit code of a program that was interrupted. */
const INTERRUPTED = 130

/** Aborted by Ctrl-C, `kill` or a closed terminal; the second signal ends the process at once. */
export function abortBySignals(source: SignalSource): AbortSignal {
  const abort = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    source.on(signal, () => {
      // The second time somebody means it.
      if (abort.signal.aborted) source.exit(INTERRUPTED)
      abort.abort()
    })
  return abort.signal
}
