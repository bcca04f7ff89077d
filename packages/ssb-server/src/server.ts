import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { about } from '@scuttlebot/ssb-about'
import { backup } from '@scuttlebot/ssb-backup'
import { backupFiles, restoredNote } from '@scuttlebot/ssb-backup/files'
import { blobs } from '@scuttlebot/ssb-blobs'
import { diskStorage } from '@scuttlebot/ssb-blobs/disk'
import { blobsHttp } from '@scuttlebot/ssb-blobs/http-plugin'
import type { Config } from '@scuttlebot/ssb-config'
import { sign } from '@scuttlebot/ssb-crypto'
import { ebt } from '@scuttlebot/ssb-ebt'
import { fileClocks } from '@scuttlebot/ssb-ebt/files'
import { fromBase64 } from '@scuttlebot/ssb-encode'
import { feedStore } from '@scuttlebot/ssb-feed-store'
import { openDisk, openMarks } from '@scuttlebot/ssb-feed-store/disk'
import { friends } from '@scuttlebot/ssb-friends'
import type { gossip } from '@scuttlebot/ssb-gossip'
import { health } from '@scuttlebot/ssb-health'
import type { invite } from '@scuttlebot/ssb-invite'
import { type Keys, keyPairOf } from '@scuttlebot/ssb-keys'
import type { lan } from '@scuttlebot/ssb-lan'
import { net } from '@scuttlebot/ssb-net'
import {
  type AnyPlugin,
  type CheckNeeds,
  type CoreRpc,
  createHost,
  type Host,
  type Log,
  type Rpc,
} from '@scuttlebot/ssb-plugin'
import { box1, privateMessages } from '@scuttlebot/ssb-private'
import { openerPool } from '@scuttlebot/ssb-private/pool'
import { query } from '@scuttlebot/ssb-query'
import { replicate } from '@scuttlebot/ssb-replicate'
import { search } from '@scuttlebot/ssb-search'
import { openSqlite } from '@scuttlebot/ssb-search/sqlite'
import { tangle } from '@scuttlebot/ssb-tangle'
import type { LogBook, web } from '@scuttlebot/ssb-web'
import { addBatch } from './add-batch.ts'
import { gossipOf, inviteOf, lanOf } from './connectivity.ts'
import { netLimitsOf } from './limits.ts'
import { master } from './master.ts'
import { placesOf } from './places.ts'
import { privateContacts } from './private-contacts.ts'
import { lazyPool } from './verifier.ts'
import { VERSION } from './version.ts'
import { type Explain, webOf } from './web.ts'

/** What a server is made of. */
export interface ServerOptions {
  readonly config: Config
  readonly keys: Keys
  /** A log for the plugin of that name. Default: silent. */
  readonly log?: (plugin: string) => Log
  /** The key was made just now. Default: no; then an empty log locks publishing, since it may have been lost. */
  readonly isNew?: boolean
  /** The key is under a passphrase: what is opened of private messages is then in memory alone. Default: no. */
  readonly hasPassphrase?: boolean
  /** Folder of this user for marks that outlive data folders. Default: marks are in the data folder alone. */
  readonly stateFolder?: string
  /** Where the lines of `log` go, too, so that the page can show them. */
  readonly logs?: LogBook
  /** Where the values of the configuration came from, for the page. */
  readonly explain?: Explain
}

/** The longest time that a timer of the platform can wait: 24.8 days. */
const NEVER_MS = 2_147_483_647

/**
 * Where it is kept what was opened of private messages: for nobody else's eyes, and little, so its buffers are small.
 * Nowhere where the key has a passphrase: then what lies there from before is removed.
 */
function shelfOf(folder: string, hasPassphrase: boolean): ReturnType<typeof openDisk> | null {
  if (hasPassphrase) {
    rmSync(folder, { recursive: true, force: true })
    return null
  }
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  return openDisk(folder, { writeBufferBytes: 1 << 20, cacheBytes: 1 << 20 })
}

const bytesOf = (base64: string): Uint8Array => {
  const bytes = fromBase64(base64)
  if (bytes === null) throw new TypeError('a key of the configuration is not base64')
  return bytes
}

