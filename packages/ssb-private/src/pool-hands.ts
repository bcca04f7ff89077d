import { availableParallelism } from 'node:os'
import { wipe } from '@scuttlebot/ssb-crypto'
import { type Keys, ssbSecretKeyToPrivateBoxSecret } from '@scuttlebot/ssb-keys'
import { type Opener1, openerOf } from './box1.ts'
import type { UnboxHand } from './pool-hand.ts'

/** What a pool may be told. */
export interface OpenerPoolOptions {
  /** Threads, 1 to 16; one less than there are cores by default, but at least 1 and at most 4. */
  readonly workers?: number
}

const WORKERS_MAX = 16
const WORKERS_DEFAULT_MAX = 4
/** Workers that may die before no more are started: then something is wrong with all of them. */
const DEATHS_MAX = 4

/** A pool with hands of any kind. Separate so that tests can bring hands that die. */
export function openerPoolOf(
  keys: Pick<Keys, 'id' | 'private'>,
  options: OpenerPoolOptions,
  startHand: (secret: Uint8Array) => UnboxHand | null,
): Required<Opener1> {
  const { workers = Math.min(Math.max(1, availableParallelism() - 1), WORKERS_DEFAULT_MAX) } =
    options
  if (!Number.isInteger(workers) || workers < 1 || workers > WORKERS_MAX)
    throw new RangeError(`workers must be a whole number from 1 to ${WORKERS_MAX}, got ${workers}`)
  const here = openerOf(keys)
  const hands = new Set<UnboxHand>()
  let deaths = 0

  const refill = (): void => {
    if (hands.size >= workers || deaths >= DEATHS_MAX) return
    const secret = ssbSecretKeyToPrivateBoxSecret(keys.private)
    while (hands.size < workers && deaths < DEATHS_MAX) {
      const hand = startHand(secret)
      if (hand === null) deaths = DEATHS_MAX
      else hands.add(hand)
    }
    wipe(secret)
  }

  const openSome = async (ciphers: readonly Uint8Array[]): Promise<(Uint8Array | null)[]> => {
    const [hand] = [...hands].toSorted((a, b) => a.load - b.load)
    const opened = hand === undefined ? null : await hand.open(ciphers)
    if (opened !== null) return opened
    if (hand !== undefined && hands.delete(hand)) {
      if (!hand.isClosed) deaths++
      await hand.close()
    }
    return ciphers.map((cipher) => here.unboxKey(cipher))
  }

  const openAll = async (ciphers: readonly Uint8Array[]): Promise<(Uint8Array | null)[]> => {
    const size = Math.max(1, Math.ceil(ciphers.length / Math.max(1, hands.size)))
    const parts: Promise<(Uint8Array | null)[]>[] = []
    for (let from = 0; from < ciphers.length; from += size)
      parts.push(openSome(ciphers.slice(from, from + size)))
    return (await Promise.all(parts)).flat()
  }

  return {
    identity: here.identity,
    unboxKey: (cipher) => here.unboxKey(cipher),
    unboxKeys(ciphers) {
      refill()
      // Nobody waits for threads that start.
      return [...hands].every((hand) => hand.isReady) ? openAll(ciphers) : null
    },
    async close() {
      const alive = [...hands]
      hands.clear()
      await Promise.all(alive.map((hand) => hand.close()))
    },
  }
}
