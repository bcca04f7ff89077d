/**
 * Open the boxes of a large log on worker threads. Needs Node.
 *
 * @packageDocumentation
 */
import { availableParallelism } from 'node:os'
import { wipe } from '@scuttlebot/ssb-crypto'
import { type Keys, ssbSecretKeyToPrivateBoxSecret } from '@scuttlebot/ssb-keys'
import { type Opener1, openerOf } from './box1.ts'
import { UnboxHand } from './pool-hand.ts'

/** What a pool may be told. */
export interface OpenerPoolOptions {
  /** Threads, 1 to 16; one less than there are cores by default, but at least 1 and at most 4. */
  readonly workers?: number
}

const WORKERS_MAX = 16
const WORKERS_DEFAULT_MAX = 4
/** Workers that may die before no more are started: then something is wrong with all of them. */
const DEATHS_MAX = 4

/**
 * What {@link openerOf} gives, with worker threads for many boxes at once. They are started by the first batch, get the
 * converted key and nothing else, and are ended by `close`; the next batch starts them again. What a worker that dies
 * had to do is done on the calling thread.
 *
 * @throws RangeError when `workers` is out of range
 */
export function openerPool(
  keys: Pick<Keys, 'id' | 'private'>,
  options: OpenerPoolOptions = {},
): Required<Opener1> {
  return openerPoolOf(keys, options, (secret) => UnboxHand.start(secret))
}

/** The same with hands of any kind. Separate so that tests can bring hands that die. */
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

  return {
    identity: here.identity,
    unboxKey: (cipher) => here.unboxKey(cipher),
    async unboxKeys(ciphers) {
      refill()
      const size = Math.max(1, Math.ceil(ciphers.length / Math.max(1, hands.size)))
      const parts: Promise<(Uint8Array | null)[]>[] = []
      for (let from = 0; from < ciphers.length; from += size)
        parts.push(openSome(ciphers.slice(from, from + size)))
      return (await Promise.all(parts)).flat()
    },
    async close() {
      const alive = [...hands]
      hands.clear()
      await Promise.all(alive.map((hand) => hand.close()))
    },
  }
}
