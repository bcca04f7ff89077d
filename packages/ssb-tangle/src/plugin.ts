import type { Async, Manifest } from '@scuttlebot/ssb-muxrpc'
import type { Plugin } from '@scuttlebot/ssb-plugin'
import { isMsgId, type MsgId } from '@scuttlebot/ssb-ref'
import { TangleError } from './errors.ts'
import { Heads } from './heads.ts'
import type { TangleNeeds } from './needs.ts'

/** What other plugins get. */
export interface TangleApi {
  /**
   * The ends of a thread: what a reply to it puts into `branch`. Of a message without replies, and of one that is not
   * here, that is itself.
   */
  branch(root: MsgId): Promise<readonly MsgId[]>
}

/** The methods on the wire: those of ssb-tangle 1. */
export interface TangleRpc {
  readonly tangle: {
    readonly branch: Async<[root: MsgId], readonly MsgId[]>
  }
}

/** Kinds and help of {@link TangleRpc}: for the owner alone. */
export const tangleManifest: Manifest<TangleRpc> = {
  tangle: {
    branch: {
      kind: 'async',
      help: {
        description: 'The ends of a thread: what a reply to it puts into "branch".',
        args: { root: { type: 'message id', description: 'first message of the thread' } },
        example: 'sbot tangle.branch %MSG',
      },
    },
  },
}

async function branch(
  { store, query, private: opened }: TangleNeeds,
  root: MsgId,
): Promise<MsgId[]> {
  await store.indexed()
  const heads = new Heads()
  const first = await store.get(root)
  heads.add(root, first?.value)
  const replies = query.query({ is: 'link', relation: 'root', target: root }, { reverse: false })
  for await (const { key, value } of replies) heads.add(key, value)
  for await (const messages of opened?.read({ root }) ?? []) {
    const boxed = await store.read(messages.map(({ position }) => position))
    for (const { key, value } of boxed) heads.add(key, value)
    for (const { key, content } of messages) heads.add(key, content)
  }
  return heads.ends()
}

/** Threads as a plugin. */
export function tangle(): Plugin<'tangle', TangleApi, TangleNeeds, TangleRpc> {
  return {
    name: 'tangle',
    needs: { store: 'required', query: 'required', private: 'optional' },
    manifest: tangleManifest,
    setup: ({ needs }) => ({
      api: { branch: (root) => branch(needs, root) },
      handlers: {
        tangle: {
          branch(_, root) {
            if (!isMsgId(root))
              // COMPAT: the text is ssb-tangle's.
              throw new TangleError('SSB_TANGLE_MSG_ID', 'getBranch requires a valid message')
            return branch(needs, root)
          },
        },
      },
    }),
  }
}
