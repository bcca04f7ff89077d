import type { Async } from '@scuttlebot/ssb-muxrpc'
import type { Nothing, Plugin } from '@scuttlebot/ssb-plugin'

/** What is needed of the store. */
export interface BatchStore {
  add(
    batch: readonly never[],
  ): Promise<
    readonly (
      | { readonly ok: true; readonly message: { readonly key: string } }
      | { readonly ok: false; readonly code: string; readonly reason: string }
    )[]
  >
}

/** What became of one message of a batch. */
export type BatchVerdict =
  | { readonly ok: true; readonly key: string }
  | { readonly ok: false; readonly code: string; readonly reason: string }

/** The one method of this plugin. */
export interface AddBatchRpc {
  readonly addBatch: Async<[values: readonly unknown[]], readonly BatchVerdict[]>
}

/** Messages in one call: above it a caller should make two. Our choice. */
const BATCH_MAX = 10_000

/** Add many messages in one call, each judged on its own: what `sbot import` uses. */
export function addBatch(): Plugin<'addBatch', Nothing, { store: BatchStore }, AddBatchRpc> {
  return {
    name: 'addBatch',
    needs: { store: 'required' },
    manifest: {
      addBatch: {
        kind: 'async',
        help: {
          description: 'Add signed messages of any feeds; answers a verdict for each, in order.',
          args: { values: { type: 'array', description: 'Message values' } },
          example: 'cat values.json | sbot addBatch .',
        },
      },
    },
    setup: ({ needs }) => ({
      api: {},
      handlers: {
        addBatch: async (_call, values) => {
          if (!Array.isArray(values)) throw new TypeError('Param 0 must be a list of messages')
          if (values.length > BATCH_MAX)
            throw new RangeError(`At most ${BATCH_MAX} messages in one call.`)
          const verdicts = await needs.store.add(values as never[])
          return verdicts.map((verdict) =>
            verdict.ok
              ? { ok: true, key: verdict.message.key }
              : { ok: false, code: verdict.code, reason: verdict.reason },
          )
        },
      },
    }),
  }
}
