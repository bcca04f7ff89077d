import { join } from 'node:path'
import type { Config } from '@scuttlebot/ssb-config'
import { readConfig } from '@scuttlebot/ssb-config/node'
import { type KeyPair, ready, signKeyPair } from '@scuttlebot/ssb-crypto'
import { fromBase64 } from '@scuttlebot/ssb-encode'
import { type Keys, KeysError, keyPairOf } from '@scuttlebot/ssb-keys'
import { loadSync } from '@scuttlebot/ssb-keys/file'
import { type PlainManifest, TRUSTED_LIMITS } from '@scuttlebot/ssb-muxrpc'
import { dial, NetError, type SecureConnection } from '@scuttlebot/ssb-net/secure'
import type { CoreRpc } from '@scuttlebot/ssb-plugin'
import { type FeedId, isFeedId, keyOfFeedId } from '@scuttlebot/ssb-ref'
import { addressesOf } from './addresses.ts'
import type { Client } from './client.ts'
import { ClientError, type ClientErrorCode } from './errors.ts'

/** How to reach which server, as whom. Everything has a default: the server of this user on this machine. */
export interface ConnectOptions {
  /** The configuration; default: that of this machine and process, without flags. */
  readonly config?: Config
  /** Data folder of the server, in place of the configuration's. */
  readonly path?: string
  /** A whole multiserver address to dial: nothing else is tried. */
  readonly remote?: string
  /** Who we are; default: the key in the data folder, which makes us the owner. */
  readonly keys?: Keys
  /** Who the server is; default: whoever owns the key in the data folder. */
  readonly id?: FeedId
  /** Dial `host` and `port` of the configuration, not the socket in the data folder. Default false. */
  readonly isElsewhere?: boolean
  /** The server's methods, when they are known: saves asking for them. */
  readonly manifest?: PlainManifest
  /** Milliseconds for each address tried, then for the manifest. Default: `timers.handshake` of the configuration. */
  readonly timeoutMs?: number
  /** Gives up when aborted, until there is a connection; afterwards ends it. */
  readonly signal?: AbortSignal
}

/**
 * Connect to a server over its unix socket, else over TCP with its key.
 *
 * `Rpc` is the type of its methods: that of the host's core unless another is named, such as
 * `Rpc<typeof plugins>`. The server's manifest decides which functions there really are.
 * @throws {@link ClientError} by rejecting.
 */
export async function connect<Rpc = CoreRpc>(options: ConnectOptions = {}): Promise<Client<Rpc>> {
  await ready
  const config = configOf(options)
  const keys = options.keys ?? ownKeys(config)
  const serverKey = options.id === undefined ? (keys?.public ?? null) : keyOfFeedId(options.id)
  const addresses = addressesOf({
    config,
    serverKey: serverKey?.replace(/\.ed25519$/, '') ?? null,
    isElsewhere: options.isElsewhere ?? false,
  })
  if (addresses.length === 0)
    throw new ClientError(
      'SSB_CLIENT_UNREACHABLE',
      `There is no key at ${join(config.path, 'secret')}, so there was no server yet.`,
    )
  const connection = await dialOne(options, config, addresses, pairOf(keys))
  const { signal } = options
  const abort = (): void => void connection.close()
  signal?.addEventListener('abort', abort)
  void connection.closed.then(() => signal?.removeEventListener('abort', abort))
  if (signal?.aborted) abort()
  const timeoutMs = options.timeoutMs ?? config.timers.handshake
  const isKnown = keys !== null || options.id !== undefined
  try {
    return await within(timeoutMs, clientOf<Rpc>(connection, options, isKnown))
  } catch (error) {
    await connection.close()
    if (!signal?.aborted) throw error
    throw new ClientError('SSB_CLIENT_UNREACHABLE', 'could not connect to sbot: given up', {
      cause: error,
    })
  }
}

