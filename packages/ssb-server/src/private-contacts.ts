import { contactEdge, type Edge, type FriendsApi } from '@scuttlebot/ssb-friends'
import type { Nothing, Plugin } from '@scuttlebot/ssb-plugin'
import type { OpenedMessage, PrivateApi } from '@scuttlebot/ssb-private'
import type { FeedId } from '@scuttlebot/ssb-ref'

/** What is needed of others. */
interface Needs {
  readonly private: Pick<PrivateApi, 'opened' | 'read'>
  readonly friends: Pick<FriendsApi, 'setPrivate'>
}

/** Milliseconds until what could not be read is read again. */
const AGAIN_MS = 30_000

type Statement = readonly [from: FeedId, to: FeedId, edge: Edge]

/**
 * Hands follows and blocks that were published in private to the follow graph, where they win over public ones. Only
 * the newest statement of each pair counts: at the start the graph hears none that was taken back since, as a feed
 * that is blocked would otherwise be followed for a moment.
 */
export function privateContacts(): Plugin<'private-contacts', Nothing, Needs> {
  return {
    name: 'private-contacts',
    needs: { private: 'required', friends: 'required' },
    manifest: {},
    setup({ needs, log, clock }) {
      /** Where the newest statement of each pair is in the log: a new key may open old ones late. */
      const newest = new Map<string, number>()
      /** What is to be told yet. */
      const waiting = new Map<string, Statement>()
      let isReading = true
      const note = (messages: readonly OpenedMessage[]): void => {
        for (const { content, author, position } of messages) {
          const contact = contactEdge(content)
          if (contact === null) continue
          const pair = author + contact.to
          if ((newest.get(pair) ?? -1) > position) continue
          newest.set(pair, position)
          waiting.set(pair, [author, contact.to, contact.edge])
        }
      }
      const tell = (): void => {
        for (const statement of waiting.values()) needs.friends.setPrivate(...statement)
        waiting.clear()
      }
      const readAll = async (): Promise<void> => {
        try {
          for await (const messages of needs.private.read({ type: 'contact' })) note(messages)
        } catch {
          log.error('contacts that were published in private are missing: they are read again')
          cancel = clock.setTimeout(() => void readAll(), AGAIN_MS)
        }
        isReading = false
        tell()
      }
      let cancel = (): void => undefined
      let stop = (): void => undefined
      return {
        api: {},
        handlers: {},
        async start() {
          stop = needs.private.opened.on((messages) => {
            note(messages)
            if (!isReading) tell()
          })
          void readAll()
        },
        stop: async () => {
          cancel()
          stop()
        },
      }
    },
  }
}
