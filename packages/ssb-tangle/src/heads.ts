import { isMsgId, type MsgId } from '@scuttlebot/ssb-ref'

/** Content is no deeper than this: what is further down is not looked at. */
const DEPTH_MAX = 64

/** Gathers the messages of a thread, in any order, and tells its ends. */
export class Heads {
  readonly #keys = new Set<MsgId>()
  readonly #named = new Set<MsgId>()

  /**
   * Add a message: its id, and whatever it consists of; ids that stand alone anywhere in it count as what it comes
   * after, the feed's previous message among them.
   */
  add(key: MsgId, ...parts: readonly unknown[]): void {
    this.#keys.add(key)
    for (const part of parts) this.#walk(part, 0)
  }

  #walk(value: unknown, depth: number): void {
    if (typeof value === 'string') {
      if (isMsgId(value)) this.#named.add(value)
    } else if (typeof value === 'object' && value !== null && depth < DEPTH_MAX)
      for (const part of Object.values(value)) this.#walk(part, depth + 1)
  }

  /** Messages that no other one of the thread names, in the order of their ids. */
  ends(): MsgId[] {
    return [...this.#keys].filter((key) => !this.#named.has(key)).sort()
  }
}
