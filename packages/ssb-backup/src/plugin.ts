import type { Source } from '@scuttlebot/ssb-muxrpc'
import type { Event, Nothing, Plugin } from '@scuttlebot/ssb-plugin'
import type { FeedId, MsgId } from '@scuttlebot/ssb-ref'
import { type BackupEntry, writeEntries } from './contents.ts'
import { seal } from './seal.ts'

/** What is needed of the store. */
export interface BackupStore {
  head(feed: FeedId): { readonly id: MsgId; readonly sequence: number } | null
  feed(id: FeedId): AsyncIterable<readonly { readonly value: unknown }[]>
  lockPublishing(reason: string): () => void
  readonly publishLocked: string | null
}

/** What is needed of the follow graph. */
export interface BackupFriends {
  hops(): ReadonlyMap<FeedId, number>
}

/** What is needed to hear that a peer confirms our feed. */
export interface BackupReplicate {
  explain(feed: FeedId): {
    readonly reason: string
    readonly have: number
    readonly claimed: number
  }
  readonly changed?: Event<[]>
}

/** The note that a data folder came out of a backup. */
export interface RestoredNote {
  /** Whether it is there. */
  read(): boolean
  remove(): void
}

/** Options of {@link backup}. */
export interface BackupOptions {
  /** The files to take in, by name; asked for each time. */
  files(): Promise<Readonly<Record<string, string>>>
  /** Absent: this folder cannot have come out of a backup. */
  readonly restored?: RestoredNote
}

/** Methods of the plugin, for the owner. */
export interface BackupRpc {
  readonly backup: {
    readonly make: Source<[passphrase: string], Uint8Array>
  }
}

/** What the plugin needs. */
export type BackupNeeds = {
  store: BackupStore
  friends?: BackupFriends
  replicate?: BackupReplicate
}

/** How often to look whether a peer has confirmed the own feed, in milliseconds. */
const LOOK_MS = 1_000

const RESTORED =
  'this server was restored from a backup, and no peer has confirmed yet that it ends where your feed ends: publishing now could fork it; connect to a peer that has your feed, or run "sbot feed.unlock --i-accept-a-fork" if you are sure that nobody has seen newer messages'

/**
 * Make backups, and keep publishing locked after a restore until a peer says that it has our feed up to the same
 * message, or a person unlocks it.
 */
export function backup(options: BackupOptions): Plugin<'backup', Nothing, BackupNeeds, BackupRpc> {
  return {
    name: 'backup',
    needs: { store: 'required', friends: 'optional', replicate: 'optional' },
    manifest: {
      backup: {
        make: {
          kind: 'source',
          help: {
            description:
              'Key, own feed, graph, peers and settings as one encrypted file; what "sbot backup FILE" writes.',
            args: { passphrase: { type: 'string', description: 'what opens it again' } },
            example: 'sbot backup.make PASSPHRASE > FILE',
          },
        },
      },
    },
    setup({ needs, id, clock, log }) {
      let cancel = (): void => undefined
      let unlock = (): void => undefined
      const { store, replicate } = needs
      const { restored } = options

      async function* entries(): AsyncGenerator<BackupEntry> {
        for (const [file, text] of Object.entries(await options.files())) yield { file, text }
        const head = store.head(id)
        yield { mark: { sequence: head?.sequence ?? 0, id: head?.id ?? null } }
        const graph = needs.friends?.hops()
        if (graph !== undefined) yield { graph: Object.fromEntries(graph) }
        for await (const messages of store.feed(id))
          for (const { value } of messages) yield { message: value }
      }

      const isConfirmed = (): boolean => {
        const head = store.head(id)?.sequence ?? 0
        const answer = replicate?.explain(id)
        return answer?.reason === 'nobody-has-more' && head > 0 && answer.claimed === head
      }
      const look = (): void => {
        // Unlocked by a person: the note has done its work.
        const isUnlocked = store.publishLocked === null
        if (!isUnlocked && !isConfirmed()) {
          cancel = clock.setTimeout(look, LOOK_MS)
          return
        }
        if (!isUnlocked) log.info('a peer has the own feed up to the same message: it may go on')
        restored?.remove()
        unlock()
      }

      return {
        api: {},
        handlers: {
          backup: { make: (_call, passphrase) => seal(writeEntries(entries()), passphrase) },
        },
        start: async () => {
          if (restored?.read() !== true) return
          unlock = store.lockPublishing(RESTORED)
          cancel = clock.setTimeout(look, LOOK_MS)
        },
        stop: async () => cancel(),
      }
    },
  }
}
