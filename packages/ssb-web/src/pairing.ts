import { timingSafeEqual } from 'node:crypto'
import { toBase64 } from '@scuttlebot/ssb-encode'
import type { Clock } from '@scuttlebot/ssb-plugin'
import { TOKEN_BYTES, WRONG_PER_MINUTE_MAX } from './limits.ts'

const MINUTE_MS = 60_000

/** What came of a token that somebody brought. */
export type Redeemed = 'paired' | 'wrong' | 'too many'

/**
 * The one token that pairs the next browser: used once, then gone. There is at most one, so that a link which was
 * printed and forgotten ends when another is asked for.
 */
export class Pairing {
  readonly #clock: Clock
  readonly #random: (bytes: number) => Uint8Array
  #token: { readonly text: string; readonly until: number } | null = null
  #wrong = { count: 0, since: 0 }

  constructor(clock: Clock, random: (bytes: number) => Uint8Array) {
    this.#clock = clock
    this.#random = random
  }

  /** A new token in place of the old one; `lastsMs`: for how long, `Infinity` until it is used. */
  renew(lastsMs: number): { readonly token: string; readonly until: number } {
    const text = toBase64(this.#random(TOKEN_BYTES)).replaceAll('+', '-').replaceAll('/', '_')
    this.#token = { text, until: this.#clock.now() + lastsMs }
    return { token: text, until: this.#token.until }
  }

  /** Use a token. Guessing is slowed down, although 192 bits cannot be guessed. */
  redeem(text: string): Redeemed {
    const now = this.#clock.now()
    if (now - this.#wrong.since > MINUTE_MS) this.#wrong = { count: 0, since: now }
    if (this.#wrong.count >= WRONG_PER_MINUTE_MAX) return 'too many'
    const token = this.#token
    if (token === null || now > token.until || !isSame(text, token.text)) {
      this.#wrong.count += 1
      return 'wrong'
    }
    this.#token = null
    return 'paired'
  }
}

function isSame(a: string, b: string): boolean {
  const left = new TextEncoder().encode(a)
  const right = new TextEncoder().encode(b)
  return left.length === right.length && timingSafeEqual(left, right)
}
