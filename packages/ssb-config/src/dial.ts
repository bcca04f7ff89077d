import { announcedOf } from './announced.ts'
import { ABSENT } from './entries.ts'
import type { Problem } from './errors.ts'
import type { Tree } from './schema.ts'

/** A way of reaching others. */
export type DialTransport = 'net' | 'ws' | 'onion'

/** How others are dialled. */
export interface Dial {
  /** Over these alone. */
  readonly transports: readonly DialTransport[]
  /** The SOCKS5 proxy for onion services. */
  readonly socks: { readonly host: string; readonly port: number }
}

const TRANSPORTS: readonly DialTransport[] = ['net', 'ws', 'onion']

const isTree = (value: unknown): value is Tree =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** How to dial, what is wrong with it, and the transports that are named and that we do not have. */
export function dialOf(
  outgoing: Tree,
  socks: string,
): {
  readonly dial: Dial
  readonly problems: readonly Problem[]
  readonly absent: readonly string[]
} {
  const problems: Problem[] = []
  const wrong = (key: string, reason: string): void =>
    void problems.push({ code: 'SSB_CONFIG_WRONG_VALUE', key, place: '', reason })
  const absent: string[] = []
  const transports: DialTransport[] = []
  for (const [name, value] of Object.entries(outgoing)) {
    const known = TRANSPORTS.find((one) => one === name)
    const entries = Array.isArray(value) ? value : [value]
    // clients dial the socket in the data folder whatever is said here
    if (name === 'unix') continue
    if (known === undefined) {
      if (ABSENT.has(name)) absent.push(name)
      else wrong('connections.outgoing', `there is no transport named ${name}`)
    } else if (!entries.every(isTree))
      wrong('connections.outgoing', `connections.outgoing.${name} must be a list of objects`)
    else if (entries.some(({ transform = 'shs' }) => transform !== 'shs'))
      wrong('connections.outgoing', `connections.outgoing.${name}.0.transform must be shs`)
    else if (entries.length > 0) transports.push(known)
  }
  const proxy = announcedOf(socks)
  const place = { host: proxy?.host ?? '', port: proxy?.port ?? 0 }
  if (proxy === null || proxy.port === null)
    wrong('socks', `socks must be host:port, not ${JSON.stringify(socks.slice(0, 80))}`)
  return { dial: { transports, socks: place }, problems, absent }
}
