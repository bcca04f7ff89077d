import type { Verifier } from '@scuttlebot/ssb-validate'
import { createPool, type Pool } from '@scuttlebot/ssb-validate/pool'

/** Signature checks on worker threads that are started by the first batch: a server that only serves needs none. */
export function lazyPool(): Verifier {
  let pool: Pool | null = null
  return {
    verify(batch) {
      pool ??= createPool()
      return pool.verify(batch)
    },
    close: async () => pool?.close(),
  }
}
