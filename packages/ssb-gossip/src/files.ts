/**
 * Keep the peer book in the data folder: `peers.json`, written anew beside the old one and moved
 * over it. The `gossip.json` and `conn.json` of older servers are read once, and left as they are.
 *
 * @packageDocumentation
 */
import { mkdir, readFile } from 'node:fs/promises'
import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { replaceFile } from '@scuttlebot/ssb-plugin/files'
import type { BookStorage } from './persist.ts'

/**
 * A book in files of `folder`. Damaged or missing files count as empty; one of ours that cannot be read is an error: it
 * would be written over, and the bans in it with it.
 */
export function fileBook(folder: string): BookStorage {
  const file = join(folder, 'peers.json')
  return {
    load: async () => {
      const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return null
        throw error
      })
      return text === null ? null : parsed(text)
    },
    save: async (book) => {
      await mkdir(folder, { recursive: true })
      // durable: the bans in it cannot be had again
      await replaceFile(file, JSON.stringify(book))
    },
    legacy: async () => ({
      gossip: await readJson(join(folder, 'gossip.json')),
      conn: await readJson(join(folder, 'conn.json')),
    }),
  }
}

/**
 * The addresses of this machine besides its own loopback, as one text; empty when it has none. For the option
 * `network`: a change of it means another network, an empty one that there is nobody to dial.
 */
export function networkAddresses(): string {
  const all = interfaces()
  if (all === null) return 'unknown'
  return (
    all
      // IPv6 addresses change by themselves every day
      .filter(({ internal, family }) => !internal && family === 'IPv4')
      .map(({ address }) => address)
      .concat(all.some(isGlobalIPv6) ? ['IPv6'] : [])
      .sort()
      .join(' ')
  )
}

/** `null` where a system forbids programs to list them. */
function interfaces(): NetworkInterfaceInfo[] | null {
  try {
    return Object.values(networkInterfaces()).flatMap((some) => some ?? [])
  } catch {
    return null
  }
}

const isGlobalIPv6 = (one: NetworkInterfaceInfo): boolean =>
  !one.internal && one.family === 'IPv6' && !one.scopeid

async function readJson(file: string): Promise<unknown> {
  const text = await readFile(file, 'utf8').catch(() => null)
  return text === null ? null : parsed(text)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
