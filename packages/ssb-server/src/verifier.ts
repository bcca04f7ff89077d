import { inlineVerifier, type Verifier } from '@scuttlebot/ssb-validate'
import { createPool, type Pool } from '@scuttlebot/ssb-validate/pool'

/** Signatures that are checked on the spot: a message that comes live should not wait for another thread. */
const FEW = 4

/**
 * Signature checks on worker threads that are started by the first batch of more than a few: a server that only serves,
 * and follows live, needs none.
 */
export function lazyPool(): Verifier {
  const here = inlineVerifier()
  let pool: Pool | null = null
  return {
    sharesMemory: true,
    verify(batch) {
      if (batch.length <= FEW) return here.verify(batch)
      pool ??= createPool()
      return pool.verify(batch)
    },
    close: async () => pool?.close(),
  }
}
