// Adds, reads, pins, pushes, removes and collects blobs until it is killed. `blobs-child.mjs FACTS`, facts as JSON.
import { load } from '../lib/packages.mjs'
import { createRandom } from '../lib/random.mjs'

const { diskStorage } = await load('ssb-blobs/disk')
const { blobs } = await load('ssb-blobs')
const { createHost } = await load('ssb-plugin')

const { folder, seed } = JSON.parse(process.argv[2])
const random = createRandom(seed)
const say = (line) => process.stdout.write(`${line}\n`)
say('born')
const host = createHost({
  keys: { id: `@${'A'.repeat(43)}=.ed25519`, sign: () => new Uint8Array(64) },
  plugins: [blobs({ storage: diskStorage(folder) })],
})
await host.start()
const api = host.plugins.blobs
const { bytes } = await api.status()
say(`open ${bytes}`)

/** Large enough for the text that makes each blob another one. */
const size = () => 100 + Math.floor(2 ** (random.below(2000) / 100))

/** Bytes in pieces, as they come from a connection. */
async function* pieces(content) {
  for (let at = 0; at < content.length; at += 65_536) yield content.subarray(at, at + 65_536)
}

async function adder(name) {
  const own = []
  for (let n = 0; ; n++) {
    const content = Buffer.alloc(size(), `${seed} ${name} ${n}`)
    const id = await api.add(pieces(content))
    say(`added ${id}`)
    own.push(id)
    const one = random.pick(own)
    switch (random.below(8)) {
      case 0:
        await api.pin(one, true)
        say(`pinned ${one}`)
        break
      case 1:
        await api.push(one)
        say(`pushed ${one}`)
        break
      case 2:
        say(`removing ${one}`)
        await api.remove(one)
        own.splice(own.indexOf(one), 1)
        break
      case 3:
        for await (const chunk of api.get(one)) if (chunk.length === 0) say('empty chunk')
        break
    }
  }
}

async function collector() {
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, random.below(40)))
    const { bytes: now } = await api.status()
    await api.collect(Math.max(0, now - random.below(200_000)), false)
  }
}

await Promise.all([adder('a'), adder('b'), collector()])
