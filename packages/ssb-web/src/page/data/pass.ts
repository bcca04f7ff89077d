import type { FeedId } from '@scuttlebot/ssb-ref'

/** What lets this browser in: its own key, and which server it was paired with. */
export interface Pass {
  /** Seed of our key pair, base64. */
  readonly seed: string
  /** Who the server is. */
  readonly server: FeedId
  /** The network, base64. */
  readonly networkKey: string
}

const PLACE = 'scuttlebot.pass'

/** What was stored when this browser was paired; `null`: it was not. */
export function readPass(): Pass | null {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(PLACE) ?? 'null')
    if (typeof value !== 'object' || value === null) return null
    const { seed, server, networkKey } = value as Partial<Record<keyof Pass, unknown>>
    const isWhole =
      typeof seed === 'string' && typeof server === 'string' && typeof networkKey === 'string'
    return isWhole ? { seed, server: server as FeedId, networkKey } : null
  } catch {
    return null
  }
}

/** Keep it, or forget it. */
export function writePass(pass: Pass | null): void {
  if (pass === null) localStorage.removeItem(PLACE)
  else localStorage.setItem(PLACE, JSON.stringify(pass))
}

/** The one-time token of a link; `null`: it has none. */
export function tokenIn(hash: string): string | null {
  return /^#pair=([\w=-]+)$/.exec(hash)?.[1] ?? null
}

/** Take the one-time token out of the address: it must not stay in the history. */
export function takeToken(): string | null {
  const token = tokenIn(location.hash)
  if (token !== null) history.replaceState(null, '', '#/')
  return token
}
