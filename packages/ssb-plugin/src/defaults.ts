import type { Clock, Log } from './plugin.ts'

/** The platform's clock. Its timers never keep a process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  setTimeout(run, ms) {
    const timer: unknown = setTimeout(run, ms)
    // Node hands back an object that can let the process end; a browser hands back a number.
    if (typeof timer === 'object' && timer !== null && 'unref' in timer)
      (timer as { unref(): void }).unref()
    return () => clearTimeout(timer as Parameters<typeof clearTimeout>[0])
  },
}

/** A log that keeps quiet. */
export const silentLog: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
}

// Node makes it when it is first asked for, which takes milliseconds: rather now than when somebody waits.
const { crypto } = globalThis

/** Random bytes from the platform. */
export function systemRandom(bytes: number): Uint8Array {
  const result = new Uint8Array(bytes)
  // The platform refuses more than 65,536 bytes at once.
  for (let at = 0; at < bytes; at += 65_536)
    crypto.getRandomValues(result.subarray(at, Math.min(bytes, at + 65_536)))
  return result
}
