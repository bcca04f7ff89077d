import type { ArgHelp, Async, Manifest, MethodHelp, Source } from '@scuttlebot/ssb-muxrpc'
import type { ValuesByAuthor } from './abouts.ts'
import type { NameMap, Signified } from './names.ts'
import type { AboutReadOptions } from './streams.ts'

/** What is asked for: a property of `about` messages, and what they are about. */
export interface AboutQuestion {
  readonly key: string
  /** A feed, message or blob id. */
  readonly dest: string
}

/** An id as it is, or as the argument of go-sbot's clients. */
export type IdArgument = string | { readonly id: string }

/** The methods on the wire: those of ssb-about 2 and of ssb-names 3. */
export interface AboutRpc {
  readonly about: {
    readonly socialValue: Async<[question: AboutQuestion], unknown>
    readonly latestValue: Async<[question: AboutQuestion], unknown>
    readonly socialValues: Async<[question: AboutQuestion], ValuesByAuthor>
    readonly latestValues: Async<
      [question: { readonly keys: readonly string[]; readonly dest: string }],
      Readonly<Record<string, unknown>>
    >
    readonly socialValueStream: Source<[question: AboutQuestion], unknown>
    readonly socialValuesStream: Source<[question: AboutQuestion], ValuesByAuthor>
    readonly latestValueStream: Source<
      [question: AboutQuestion & { readonly authorId?: string }],
      unknown
    >
    readonly read: Source<[options: AboutReadOptions], unknown>
  }
  readonly names: {
    readonly get: Async<[options?: object], NameMap>
    readonly getImages: Async<[options?: object], NameMap>
    readonly getImageFor: Async<[id: IdArgument], string>
    readonly getSignifier: Async<[id: IdArgument], string>
    readonly getSignifies: Async<[prefix: string], readonly Signified[]>
  }
}

const key: ArgHelp = { type: 'string', description: 'property, such as name, image or title' }
const dest: ArgHelp = { type: 'id', description: 'feed, message or blob that is spoken of' }

const question = (description: string, example: string): MethodHelp => ({
  description,
  args: { key, dest },
  takes: 'names',
  example,
})

const ofFeed = (description: string, example: string): MethodHelp => ({
  description,
  args: { id: { type: 'feed id', description: 'whose' } },
  example,
})

/** Kinds and help of {@link AboutRpc}: all for the owner alone. */
export const aboutManifest: Manifest<AboutRpc> = {
  about: {
    socialValue: {
      kind: 'async',
      help: question(
        'What to show: what you say, else what the subject says of itself, else what most say.',
        'sbot about.socialValue --key name --dest @FEED',
      ),
    },
    latestValue: {
      kind: 'async',
      help: question(
        'What was said last, by whomever.',
        'sbot about.latestValue --key title --dest %MSG',
      ),
    },
    socialValues: {
      kind: 'async',
      help: question(
        'Who says what, by author.',
        'sbot about.socialValues --key name --dest @FEED',
      ),
    },
    latestValues: {
      kind: 'async',
      help: {
        description: 'What was said last, for several properties at once.',
        args: { keys: { type: 'string[]', description: 'properties' }, dest },
        takes: 'names',
        example: `echo '{"keys":["title","location"],"dest":"%MSG"}' | sbot about.latestValues .`,
      },
    },
    socialValueStream: {
      kind: 'source',
      help: question(
        'What to show, now and after each change.',
        'sbot about.socialValueStream --key name --dest @FEED',
      ),
    },
    socialValuesStream: {
      kind: 'source',
      help: question(
        'Who says what, then each change.',
        'sbot about.socialValuesStream --key attendee --dest %MSG',
      ),
    },
    latestValueStream: {
      kind: 'source',
      help: {
        description: 'What was said last, now and after each change.',
        args: {
          key,
          dest,
          authorId: { type: 'feed id', description: 'said by this feed only', optional: true },
        },
        takes: 'names',
        example: 'sbot about.latestValueStream --key title --dest %MSG',
      },
    },
    read: {
      kind: 'source',
      help: {
        description: 'The messages that speak of something.',
        args: {
          dest,
          reverse: { type: 'boolean', description: 'newest first', optional: true, default: false },
          limit: { type: 'number', description: 'messages at most', optional: true },
          live: { type: 'boolean', description: 'go on with new ones', optional: true },
          old: { type: 'boolean', description: 'begin with old ones', optional: true },
          sync: {
            type: 'boolean',
            description: 'mark the place between old and new with {"sync":true}',
            optional: true,
            default: true,
          },
        },
        takes: 'names',
        example: 'sbot about.read --dest @FEED --reverse --limit 3',
      },
    },
  },
  names: {
    get: {
      kind: 'async',
      help: { description: 'What every feed calls every feed.', example: 'sbot names.get' },
    },
    getImages: {
      kind: 'async',
      help: {
        description: 'Which picture every feed gives to every feed.',
        example: 'sbot names.getImages',
      },
    },
    getImageFor: {
      kind: 'async',
      help: ofFeed('The picture to show for a feed; its id: none.', 'sbot names.getImageFor @FEED'),
    },
    getSignifier: {
      kind: 'async',
      help: ofFeed('The name to show for a feed; its id: none.', 'sbot names.getSignifier @FEED'),
    },
    getSignifies: {
      kind: 'async',
      help: {
        description: 'Feeds that you and those around you call by a name that begins so.',
        args: { prefix: { type: 'string', description: 'beginning of the name' } },
        example: 'sbot names.getSignifies ali',
      },
    },
  },
}
