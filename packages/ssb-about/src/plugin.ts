import type { Plugin } from '@scuttlebot/ssb-plugin'
import type { FeedId } from '@scuttlebot/ssb-ref'
import { type Abouts, createAbouts } from './abouts.ts'
import type { Raw } from './content.ts'
import { isObject, namingsOf, own, pictureOf } from './content.ts'
import { AboutError } from './errors.ts'
import { Names } from './names.ts'
import type { AboutNeeds } from './needs.ts'
import { type AboutRpc, aboutManifest } from './rpc.ts'
import { defineAbouts } from './statements.ts'
import {
  latestValueStream,
  readAbouts,
  type StreamNeeds,
  socialValueStream,
  socialValuesStream,
} from './streams.ts'

/** What other plugins get. What was said in private counts in all but `ownNameOf`: it is for the owner. */
export interface AboutApi extends Pick<Abouts, 'values' | 'social' | 'latest' | 'latestAll'> {
  /** The name to show for a feed; its id when it has none. */
  nameOf(feed: FeedId): Promise<string>
  /** What a feed calls itself in public, which may be told to anybody; `null`: nothing. */
  ownNameOf(feed: FeedId): Promise<string | null>
  /** The blob id of the picture to show for a feed; the feed's id when it has none. */
  pictureOf(feed: FeedId): Promise<string>
}

const optionsOf = (arg: unknown): Raw => (isObject(arg) ? arg : {})

/** An id, as it is or in an object; texts that are none are answered as they are. */
function idOf(arg: unknown): FeedId {
  const id = isObject(arg) ? own(arg, 'id') : arg
  if (typeof id !== 'string') throw new AboutError('SSB_ABOUT_USAGE', 'a feed id is needed')
  return id as FeedId
}

function prefixOf(arg: unknown): string {
  if (typeof arg !== 'string') throw new AboutError('SSB_ABOUT_USAGE', 'the name must be a string')
  return arg
}

function keysOf(options: Raw): readonly unknown[] {
  const keys = options['keys']
  if (typeof keys === 'string') return [keys]
  if (!Array.isArray(keys)) throw new AboutError('SSB_ABOUT_USAGE', 'keys must be a list')
  return keys
}

/** What is said about feeds and messages, as a plugin. */
export function about(): Plugin<'about', AboutApi, AboutNeeds, AboutRpc> {
  return {
    name: 'about',
    needs: { store: 'required', private: 'optional', friends: 'optional' },
    manifest: aboutManifest,
    setup({ needs, id }) {
      const index = defineAbouts(
        needs.store,
        (content) => namingsOf(content).length > 0 || pictureOf(content) !== null,
      )
      const abouts = createAbouts(needs, index, id)
      const names = new Names(needs, index, id)
      const streams: StreamNeeds = { needs, index, abouts, id }
      const { values, social, latest, latestAll } = abouts
      return {
        api: {
          values,
          social,
          latest,
          latestAll,
          nameOf: (feed) => names.nameOf(feed),
          ownNameOf: (feed) => names.ownNameOf(feed),
          pictureOf: (feed) => names.pictureOf(feed),
        },
        handlers: {
          about: {
            socialValue(_, arg) {
              const { key, dest } = optionsOf(arg)
              return social(key, dest)
            },
            latestValue(_, arg) {
              const { key, dest } = optionsOf(arg)
              return latest(key, dest)
            },
            async socialValues(_, arg) {
              const { key, dest } = optionsOf(arg)
              return Object.fromEntries(await values(key, dest))
            },
            latestValues(_, arg) {
              const options = optionsOf(arg)
              return latestAll(keysOf(options), options['dest'])
            },
            socialValueStream(call, arg) {
              const { key, dest } = optionsOf(arg)
              return socialValueStream(streams, call, key, dest)
            },
            socialValuesStream(call, arg) {
              const { key, dest } = optionsOf(arg)
              return socialValuesStream(streams, call, key, dest)
            },
            latestValueStream(call, arg) {
              const { key, dest, authorId } = optionsOf(arg)
              return latestValueStream(streams, call, { key, dest, authorId })
            },
            read: (call, arg) => readAbouts(streams, call, optionsOf(arg)),
          },
          names: {
            get: () => names.all(),
            getImages: () => names.allPictures(),
            getImageFor: async (_, arg) => names.pictureOf(idOf(arg)),
            getSignifier: async (_, arg) => names.nameOf(idOf(arg)),
            getSignifies: async (_, arg) => names.signifies(prefixOf(arg)),
          },
        },
        stop: async () => names.stop(),
      }
    },
  }
}
