/**
 * Open the boxes of a large log on worker threads. Needs Node.
 *
 * @packageDocumentation
 */
import type { Keys } from '@scuttlebot/ssb-keys'
import type { Opener1 } from './box1.ts'
import { UnboxHand } from './pool-hand.ts'
import { type OpenerPoolOptions, openerPoolOf } from './pool-hands.ts'

export type { OpenerPoolOptions } from './pool-hands.ts'

/**
 * What `openerOf` gives, with worker threads for many boxes at once. They are started by the first batch, get the
 * converted key and nothing else, and are ended by `close`; the next batch starts them again. Until they have started
 * `unboxKeys` answers `null`: open here meanwhile. What a worker that dies had to do is done on the calling thread.
 *
 * @throws RangeError when `workers` is out of range
 */
export function openerPool(
  keys: Pick<Keys, 'id' | 'private'>,
  options: OpenerPoolOptions = {},
): Required<Opener1> {
  return openerPoolOf(keys, options, (secret) => UnboxHand.start(secret))
}
