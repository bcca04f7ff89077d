import { constants, PerformanceObserver } from 'node:perf_hooks'
import { getHeapStatistics, setFlagsFromString } from 'node:v8'

/** By how much the heap may grow between two collections of all of it. */
const GROWTH_PERCENT = 60
/** By how much a very small one may. */
const GROWTH_PERCENT_MAX = 600
/**
 * Bytes up to which the heap may grow in any case. V8 counts buffers against this, too, and collects young ones, which
 * is cheap, when there are 32 MiB of them: with less room a small heap would never come to that.
 */
const HEAP_BYTES = 48 * 2 ** 20

/**
 * Have V8 give the memory of dead buffers back at once, in place of on another thread later.
 *
 * What a server does is buffers that live for a moment: chunks of sockets, packets, parts of blobs. While V8 takes
 * those that wait to be swept for living ones it collects the whole heap again and again, on all cores. Blobs pass
 * faster by a third without that. It is a matter of the whole process, so only the program itself does it.
 */
export function sweepAtOnce(): void {
  setFlagsFromString('--no-concurrent-array-buffer-sweeping')
}

/**
 * Have V8 collect the heap when it has grown by 60 % since the last time or to 48 MiB, in place of fourfold.
 *
 * A server that fills itself holds little at a time, but leaves much behind: it would need a hundred megabytes of heap
 * where thirty do. A server that passes blobs on has a small heap and many buffers: with 60 % of that heap it would
 * collect it every few megabytes.
 */
export function keepHeapSmall(): void {
  // One thread for young objects: several keep pages of their own, and wait for each other where cores are busy.
  setFlagsFromString('--no-parallel-scavenge')
  fit()
  new PerformanceObserver((list) => {
    const entries: readonly object[] = list.getEntries()
    const isMajor = entries.some(
      (entry: GcEntry) => entry.detail?.kind === constants.NODE_PERFORMANCE_GC_MAJOR,
    )
    if (isMajor) fit()
  }).observe({ entryTypes: ['gc'] })
}

/** What the declarations of Node leave out. */
interface GcEntry {
  readonly detail?: { readonly kind?: number }
}

/** Set the growth for the next collection by what this heap holds now. */
function fit(): void {
  const percent = growthPercent(getHeapStatistics().used_heap_size)
  setFlagsFromString(`--heap-growing-percent=${percent}`)
}

/** Percent by which a heap of so many bytes may grow. */
export function growthPercent(heapBytes: number): number {
  const percent = Math.round((HEAP_BYTES / Math.max(heapBytes, 1) - 1) * 100)
  return Math.min(Math.max(percent, GROWTH_PERCENT), GROWTH_PERCENT_MAX)
}
