import { toBase64 } from '@scuttlebot/ssb-encode'
import { type Event, type Plugin, rest } from '@scuttlebot/ssb-plugin'
import { isFeedId } from '@scuttlebot/ssb-ref'
import type { Box } from './box.ts'
import type { PrivateQueries, PrivateStore, Published, ShelfDatabase } from './needs.ts'
import type { OpenedMessage } from './opened.ts'
import { Opener, type Progress } from './opener.ts'
import { boxerOf, type PrivateOptions, publishPrivate } from './publish.ts'
import { openedMessages } from './read.ts'
import { type PrivateRpc, privateHandlers, privateManifest } from './rpc.ts'
import { Shelf } from './shelf.ts'
import type { Condition } from './terms.ts'

/** Options of {@link privateMessages}. */
export interface PrivateMessagesOptions {
  /** Formats with the keys that they open with, in the order in which they are asked. */
  readonly boxes: readonly Box[]
  /**
   * Where it is kept what was opened, in clear: guard it as the key. Absent or `null`: in memory alone, as it must be
   * where the key has a passphrase.
   */
  readonly database?: ((folder: string | null) => ShelfDatabase | null) | null
}

/** What the owner's plugins in this process get. Whoever serves others must not be given it. */
export interface PrivateApi {
  /**
   * Box content and publish it.
   *
   * @param recps feed ids, or one; absent: those that the content names as `recps`
   * @throws PrivateError; TooLargeError before anything is signed
   */
  publish(content: unknown, recps?: unknown, options?: PrivateOptions): Promise<Published>
  /** Opened messages that fit, oldest first unless `reverse`. Waits until all of the log was tried. */
  read(condition?: Condition, reverse?: boolean): AsyncIterable<readonly OpenedMessage[]>
  /** Told of what has been opened, in log order unless a new key has opened old messages. */
  readonly opened: Event<[messages: readonly OpenedMessage[]]>
  /**
   * Add a format, or the keys of one more identity: what is in the log is tried with it in the background. Returns the
   * way to remove it, which forgets what it has opened.
   *
   * @throws RangeError when there is a box of that name
   */
  addBox(box: Box): () => void
  /** How far opening is. */
  progress(): Progress
  /** Resolves when everything that is in the log now was tried. */
  settled(): Promise<void>
}

/** What {@link privateMessages} needs of other plugins. */
export interface PrivateNeeds {
  readonly store: PrivateStore
  readonly query: PrivateQueries
}

const sleep = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms)
  })

/** Private messages as a plugin. It gets boxes in place of keys: nothing in it can sign, or hand a key out. */
export function privateMessages(
  options: PrivateMessagesOptions,
): Plugin<'private', PrivateApi, PrivateNeeds, PrivateRpc> {
  return {
    name: 'private',
    needs: { store: 'required', query: 'required' },
    manifest: privateManifest,
    setup({ needs: { store, query }, folder, id, clock, log, signal, hooks }) {
      const shelf = new Shelf()
      const opener = new Opener({
        store,
        shelf,
        signal,
        rest,
        sleep,
        elapsed: () => performance.now(),
        onError: (error) => log.error('opening private messages failed', { error: kindOf(error) }),
      })
      for (const box of options.boxes) opener.add(box)
      const boxing = { store, id, boxes: () => opener.boxes, now: () => clock.now() }
      const publish: PrivateApi['publish'] = (content, recps, how) =>
        publishPrivate(boxing, content, recps, how)
      const stops = [
        store.addBoxer(boxerOf(boxing)),
        store.addUnboxer((text, author, at) => {
          const from = isFeedId(author) ? author : null
          const found = at === undefined ? opener.try(text, from) : opener.at(at, text, from)
          if (found === null) return null
          const { content, key } = found
          return key === null ? { content } : { content, unbox: toBase64(key) }
        }),
        hooks.progress.add((value) => ({ ...value, private: opener.progress() })),
        hooks.status.add((value) =>
          opener.failure === null
            ? value
            : { ...value, private: { failed: kindOf(opener.failure) } },
        ),
      ]
      return {
        api: {
          publish,
          async *read(condition = {}, reverse = false) {
            await opener.settled()
            yield* openedMessages({ store, shelf, opener }, shelf.positions(condition), reverse)
          },
          opened: opener.opened,
          addBox: (box) => opener.add(box),
          progress: () => opener.progress(),
          settled: () => opener.settled(),
        },
        handlers: privateHandlers({ store, shelf, opener, query, publish }),
        async start() {
          const database = options.database?.(folder) ?? null
          await shelf.open(database).catch((error: unknown) => {
            log.warn('what was opened before cannot be read: it is opened again', {
              error: kindOf(error),
            })
          })
          await opener.start()
        },
        async stop() {
          for (const stop of stops) stop()
          await opener.stop()
          await shelf.close()
        },
      }
    },
  }
}

/** Logs get what kind of error it was: its text may hold what was opened. */
const kindOf = (error: unknown): string =>
  error instanceof Error ? ((error as { readonly code?: string }).code ?? error.name) : 'unknown'