/** The plugins of a server. */
export type ServerPlugins = readonly [
  ReturnType<typeof feedStore>,
  ReturnType<typeof addBatch>,
  ReturnType<typeof query>,
  ReturnType<typeof privateMessages>,
  ReturnType<typeof friends>,
  ReturnType<typeof privateContacts>,
  ReturnType<typeof about>,
  ReturnType<typeof tangle>,
  ReturnType<typeof search>,
  ReturnType<typeof replicate>,
  ReturnType<typeof ebt>,
  ReturnType<typeof blobs>,
  ReturnType<typeof net>,
  ReturnType<typeof blobsHttp>,
  ReturnType<typeof health>,
  ReturnType<typeof web>,
  ReturnType<typeof gossip>,
  ReturnType<typeof lan>,
  ReturnType<typeof invite>,
  ReturnType<typeof backup>,
  ReturnType<typeof master>,
]

/** The plugins of a Scuttlebutt server, with their options out of the configuration: where a list of your own begins. */
export function serverPlugins({
  config,
  keys,
  isNew,
  hasPassphrase,
  stateFolder,
  logs,
  explain,
}: ServerOptions): ServerPlugins {
  const { caps, timers } = config
  const networkKey = bytesOf(caps.shs)
  return [
    feedStore({
      database: () => openDisk(config.path),
      pool: lazyPool(),
      marks: (_, id) => openMarks(config.path, id, stateFolder ?? null),
      isNew: isNew ?? false,
      ...(caps.sign === null ? {} : { hmacKey: bytesOf(caps.sign) }),
    }),
    addBatch(),
    query(),
    privateMessages({
      boxes: [box1(openerPool(keys))],
      database: () => shelfOf(join(config.path, 'private'), hasPassphrase === true),
    }),
    friends({ hops: config.friends.hops }),
    privateContacts(),
    about(),
    tangle(),
    search({
      engine: () => openSqlite(join(config.path, 'search.db')),
      secretEngine: () => openSqlite(null),
    }),
    replicate(),
    ebt({
      clocks: fileClocks(config.path),
      feedsMax: config.limits.clockEntries,
      strangerFeedsMax: config.limits.strangerClockEntries,
    }),
    blobs({
      storage: () => diskStorage(join(config.path, 'blobs')),
      max: config.blobs.max,
      sympathy: config.blobs.sympathy,
      stingy: config.blobs.stingy,
      pushy: config.blobs.pushy,
      legacy: config.blobs.legacy,
      quotaBytes: config.blobs.quota,
      pinHops: config.blobs.pinHops,
      forwardsPerPeerMax: config.limits.wants,
    }),
    net({
      keys: keyPairOf(keys),
      networkKey,
      ...placesOf(config),
      ...netLimitsOf(config.limits),
      times: { handshakeMs: timers.handshake, inactivityMs: timers.inactivity || NEVER_MS },
    }),
    blobsHttp({ remote: config.blobs.public }),
    health({ remote: config.health.public }),
    webOf(config, networkKey, { logs, explain }),
    gossipOf(config),
    lanOf(config, networkKey),
    inviteOf(config, keys, networkKey),
    backup({
      files: () => backupFiles(config.path),
      restored: restoredNote(config.path),
    }),
    master(config.master),
  ]
}

/** The plugins of a server, and some of your own after them. */
export type PluginsWith<More extends readonly AnyPlugin[]> = readonly [...ServerPlugins, ...More]

/** Plugins besides those of every server; each need of theirs must be met. */
export interface More<P extends readonly AnyPlugin[]> {
  readonly plugins?: P
}

/** A server: its plugins by name, to start and to stop. */
export type Server<P extends readonly AnyPlugin[] = readonly []> = Host<PluginsWith<P>>

/** The methods of a server, for typed clients: `connect<ServerRpc>()`; with plugins of your own, `ServerRpc<typeof plugins>`. */
export type ServerRpc<P extends readonly AnyPlugin[] = readonly []> = CoreRpc & Rpc<PluginsWith<P>>

/**
 * Put a server together, with `plugins` of your own besides its own. Nothing is opened before `start()`.
 *
 * @throws PluginError of ssb-plugin, when a plugin of yours does not fit among the others
 */
export function createServer<const P extends readonly AnyPlugin[] = readonly []>(
  options: ServerOptions & More<P> & { readonly plugins?: CheckNeeds<PluginsWith<P>> },
): Server<P> {
  return assemble(options, options.plugins ?? []) as unknown as Server<P>
}

/** @internal The same without the check of types. */
export function assemble(options: ServerOptions, more: readonly AnyPlugin[]): Server {
  const { config, keys, log } = options
  const { secretKey } = keyPairOf(keys)
  const plugins: readonly AnyPlugin[] = [...serverPlugins(options), ...more]
  return createHost({
    keys: { id: keys.id, sign: (bytes) => sign(bytes, secretKey) },
    plugins,
    folder: config.path,
    version: VERSION,
    ...(log === undefined ? {} : { log }),
  }) as unknown as Server
}
