// Servers of any kind behind one face, so that a scenario does not care who is who.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { startPeer } from '../peers/peers.mjs'
import { startOurs } from './ours.mjs'

/**
 * @typedef {object} Node
 * @property {string} kind `ours`, `ss` or `db2`
 * @property {string} id
 * @property {string} address
 * @property {(content: object) => Promise<any>} publish
 * @property {(feed: string, state?: boolean) => Promise<any>} follow
 * @property {(feed: string, state?: boolean) => Promise<any>} block
 * @property {(file: string) => Promise<any>} addFile messages of other feeds, one a line
 * @property {() => Promise<Record<string, number>>} clock
 * @property {(clock: Record<string, number>, timeout?: number) => Promise<any>} waitClock
 * @property {(feed: string) => Promise<{ key: string, value: any }[]>} history
 * @property {(other: Node) => Promise<any>} connect
 * @property {(other: Node) => Promise<void>} disconnect
 * @property {() => Promise<{ received: number, sent: number }>} [traffic] bytes so far; foreign servers only
 * @property {object} blobs `add(file)`, `want(id)`, `push(id)`, `has(id)`, `digest(id)`; foreign ones `list()` and `folder()` too
 * @property {(peer: string, method: string, asked: unknown) => Promise<any>} [remoteBlob] foreign servers only
 * @property {(peer: string, id: unknown) => Promise<any>} [remoteHas] foreign servers only
 * @property {() => Promise<any>} kill SIGKILL
 * @property {() => Promise<any>} restart in the same folder and on the same port
 * @property {() => Promise<any>} close
 */

/** How many calls of a kind are under way at once. */
const IN_FLIGHT = 500

/** @returns {Promise<Node>} */
async function ourNode(seed) {
  const ours = await startOurs({ name: seed })
  return {
    kind: 'ours',
    id: ours.id,
    address: ours.address,
    publish: (content) => ours.publish(content),
    follow: (feed, state) => ours.follow(feed, state),
    block: (feed, state) => ours.block(feed, state),
    async addFile(file) {
      const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean)
      for (let at = 0; at < lines.length; at += IN_FLIGHT)
        await Promise.all(
          lines.slice(at, at + IN_FLIGHT).map((line) => ours.call('add', JSON.parse(line))),
        )
    },
    clock: () => ours.clock(),
    waitClock: (clock, timeout) => ours.waitClock(clock, timeout),
    history: (feed) => ours.history(feed),
    blobs: {
      add: (file) => ours.addBlob(readFileSync(file)),
      want: (id) => ours.call('blobs.want', id),
      push: (id) => ours.call('blobs.push', id),
      has: (id) => ours.call('blobs.has', id),
      async digest(id) {
        const bytes = Buffer.concat(await ours.collect('blobs.get', id))
        return { size: bytes.length, hash: createHash('sha256').update(bytes).digest('hex') }
      },
    },
    connect: (other) => ours.connect(other.address),
    disconnect: (other) => ours.call('gossip.disconnect', other.address),
    kill: () => ours.kill(),
    restart: () => ours.restart(),
    close: () => ours.close(),
  }
}

/** @returns {Promise<Node>} */
async function theirNode(kind, seed) {
  const peer = await startPeer(kind, { seed })
  return {
    kind,
    id: peer.id,
    address: peer.address,
    publish: (content) => peer.call('publish', { content }),
    follow: (feed, state) => peer.call('follow', { feed, state }),
    block: (feed, state) => peer.call('block', { feed, state }),
    addFile: (file) => peer.call('addFile', { file }),
    clock: () => peer.call('clock'),
    waitClock: (clock, timeout) => peer.call('waitClock', { clock, timeout }),
    history: (feed) => peer.call('history', { feed }),
    blobs: {
      add: (file) => peer.call('blobAdd', { file }),
      want: (id) => peer.call('blobWant', { id }),
      push: (id) => peer.call('blobPush', { id }),
      has: (id) => peer.call('blobHas', { id }),
      digest: (id) => peer.call('blobDigest', { id }),
      list: () => peer.call('blobList'),
      folder: () => peer.call('blobFolder'),
    },
    remoteBlob: (from, method, asked) => peer.call('remoteBlob', { peer: from, method, asked }),
    remoteHas: (from, id) => peer.call('remoteHas', { peer: from, id }),
    connect: (other) => peer.call('connect', { address: other.address }),
    disconnect: (other) => peer.call('disconnect', { feed: other.id }),
    traffic: () => peer.call('traffic'),
    kill: () => peer.kill(),
    restart: () => peer.restart(),
    close: () => peer.close(),
  }
}

/**
 * Start a server of a kind.
 *
 * @param {string} kind `ours`, `ss` or `db2`
 * @param {string} seed of its identity, where that can be chosen
 */
export const startNode = (kind, seed) => (kind === 'ours' ? ourNode(seed) : theirNode(kind, seed))
