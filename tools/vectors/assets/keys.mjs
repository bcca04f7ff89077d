// Keys, signatures, hashes and boxes of objects: ssb-keys.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { load } from '../../lib/packages.mjs'
import { replay, same } from './recorded.mjs'

/** @type {import('../main.mjs').Asset[]} */
export const assets = [
  {
    file: 'ssb-keys/recorded-calls.json',
    packages: 'ssb-keys',
    async *run(read) {
      const keys = await load('ssb-keys')
      const entries = JSON.parse(read(this.file))
      // Boxes draw random keys: the recorded unbox calls open what the reference boxed.
      yield* replay(entries, keys, { skip: ({ fn }) => fn === 'box' || fn === 'secretBox' })
      for (const { fn, args } of entries.filter(({ fn }) => fn === 'box')) {
        const pair = keys.generate('ed25519', Buffer.alloc(32, 7))
        const boxed = keys[fn](args[0], [...args[1], pair])
        yield { name: 'box, opened again', ok: same(keys.unbox(boxed, pair), args[0]) }
      }
    },
  },
  {
    file: 'pyssb/feed.json',
    packages: 'ssb-keys, ssb-encode',
    async *run(read) {
      const { generate, signObj, messageId, hash } = await load('ssb-keys')
      const { encode } = await load('ssb-encode')
      const { seed_base64, id, messages } = JSON.parse(read(this.file))
      const keys = generate('ed25519', Buffer.from(seed_base64, 'base64'))
      yield { name: 'id', ok: keys.id === id, detail: keys.id }
      for (const { key, value } of messages) {
        const { signature, ...unsigned } = value
        const signed = signObj(keys, unsigned)
        yield { name: `signature of ${key}`, ok: signed.signature === signature }
        const text = encode(signed)
        yield { name: `id of ${key}`, ok: messageId(text) === key && `%${hash(text)}` === key }
      }
    },
  },
  {
    file: 'ssb-keyfile/secrets.json',
    packages: 'ssb-keys',
    async *run(read) {
      const { loadSync } = await load('ssb-keys/file')
      const { expected_id, ...files } = JSON.parse(read(this.file))
      const folder = mkdtempSync(join(tmpdir(), 'scuttlebot-vectors-'))
      try {
        for (const [name, text] of Object.entries(files)) {
          const file = join(folder, name)
          writeFileSync(file, text, { mode: 0o400 })
          const { id } = loadSync(file)
          yield { name, ok: id === expected_id, detail: id }
        }
      } finally {
        rmSync(folder, { recursive: true })
      }
    },
  },
  {
    file: 'ssb-fixtures/scuttle-5000/private-plaintexts.json',
    packages: 'ssb-keys, ssb-private-box',
    async *run(read) {
      const { unbox } = await load('ssb-keys')
      const secrets = Object.entries(JSON.parse(read('ssb-fixtures/scuttle-5000/secrets.json')))
      const boxed = new Map(
        read('ssb-fixtures/scuttle-5000/messages.jsonl')
          .split('\n')
          .filter((line) => line)
          .map((line) => JSON.parse(line))
          .map(({ key, value }) => [key, value.content]),
      )
      for (const { key, readable_by, content } of JSON.parse(read(this.file))) {
        const bad = secrets.find(([name, keys]) => {
          const opened = unbox(boxed.get(key), keys)
          return readable_by.includes(name) ? !same(opened, content) : Boolean(opened)
        })
        yield { name: key, ok: bad === undefined, detail: bad && `with ${bad[0]}` }
      }
    },
  },
]
