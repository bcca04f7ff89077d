/**
 * Give way to whatever waits in the event loop: long work calls it every few milliseconds. An await of something that is
 * there already does not.
 */
export function rest(): Promise<void> {
  return new Promise((resolve) => {
    const { setImmediate } = globalThis as { setImmediate?: (run: () => void) => unknown }
    // A timer costs a millisecond or more.
    if (setImmediate === undefined) setTimeout(resolve)
    else setImmediate(resolve)
  })
}
