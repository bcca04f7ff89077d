import { texts } from '../texts.ts'
import { bytesOf } from './bytes.ts'
import type { PageRemote } from './rpc.ts'

/** What the server says of itself, as far as the page shows it. */
export interface Health {
  readonly peers: number
  readonly feeds: number
  readonly messages: number
  readonly addresses: readonly string[]
  /** Sentences about what somebody should look at. */
  readonly attention: readonly string[]
  readonly raw: Tree
}

/** Answers whose shape nobody promises. */
export interface Tree {
  readonly [name: string]: unknown
}

/** A part of an answer; empty where it is none. */
export function treeOf(value: unknown): Tree {
  return typeof value === 'object' && value !== null ? (value as Tree) : {}
}

/** A number of an answer, or 0. */
export function numberOf(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : 0
}

/** Bytes of the disk that should be free. */
const DISK_FREE_MIN = 1e9

/** Ask how the server is. */
export async function healthOf(remote: PageRemote): Promise<Health> {
  const [status, disk] = await Promise.all([
    remote.status(),
    remote.blobs.status().then(
      (blobs) => blobs.disk,
      () => null,
    ),
  ])
  const { home } = texts
  const raw = treeOf(status)
  const net = treeOf(raw['net'])
  const feed = treeOf(raw['feed'])
  const sync = treeOf(raw['sync'])
  const peers = numberOf(net['peers'])
  const locked = Array.isArray(feed['locked']) && feed['locked'].length > 0
  const forks =
    numberOf(feed['forks']) || (Array.isArray(feed['forked']) ? feed['forked'].length : 0)
  const follows = numberOf(treeOf(raw['friends'])['follows'])
  const addresses = Array.isArray(net['addresses']) ? net['addresses'].map(String) : []
  return {
    peers,
    feeds: numberOf(treeOf(raw['replication'])['feeds']),
    messages: numberOf(sync['since']),
    addresses,
    attention: [
      ...(locked ? [home.locked] : []),
      ...(forks > 0 ? [home.forks(forks)] : []),
      ...(disk !== null && disk.freeBytes < DISK_FREE_MIN
        ? [home.diskFull(bytesOf(disk.freeBytes))]
        : []),
      ...(sync['sync'] === false ? [home.indexing] : []),
      ...Object.entries(treeOf(raw['failedPlugins'])).map(([name, why]) =>
        home.failedPlugin(name, String(why)),
      ),
      ...(follows === 0 ? [home.noFollows] : peers === 0 ? [home.noPeers] : []),
    ],
    raw,
  }
}
