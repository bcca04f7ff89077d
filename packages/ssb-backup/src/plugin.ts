import type { Source } from '@scuttlebot/ssb-muxrpc'
import type { Nothing, Plugin } from '@scuttlebot/ssb-plugin'
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

/** What is needed to hear that peers confirm our feed. */
export interface BackupReplicate {
  /** What connected peers claim to have of a feed; `null`: it has not said, −1: it does not replicate it. */
  views(feed: FeedId): readonly { readonly peer: FeedId; readonly claimed: number | null }[]
  /** Send nobody the messages of a feed for now: whoever had them of us would confirm what we told it. */
  withhold(feed: FeedId, on: boolean): void
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
/**
 * How long friends must agree on where the own feed ends, and nobody know more, in milliseconds: one friend alone may
 * have been away as long as the backup, so that others get time to come and tell.
 */
const AGREED_MS = 3_000
const AGREED_ALONE_MS = 30_000

const RESTORED =
  'this server was restored from a backup, and your friends have not confirmed yet that it ends where your feed ends: publishing now could fork it; connect to peers that have your feed, or run "sbot feed.unlock --i-accept-a-fork" if you are sure that nobody has seen newer messages'

/**
 * Make backups, and keep publishing locked after a restore until friends have said for a while that our feed ends where
 * it ends here, or a person unlocks it.
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

      let agreedSince: number | null = null
      const isConfirmed = (): boolean => {
        const head = store.head(id)?.sequence ?? 0
        const hops = needs.friends?.hops()
        const views = replicate?.views(id) ?? []
        // anybody may know more, but only friends are believed that there is no more
        const isBehind = views.some(({ claimed }) => claimed !== null && claimed > head)
        const witnesses = views.filter(
          ({ peer, claimed }) => claimed === head && (hops?.get(peer) ?? -1) > 0,
        ).length
        if (head === 0 || isBehind || witnesses === 0) agreedSince = null
        else agreedSince ??= clock.now()
        if (agreedSince === null) return false
        return clock.now() - agreedSince >= (witnesses > 1 ? AGREED_MS : AGREED_ALONE_MS)
      }
      const look = (): void => {
        // Unlocked by a person: the note has done its work.
        const isUnlocked = store.publishLocked === null
        if (!isUnlocked && !isConfirmed()) {
          cancel = clock.setTimeout(look, LOOK_MS)
          return
        }
        if (!isUnlocked) log.info('friends have the own feed up to the same message: it may go on')
        restored?.remove()
        unlock()
        replicate?.withhold(id, false)
      }

      return {
        api: {},
        handlers: {
          backup: { make: (_call, passphrase) => seal(writeEntries(entries()), passphrase) },
        },
        start: async () => {
          if (restored?.read() !== true) return
          unlock = store.lockPublishing(RESTORED)
          replicate?.withhold(id, true)
          cancel = clock.setTimeout(look, LOOK_MS)
        },
        stop: async () => cancel(),
      }
    },
  }
}
