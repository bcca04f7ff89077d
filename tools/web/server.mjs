// A live server in a process of its own, with its data in a temporary folder.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { load, root } from '../lib/packages.mjs'

const BIN = join(root, 'packages/ssb-server/dist/bin.js')

/** One server: it can be stopped and started again on the same ports and data. */
export class Server {
  /**
   * @param {string} name for messages
   * @param {string} [path] its data folder, which is kept; without one it is temporary
   */
  constructor(name, path) {
    this.name = name
    this.isKept = path !== undefined
    this.path = path ?? mkdtempSync(join(tmpdir(), `scuttlebot-web-${name}-`))
    this.port = '0'
    this.webPort = '0'
  }

  /** @param {readonly string[]} more flags */
  async start(...more) {
    const flags = ['--path', this.path, '--port', this.port, '--local-only', '--web.enabled']
    this.child = spawn(
      process.execPath,
      [BIN, 'start', ...flags, '--web.port', this.webPort, '--allowPrivate', ...more],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...process.env, HOME: this.path, NO_COLOR: '1' },
      },
    )
    this.said = ''
    this.child.stderr.on('data', (chunk) => {
      this.said = (this.said + chunk).slice(-20_000)
    })
    this.greeting = await new Promise((resolve, reject) => {
      let out = ''
      this.child.stdout.on('data', (chunk) => {
        out += chunk
        if (out.includes('Ctrl-C')) resolve(out)
      })
      this.child.once('exit', () => reject(new Error(`${this.name} did not start: ${this.said}`)))
    })
    this.id = /@\S+\.ed25519/.exec(this.greeting)[0]
    this.address = /net:127\.0\.0\.1:\d+~shs:\S+/.exec(this.greeting)[0]
    this.port = /net:127\.0\.0\.1:(\d+)/.exec(this.greeting)[1]
    this.url = /http:\/\/localhost:\d+\//.exec(this.greeting)[0]
    const client = await this.client()
    this.link = (await client.remote.web.pair()).url
    await client.close()
    this.webPort = new URL(this.url).port
    return this
  }

  /** A client of the owner. */
  async client() {
    const { connect } = await load('ssb-client')
    return await connect({ path: this.path })
  }

  async stop() {
    if (this.child === undefined) return
    const ended = new Promise((resolve) => this.child.once('exit', resolve))
    this.child.kill('SIGTERM')
    await ended
    this.child = undefined
  }

  async remove() {
    await this.stop()
    if (!this.isKept) rmSync(this.path, { recursive: true, force: true })
  }
}