/** Whoever shakes hands and then says nothing must not keep us waiting for good. */
async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const text = `could not connect to sbot: it did not name its methods within ${ms} ms`
      reject(new ClientError('SSB_CLIENT_UNREACHABLE', text))
    }, ms)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

function configOf(options: ConnectOptions): Config {
  const { config, path, remote } = options
  const base =
    config ?? readConfig({ flags: path === undefined ? [] : [{ key: 'path', value: path }] }).config
  return {
    ...base,
    ...(path === undefined ? {} : { path }),
    ...(remote === undefined ? {} : { remote }),
  }
}

/** The key in the data folder; `null` when there is none, or it is under a passphrase: the socket needs no key. */
function ownKeys(config: Config): Keys | null {
  try {
    return loadSync(join(config.path, 'secret'))
  } catch (error) {
    const code = error instanceof KeysError ? error.code : null
    if (code === 'SSB_KEYS_FILE_MISSING' || code === 'SSB_KEYS_FILE_LOCKED') return null
    const message = error instanceof Error ? error.message : String(error)
    throw new ClientError('SSB_CLIENT_KEYS', message, { cause: error })
  }
}

/** Without a key of our own we are a stranger: a socket asks for no key, and a server may let strangers in. */
const pairOf = (keys: Keys | null): KeyPair => (keys === null ? signKeyPair() : keyPairOf(keys))

async function dialOne(
  options: ConnectOptions,
  config: Config,
  addresses: readonly string[],
  keys: KeyPair,
): Promise<SecureConnection> {
  const networkKey = fromBase64(config.caps.shs)
  if (networkKey === null) throw new TypeError('caps.shs must be base64')
  try {
    return await dial({
      address: addresses.join(';'),
      keys,
      networkKey,
      limits: TRUSTED_LIMITS,
      handshakeMs: options.timeoutMs ?? config.timers.handshake,
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    })
  } catch (error) {
    if (!(error instanceof NetError)) throw error
    const code = codeOf(error)
    const hint =
      code === 'SSB_CLIENT_REFUSED'
        ? ' (it may be on another network, or have another key than the one in the data folder)'
        : ''
    const message = `could not connect to sbot: ${error.message}${hint}`
    throw new ClientError(code, message, { cause: error })
  }
}

function codeOf(error: NetError): ClientErrorCode {
  if (error.code === 'SSB_NET_ADDRESS') return 'SSB_CLIENT_BAD_ADDRESS'
  const { cause } = error
  const errors: readonly unknown[] = cause instanceof AggregateError ? cause.errors : [error]
  const isAnswered = errors.some(
    (each) => each instanceof NetError && each.code === 'SSB_NET_HANDSHAKE',
  )
  return isAnswered ? 'SSB_CLIENT_REFUSED' : 'SSB_CLIENT_UNREACHABLE'
}

const isManifest = (value: unknown): value is PlainManifest =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

async function clientOf<Rpc>(
  connection: SecureConnection,
  options: ConnectOptions,
  isKnown: boolean,
): Promise<Client<Rpc>> {
  const { mux } = connection
  const manifest = options.manifest ?? (await mux.call(['manifest'], []))
  if (!isManifest(manifest))
    throw new ClientError(
      'SSB_CLIENT_NO_MANIFEST',
      'What answered does not name its methods: it may be no SSB server.',
    )
  const isUnproven = connection.address.startsWith('unix:') && !isKnown
  const id = isUnproven ? await whoami(mux) : connection.id
  return {
    id,
    address: connection.address,
    manifest,
    remote: mux.remote<Rpc>(manifest),
    mux,
    closed: mux.closed,
    close: () => connection.close(),
  }
}

/** A socket says nothing of who is there: ask. */
async function whoami(mux: SecureConnection['mux']): Promise<FeedId> {
  const answer = await mux.call(['whoami'], [])
  const id = (answer as { readonly id?: unknown } | null)?.id
  if (isFeedId(id)) return id
  throw new ClientError('SSB_CLIENT_NO_MANIFEST', 'What answered does not say who it is.')
}
