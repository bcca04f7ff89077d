import { timingSafeEqual } from 'node:crypto'
import { toBase64 } from '@scuttlebot/ssb-encode'
import type { Clock } from '@scuttlebot/ssb-plugin'
import { TOKEN_BYTES } from './limits.ts'

/**
 * The one token that pairs the next browser: used once, then gone. There is at most one, so that a link which was
 * printed and forgotten ends when another is asked for.
 */
export class Pairing {
  readonly #clock: Clock
  readonly #random: (bytes: number) => Uint8Array
  #token: { readonly text: string; readonly until: number } | null = null

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

  /**
   * Use a token; wrong ones change nothing. They are not counted: 192 random bits are not guessed, and a count would
   * let anybody who can reach the page keep the owner out.
   *
   * @returns whether it is the one, and in time
   */
  redeem(text: string): boolean {
    const token = this.#token
    if (token === null || this.#clock.now() > token.until || !isSame(text, token.text)) return false
    this.#token = null
    return true
  }
}

function isSame(a: string, b: string): boolean {
  const left = new TextEncoder().encode(a)
  const right = new TextEncoder().encode(b)
  return left.length === right.length && timingSafeEqual(left, right)
}
