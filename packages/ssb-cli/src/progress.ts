import type { Io } from './io.ts'

/** Progress is drawn so often at most, and not before so long, in milliseconds. */
const PROGRESS_MS = 200
/** Columns of the bar. */
const COLUMNS = 24
const CLEAR = '\r\u001b[K'

/** Draws how much has passed, on standard error, for people, when it takes long. */
export interface ProgressMeter {
  /** The same chunks. `size`: bytes of all together; `null` when that is not known. */
  watch(chunks: AsyncIterable<Uint8Array>, size: number | null): AsyncGenerator<Uint8Array>
  /** Leave nothing on the line. */
  end(): void
}

/** A meter for one transfer. Nothing is drawn where nobody looks at standard error. */
export function progressMeter(io: Pick<Io, 'err' | 'errIsTTY' | 'now'>): ProgressMeter {
  let shown = false
  return {
    async *watch(chunks, size) {
      const start = io.now()
      let at = start
      let passed = 0
      for await (const chunk of chunks) {
        yield chunk
        passed += chunk.length
        const now = io.now()
        if (!io.errIsTTY || now - at < PROGRESS_MS) continue
        at = now
        shown = true
        io.err(CLEAR + progressText(passed, size, now - start))
      }
    },
    end() {
      if (shown) io.err(CLEAR)
      shown = false
    },
  }
}

/** `[######------]  50 %  2.5 of 5.0 MB, 12.3 MB/s`; without the bar where the size is not known. */
export function progressText(passed: number, size: number | null, ms: number): string {
  const speed = `${megabytes((passed / Math.max(ms, 1)) * 1000)} MB/s`
  if (size === null || size <= 0) return `${megabytes(passed)} MB, ${speed}`
  // A file may grow while it is read.
  const share = Math.min(passed / size, 1)
  const bar = '#'.repeat(Math.floor(share * COLUMNS)).padEnd(COLUMNS, '-')
  const percent = String(Math.floor(share * 100)).padStart(3)
  return `[${bar}] ${percent} %  ${megabytes(passed)} of ${megabytes(size)} MB, ${speed}`
}

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1)
