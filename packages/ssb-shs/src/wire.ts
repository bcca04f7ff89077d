/**
 * A duplex byte channel, such as a socket: what the handshake and the box stream run over.
 *
 * A wire is made paused: nothing is delivered before the first `resume()`. Its owner sets the `on…`
 * properties; a channel that is layered over it takes them over. No call of these ever throws on
 * account of the other side's doings.
 */
export interface Wire {
  /** Write, in order. False asks to wait for `onDrain`; the bytes are taken all the same. */
  write(bytes: Uint8Array): boolean
  /** Bytes came. The chunk may be kept, not changed. */
  onData: ((chunk: Uint8Array) => void) | null
  /** The other side has ended its direction; no more bytes will come. */
  onEnd: (() => void) | null
  /** What was written has left, after a `write` that answered false. */
  onDrain: (() => void) | null
  /** The wire broke. `onClose` follows. */
  onError: ((error: Error) => void) | null
  /** Both directions are over; the last call, once. */
  onClose: (() => void) | null
  /** Stop delivering; a chunk that is being delivered is not cut. */
  pause(): void
  resume(): void
  /** End our direction once all is written. */
  end(): void
  /** Drop both directions now. */
  destroy(): void
}

/** Timers, so that tests own time. */
export interface Timers {
  /** Call `run` once after `ms` milliseconds; returns the way to cancel. */
  setTimeout(run: () => void, ms: number): () => void
}

/** Timers of the platform, which do not keep a process alive where that can be said. */
export const platformTimers: Timers = {
  setTimeout(run, ms) {
    const timer: unknown = globalThis.setTimeout(run, ms)
    if (typeof timer === 'object' && timer !== null && 'unref' in timer)
      (timer as { unref(): void }).unref()
    return () => globalThis.clearTimeout(timer as Parameters<typeof clearTimeout>[0])
  },
}
