// Publishing. Contents wait in line; whoever is waiting when the writer is free is signed in a row and shares one
// durable write. A publish is answered when that write is on the disk, and only then do others hear of it. While one
// write is under way the next ones are signed, on top of messages that are not written yet; when a write fails the
// store is broken, and everything behind it fails too.
import type { FeedId } from '@scuttlebot/ssb-ref'
import {
  type Content,
  createMessage,
  type FeedState,
  type Verified,
} from '@scuttlebot/ssb-validate'
import type { Core } from './core.ts'
import { StoreError } from './errors.ts'
import { PUBLISH_FIRST_MAX, PUBLISH_MESSAGES_MAX, PUBLISH_WRITES_MAX } from './limits.ts'
import type { StoredMessage } from './message.ts'

/** What publishing needs. */
export interface PublishOptions {
  readonly core: Core
  readonly author: FeedId
  sign(bytes: Uint8Array): Uint8Array
  readonly hmacKey?: Uint8Array | undefined
  /** Claimed time of the next message: milliseconds since 1970. */
  now(): number
  /** Why publishing is locked, as a sentence; `null`: it is not. Asked for each message. */
  locked(): string | null
}

interface Waiting {
  readonly content: Content
  attempts: number
  resolve(message: StoredMessage): void
  reject(error: unknown): void
}

/** Makes the function that publishes on the own feed. */
export function createPublisher(options: PublishOptions): {
  publish(content: Content): Promise<StoredMessage>
  /** Resolves when nothing waits. */
  idle(): Promise<void>
} {
  const { core, author } = options
  let waiting: Waiting[] = []
  // Signed on top of a message that the feed has gone past: signed anew when no other write is under way.
  let again: Waiting[] = []
  // The last message signed, while any that was signed is not written.
  let ahead: FeedState | null = null
  let writes = 0
  let scheduled = false
  let whenIdle: (() => void)[] = []

  const sign = (item: Waiting): Verified | null => {
    const state = ahead ?? core.feeds.byId(author)?.head ?? null
    const before = Number.isSafeInteger(state?.timestamp) ? (state?.timestamp as number) : 0
    const timestamp = Math.max(Math.floor(options.now()), before)
    const made = createMessage({
      state,
      author,
      sign: options.sign,
      hmacKey: options.hmacKey,
      content: item.content,
      timestamp,
    })
    if (!made.ok) {
      item.reject(new StoreError('SSB_STORE_CONTENT', made.reason))
      return null
    }
    const { key, value } = made.message
    ahead = { id: key, sequence: value.sequence, timestamp: value.timestamp }
    return made.message
  }

  const write = async (items: readonly Waiting[], messages: readonly Verified[]): Promise<void> => {
    writes++
    try {
      const written = await core.commit(messages, true)
      for (const [i, item] of items.entries()) {
        const message = written[i]
        if (message) item.resolve(message)
        // The feed went on without us (a message of ours was added from outside): sign again on top of it.
        else if (++item.attempts < 3) again.push(item)
        else item.reject(new StoreError('SSB_STORE_CONTENT', `the feed ${author} has moved on`))
      }
    } catch (error) {
      for (const item of items) item.reject(error)
    }
    writes--
    if (writes === 0) {
      ahead = null
      waiting = [...again, ...waiting]
      again = []
    }
    if (waiting.length > 0) schedule()
    else if (writes === 0) for (const done of whenIdle.splice(0)) done()
  }

  const drain = (): void => {
    scheduled = false
    while (waiting.length > 0 && again.length === 0 && writes < PUBLISH_WRITES_MAX) {
      // The disk does not wait until all are signed: the first ones are on their way while the next ones are signed.
      const taken = waiting.slice(0, writes === 0 ? PUBLISH_FIRST_MAX : PUBLISH_MESSAGES_MAX)
      waiting = waiting.slice(taken.length)
      const items: Waiting[] = []
      const messages: Verified[] = []
      for (const item of taken) {
        const reason = options.locked()
        if (reason !== null) {
          item.reject(new StoreError('SSB_STORE_PUBLISH_LOCKED', reason))
          continue
        }
        try {
          const message = sign(item)
          if (message === null) continue
          items.push(item)
          messages.push(message)
        } catch (error) {
          item.reject(error)
        }
      }
      if (items.length > 0) void write(items, messages)
    }
    if (waiting.length === 0 && writes === 0) for (const done of whenIdle.splice(0)) done()
  }

  const schedule = (): void => {
    if (scheduled) return
    scheduled = true
    queueMicrotask(drain)
  }

  return {
    publish(content) {
      return new Promise((resolve, reject) => {
        waiting.push({ content, attempts: 0, resolve, reject })
        schedule()
      })
    },
    idle() {
      if (waiting.length === 0 && writes === 0) return Promise.resolve()
      return new Promise((resolve) => {
        whenIdle = [...whenIdle, resolve]
      })
    },
  }
}
