import type { Async, Handlers, Manifest, Source, Sync } from '@scuttlebot/ssb-muxrpc'
import { isFeedId } from '@scuttlebot/ssb-ref'
import type { BoxedMessage, PrivateQueries, Published } from './needs.ts'
import { needOwner, OpenedMessage, type Revealed, reveal } from './opened.ts'
import type { PrivateContent, PrivateOptions } from './publish.ts'
import { type PrivateReadOptions, type ReadNeeds, readPrivate } from './read.ts'

/** The methods for private messages on the wire. */
export interface PrivateRpc {
  readonly private: {
    readonly publish: Async<
      [content: PrivateContent, recps?: string | readonly string[], options?: PrivateOptions],
      Published
    >
    readonly unbox: Sync<[boxed: string | Published], unknown>
    readonly read: Source<[options?: PrivateReadOptions | string], unknown>
  }
}

/** Kinds, permissions and help. All are for the owner alone. */
export const privateManifest: Manifest<PrivateRpc> = {
  private: {
    publish: {
      kind: 'async',
      help: {
        description: 'Publish a message that only its recipients can read, and you.',
        args: {
          content: { type: 'object', description: 'Content with a type' },
          recps: {
            type: 'FeedId[]',
            description: 'Who can read it; default: recps of the content',
            optional: true,
          },
          options: {
            type: 'object',
            description: '{own: false}: not you; {max: 20}: more than 7, which others cannot read',
            optional: true,
          },
        },
        takes: 'fields',
        example: 'private.publish --recps @id --type post --text hi',
      },
    },
    unbox: {
      kind: 'sync',
      help: {
        description: 'Open a boxed text, or a message with one. No answer: it is not for us.',
        args: { boxed: { type: 'string or object', description: 'Text that ends in .box' } },
        takes: 'fields',
        example: 'sbot private.unbox TEXT.box',
      },
    },
    read: {
      kind: 'source',
      help: {
        description: 'Private messages that we can read, by a map-filter-reduce query.',
        args: {
          query: { type: 'array', description: 'Stages: $filter, $map, $reduce', optional: true },
          limit: { type: 'number', description: 'Items at most', optional: true, default: -1 },
          reverse: { type: 'boolean', description: 'Newest first', optional: true, default: false },
          live: {
            type: 'boolean',
            description: 'Go on with new ones',
            optional: true,
            default: false,
          },
          old: {
            type: 'boolean',
            description: 'Begin with old ones',
            optional: true,
            default: true,
          },
          sync: {
            type: 'boolean',
            description: 'Mark the place between old and new with {"sync":true}',
            optional: true,
            default: true,
          },
        },
        example: 'private.read --limit 3 --reverse',
      },
    },
  },
}

/** What the handlers need. */
export interface RpcNeeds extends ReadNeeds {
  readonly query: PrivateQueries
  publish(content: unknown, recps: unknown, options?: PrivateOptions): Promise<Published>
}

const isObject = (x: unknown): x is Readonly<Record<string, unknown>> =>
  typeof x === 'object' && x !== null

/** The handlers of {@link privateManifest}. */
export function privateHandlers(needs: RpcNeeds): Handlers<PrivateRpc> {
  return {
    private: {
      publish: (_, content, recps, options) => needs.publish(content, recps, options),
      unbox(call, boxed) {
        needOwner(call)
        if (typeof boxed === 'string') return needs.opener.try(boxed)?.content
        const message = messageOf(boxed)
        const text = message?.value.content
        if (message === null || typeof text !== 'string') return undefined
        const found = needs.opener.try(text, message.author)
        return found === null ? undefined : unboxed(call, message, found)
      },
      read: (call, options) => readPrivate(needs, call, options),
    },
  }
}

const unboxed = (
  call: Parameters<typeof reveal>[0],
  message: BoxedMessage,
  found: ConstructorParameters<typeof OpenedMessage>[1],
): Revealed => reveal(call, new OpenedMessage(message, found, null))

/** A message that a client has sent back to us. */
function messageOf(arg: unknown): BoxedMessage | null {
  if (!isObject(arg) || !isObject(arg['value'])) return null
  const { author } = arg['value']
  if (!isFeedId(author)) return null
  const { key, value, timestamp } = arg as unknown as Published
  return { sequence: -1, key, author, timestamp, value }
}
