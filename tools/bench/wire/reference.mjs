// The same with the packages of the reference server. `NODELAY=1`: as it would be if it turned Nagle's delay off.
import { createRequire } from 'node:module'
import { Socket } from 'node:net'
import { join } from 'node:path'
import { ensureInstalled } from '../../lib/install.mjs'
import { load } from '../../lib/packages.mjs'

const { signKeyPair } = await load('ssb-crypto')

const reference = createRequire(join(ensureInstalled('peers/ssb-server'), 'package.json'))
const multiserver = reference('multiserver')
const net = reference('multiserver/plugins/net')
const shs = reference('multiserver/plugins/shs')
const muxrpc = reference('muxrpc')
const pull = reference('pull-stream')

const manifest = { echo: 'async', items: 'source' }
const appKey = Buffer.alloc(32, 7)

/** Each write would wait for the answer to the one before it; this is one line in a patched reference. */
export function forceNoDelay() {
  const { write } = Socket.prototype
  Socket.prototype.write = function (...args) {
    if (!this.isUndelayed) {
      this.isUndelayed = true
      this.setNoDelay(true)
    }
    return write.apply(this, args)
  }
}

/** A key pair as the handshake of the reference takes it. */
const keyPair = () => {
  const { publicKey, secretKey } = signKeyPair()
  return { publicKey: Buffer.from(publicKey), secretKey: Buffer.from(secretKey) }
}

const stack = (keys, port) =>
  multiserver([
    [
      net({ host: '127.0.0.1', port, scope: 'device' }),
      shs({ keys, appKey, auth: (_id, cb) => cb(null, true), timeout: 15_000 }),
    ],
  ])

/** @returns what the client needs to know */
export async function serve({ item, chunk }) {
  const keys = keyPair()
  const value = JSON.parse(item)
  const api = {
    echo: (input, cb) => cb(null, input),
    items: (count) =>
      pull(
        pull.count(count - 1),
        pull.map(() => value),
      ),
  }
  const start = (onConnection) =>
    new Promise((resolve, reject) => {
      const port = 20_000 + Math.floor(Math.random() * 20_000)
      const ms = stack(keys, port)
      ms.server(onConnection, null, (error) => (error ? reject(error) : resolve(port)))
    })
  const port = await start((stream) => {
    const rpc = muxrpc({}, manifest)(api)
    pull(
      stream,
      rpc.createStream(() => undefined),
      stream,
    )
  })
  const buffer = Buffer.from(chunk)
  const boxPort = await start((stream) => {
    pull(
      pull.infinite(() => buffer),
      stream.sink,
    )
    pull(
      stream.source,
      pull.drain(
        () => undefined,
        () => undefined,
      ),
    )
  })
  return { port, boxPort, key: keys.publicKey.toString('base64') }
}

/** The other end of {@link serve}. */
export function client({ port, boxPort, key }) {
  const ms = stack(keyPair(), 1)
  const connect = (to) =>
    new Promise((resolve, reject) => {
      ms.client(`net:127.0.0.1:${to}~shs:${key}`, (error, stream) =>
        error ? reject(error) : resolve(stream),
      )
    })
  return {
    async open() {
      const stream = await connect(port)
      const rpc = muxrpc(manifest, {})({})
      pull(
        stream,
        rpc.createStream(() => undefined),
        stream,
      )
      return {
        call: (value) =>
          new Promise((resolve, reject) => {
            rpc.echo(value, (error, answer) => (error ? reject(error) : resolve(answer)))
          }),
        items: (count) =>
          new Promise((resolve, reject) => {
            let got = 0
            pull(
              rpc.items(count),
              pull.drain(
                () => {
                  got += 1
                },
                (error) => (error ? reject(error) : resolve(got)),
              ),
            )
          }),
        close: () => rpc.close(true, () => undefined),
      }
    },
    async boxes(bytes) {
      const stream = await connect(boxPort)
      await new Promise((resolve) => {
        let got = 0
        pull(
          stream.source,
          pull.drain(
            (chunk) => {
              got += chunk.length
              if (got < bytes) return true
              resolve()
              return false
            },
            () => undefined,
          ),
        )
      })
    },
  }
}
