import { contactEdge, type FriendsApi } from '@scuttlebot/ssb-friends'
import type { Nothing, Plugin } from '@scuttlebot/ssb-plugin'
import type { OpenedMessage, PrivateApi } from '@scuttlebot/ssb-private'

/** What is needed of others. */
interface Needs {
  readonly private: Pick<PrivateApi, 'opened' | 'read'>
  readonly friends: Pick<FriendsApi, 'setPrivate'>
}

/** Hands follows and blocks that were published in private to the follow graph, where they win over public ones. */
export function privateContacts(): Plugin<'private-contacts', Nothing, Needs> {
  return {
    name: 'private-contacts',
    needs: { private: 'required', friends: 'required' },
    manifest: {},
    setup({ needs, log }) {
      /** Where the newest statement of each pair is in the log: a new key may open old ones late. */
      const newest = new Map<string, number>()
      const note = (messages: readonly OpenedMessage[]): void => {
        for (const { content, author, position } of messages) {
          const contact = contactEdge(content)
          if (contact === null) continue
          const pair = author + contact.to
          if ((newest.get(pair) ?? -1) > position) continue
          newest.set(pair, position)
          needs.friends.setPrivate(author, contact.to, contact.edge)
        }
      }
      const readAll = async (): Promise<void> => {
        for await (const messages of needs.private.read({ type: 'contact' })) note(messages)
      }
      let stop = (): void => undefined
      return {
        api: {},
        handlers: {},
        async start() {
          stop = needs.private.opened.on(note)
          readAll().catch(() => log.error('contacts that were published in private are missing'))
        },
        stop: async () => stop(),
      }
    },
  }
}
