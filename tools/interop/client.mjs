// npm's ssb-client as a promise-based owner's connection to any server, ours or a reference one.
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { ensureInstalled } from '../lib/install.mjs'

/** How long one call may take, in milliseconds. */
const CALL_MS = 60_000

/**
 * @typedef {object} Client
 * @property {any} rpc the muxrpc object of ssb-client
 * @property {(method: string, ...args: any[]) => Promise<any>} call an async or sync method
 * @property {(method: string, ...args: any[]) => Promise<any[]>} collect all items of a source
 * @property {(bytes: Buffer) => Promise<string>} addBlob its id
 * @property {(method: string, options: object, count: number) => { first: Promise<any[]>, end: () => void }} watch
 *   the first `count` items of a source that stays open
 * @property {() => Promise<void>} close
 */

/** The packages of the reference client. */
export function clientPackages() {
  const bring = createRequire(join(ensureInstalled('peers/ssb-client'), 'package.json'))
  return {
    ssbClient: bring('ssb-client'),
    ssbKeys: bring('ssb-keys'),
    caps: bring('ssb-caps'),
    pull: bring('pull-stream'),
  }
}

/** Reject when a promise takes too long. */
function within(what, promise) {
  let timer
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} took over ${CALL_MS} ms`)), CALL_MS)
  })
  return Promise.race([promise, late]).finally(() => clearTimeout(timer))
}

/** What a failed call says: muxrpc makes errors of messages. */
const asError = (error) =>
  error instanceof Error ? error : new Error(error?.message ?? String(error))

/**
 * Connect with the server's own keys, as its owner.
 *
 * @param {{ keys: any, address: string }} options a multiserver address
 * @returns {Promise<Client>}
 */
export async function connectClient({ keys, address }) {
  const { ssbClient, caps, pull } = clientPackages()
  const rpc = await within(
    'connecting',
    new Promise((resolve, reject) =>
      ssbClient(keys, { remote: address, caps, keys, manifest: undefined }, (error, connected) =>
        error ? reject(asError(error)) : resolve(connected),
      ),
    ),
  )
  const find = (method) => {
    const found = method.split('.').reduce((node, name) => node?.[name], rpc)
    if (typeof found !== 'function') throw new Error(`the manifest has no ${method}`)
    return found
  }
  return {
    rpc,
    call: (method, ...args) =>
      within(
        method,
        new Promise((resolve, reject) =>
          find(method)(...args, (error, value) =>
            error && error !== true ? reject(asError(error)) : resolve(value),
          ),
        ),
      ),
    collect: (method, ...args) =>
      within(
        method,
        new Promise((resolve, reject) =>
          pull(
            find(method)(...args),
            pull.collect((error, items) => (error ? reject(asError(error)) : resolve(items))),
          ),
        ),
      ),
    addBlob: (bytes) =>
      within(
        'blobs.add',
        new Promise((resolve, reject) =>
          pull(
            pull.once(bytes),
            rpc.blobs.add((error, id) => (error ? reject(asError(error)) : resolve(id))),
          ),
        ),
      ),
    watch(method, options, count) {
      const items = []
      let end = () => {}
      const first = new Promise((resolve, reject) => {
        const drain = pull.drain(
          (item) => {
            if (items.push(item) === count) resolve(items)
          },
          (error) => (error && error !== true ? reject(asError(error)) : resolve(items)),
        )
        pull(find(method)(options), drain)
        end = () => drain.abort()
      })
      // Whoever waits for them sees a failure; until then it must not end the process.
      const settled = within(method, first)
      settled.catch(() => {})
      return { first: settled, end: () => end() }
    },
    close: () => within('closing', new Promise((resolve) => rpc.close(true, () => resolve()))),
  }
}
