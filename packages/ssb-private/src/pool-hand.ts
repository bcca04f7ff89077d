import { createRequire } from 'node:module'
import { Worker } from 'node:worker_threads'

// A batch of boxes goes over as one block of memory that changes hands, and keys come back as another.
//
//   boxes   count (4) · for each its length (4) · the boxes one behind the other
//   keys    for each box 1 and the 33 bytes that open it, or 34 zeros
//
// The worker is text: Node 20 loads no TypeScript, and a file beside this one would move when this is bundled.

const KEY_BYTES = 33
const ANSWER_BYTES = 1 + KEY_BYTES

const WORKER = `
'use strict'
const { parentPort, workerData } = require('node:worker_threads')
const { createRequire } = require('node:module')
const { pathToFileURL } = require('node:url')
const path = createRequire(workerData.from).resolve('@scuttlebot/ssb-private-box')
const loaded = import(pathToFileURL(path))
loaded.then(() => parentPort.postMessage({ id: 0 }))
parentPort.on('message', async ({ id, boxes }) => {
  const { unboxKey } = await loaded
  const count = new Uint32Array(boxes, 0, 1)[0]
  const lengths = new Uint32Array(boxes, 4, count)
  const keys = new Uint8Array(${ANSWER_BYTES} * count)
  let at = 4 * (count + 1)
  for (let i = 0; i < count; i++) {
    const key = unboxKey(new Uint8Array(boxes, at, lengths[i]), workerData.secret)
    at += lengths[i]
    if (key === null) continue
    keys[${ANSWER_BYTES} * i] = 1
    keys.set(key, ${ANSWER_BYTES} * i + 1)
  }
  parentPort.postMessage({ id, keys: keys.buffer }, [keys.buffer])
})
`

interface Task {
  readonly count: number
  readonly done: (keys: (Uint8Array | null)[] | null) => void
}

/** What a worker says: the keys of a task, or, with the id 0 and without keys, that it has loaded what it needs. */
interface Answer {
  readonly id: number
  readonly keys: ArrayBuffer
}

function pack(ciphers: readonly Uint8Array[]): ArrayBuffer {
  const head = 4 * (ciphers.length + 1)
  const size = ciphers.reduce((sum, { length }) => sum + length, head)
  const block = new ArrayBuffer(size)
  const lengths = new Uint32Array(block, 0, ciphers.length + 1)
  const bytes = new Uint8Array(block)
  lengths[0] = ciphers.length
  let at = head
  for (const [i, cipher] of ciphers.entries()) {
    lengths[i + 1] = cipher.length
    bytes.set(cipher, at)
    at += cipher.length
  }
  return block
}

const keysIn = (block: ArrayBuffer, count: number): (Uint8Array | null)[] =>
  Array.from({ length: count }, (_, i) => {
    const at = ANSWER_BYTES * i
    const answer = new Uint8Array(block, at, ANSWER_BYTES)
    return answer[0] === 1 ? answer.slice(1) : null
  })

/** One worker thread that opens boxes with one key. While it has nothing to do it does not keep the process alive. */
export class UnboxHand {
  readonly #worker: Worker
  readonly #tasks = new Map<number, Task>()
  #load = 0
  #nextId = 1
  #isReady = false
  #isDead = false
  #isClosed = false

  /**
   * @param code that the worker runs; its data is `{from, secret}`
   * @param secret Curve25519, 32 bytes; the worker gets a copy
   */
  constructor(code: string, secret: Uint8Array) {
    // Only from here it is known which version of that package is installed.
    const from = createRequire(import.meta.url).resolve('@scuttlebot/ssb-private-box/package.json')
    const workerData = { from, secret }
    this.#worker = new Worker(code, { eval: true, workerData, execArgv: [], name: 'ssb-private' })
    this.#worker.on('message', ({ id, keys }: Answer) => {
      this.#isReady = true
      const task = this.#tasks.get(id)
      if (task !== undefined) this.#end(id, task, keysIn(keys, task.count))
    })
    for (const name of ['error', 'messageerror', 'exit'] as const)
      this.#worker.on(name, () => this.#die())
    // Not before: to listen for messages keeps the process alive.
    this.#worker.unref()
  }

  /** Start one; `null` where there are no threads to be had. */
  static start(secret: Uint8Array): UnboxHand | null {
    try {
      return new UnboxHand(WORKER, secret)
    } catch {
      return null
    }
  }

  /** Whether it is done with starting, which takes as long as opening a thousand boxes; or has died of it. */
  get isReady(): boolean {
    return this.#isReady || this.#isDead
  }

  /** Boxes that it has not answered. */
  get load(): number {
    return this.#load
  }

  /** Whether it was ended, rather than died. */
  get isClosed(): boolean {
    return this.#isClosed
  }

  /** The keys of boxes, `null` for those that are for others; `null` when the worker died instead. */
  open(ciphers: readonly Uint8Array[]): Promise<(Uint8Array | null)[] | null> {
    if (this.#isDead) return Promise.resolve(null)
    return new Promise((done) => {
      const id = this.#nextId++
      const boxes = pack(ciphers)
      this.#tasks.set(id, { count: ciphers.length, done })
      this.#load += ciphers.length
      this.#worker.ref()
      this.#worker.postMessage({ id, boxes }, [boxes])
    })
  }

  #end(id: number, task: Task, keys: (Uint8Array | null)[] | null): void {
    this.#tasks.delete(id)
    this.#load -= task.count
    if (this.#tasks.size === 0) this.#worker.unref()
    task.done(keys)
  }

  #die(): void {
    this.#isDead = true
    for (const [id, task] of [...this.#tasks]) this.#end(id, task, null)
  }

  /** End the worker, and its copy of the key with it. */
  async close(): Promise<void> {
    this.#isClosed = true
    this.#die()
    await this.#worker.terminate()
  }
}
