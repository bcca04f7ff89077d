/**
 * The handshake over a wire, and the encrypted channel that it leads to.
 *
 * Who owns what: `connect` and `accept` own the wire until they resolve; then the
 * {@link SecureChannel} does. When they reject, the wire is destroyed and nothing more was written.
 *
 * @packageDocumentation
 */
import type { KeyPair } from '@scuttlebot/ssb-crypto'
import { SecureChannel } from './channel.ts'
import { createClient } from './client.ts'
import { ShsError, type ShsErrorCode } from './errors.ts'
import type { Handshake, ShsStep } from './handshake.ts'
import { createServer } from './server.ts'
import { platformTimers, type Timers, type Wire } from './wire.ts'

export { ChannelError, SecureChannel } from './channel.ts'
export type { Timers, Wire } from './wire.ts'
export { platformTimers } from './wire.ts'

/** Milliseconds for a whole handshake, from the first byte to the last. Our choice. */
export const HANDSHAKE_MS: number = 15_000

/** What both ends of a handshake over a wire take. */
export interface StreamOptions {
  readonly wire: Wire
  /** 32 bytes that name the network */
  readonly networkKey: Uint8Array
  /** our long-term Ed25519 pair */
  readonly keys: KeyPair
  /** milliseconds for the whole handshake, however many bytes come; default {@link HANDSHAKE_MS}; `Infinity`: none, `signal` has it */
  readonly deadlineMs?: number
  readonly timers?: Timers
  /** gives up when aborted */
  readonly signal?: AbortSignal
}

/** Options of {@link connect}. */
export interface ConnectOptions extends StreamOptions {
  /** the long-term public key of the server that we mean to reach, 32 bytes */
  readonly serverKey: Uint8Array
}

/** Options of {@link accept}. */
export interface AcceptOptions extends StreamOptions {
  /** May the owner of this key (32 bytes) come in? An error counts as no. */
  authorize(remote: Uint8Array): boolean | Promise<boolean>
}

/**
 * Shake hands as the client.
 *
 * @throws ShsError (as a rejection) with any code; the wire is destroyed then
 * @throws RangeError (as a rejection) when a key has the wrong length
 */
export async function connect(options: ConnectOptions): Promise<SecureChannel> {
  return await shake(options, createClient(options), () => false)
}

/**
 * Shake hands as the server.
 *
 * @throws ShsError (as a rejection) with any code; the wire is destroyed then
 * @throws RangeError (as a rejection) when a key has the wrong length
 */
export async function accept(options: AcceptOptions): Promise<SecureChannel> {
  return await shake(options, createServer(options), options.authorize)
}

function shake(
  options: StreamOptions,
  handshake: Handshake,
  authorize: AcceptOptions['authorize'],
): Promise<SecureChannel> {
  return new Promise((resolve, reject) => {
    const { wire, signal } = options
    const timers = options.timers ?? platformTimers
    let over = false
    let isAnswered = false
    const settle = (): boolean => {
      if (over) return false
      over = true
      cancel()
      signal?.removeEventListener('abort', abort)
      handshake.wipe()
      return true
    }
    const fail = (code: ShsErrorCode, message: string, cause?: unknown): void => {
      if (!settle()) return
      wire.destroy()
      reject(new ShsError(code, message, cause === undefined ? {} : { cause }))
    }
    const abort = (): void => fail('SSB_SHS_ABORTED', 'the handshake was given up')
    const { deadlineMs = HANDSHAKE_MS } = options
    const late = (): void => fail('SSB_SHS_TIMEOUT', 'the handshake took too long')
    const cancel =
      deadlineMs === Number.POSITIVE_INFINITY ? nothing : timers.setTimeout(late, deadlineMs)
    const judge = async (remote: Uint8Array): Promise<void> => {
      wire.pause()
      try {
        if (await authorize(remote)) take(handshake.accept())
        else fail('SSB_SHS_REFUSED', 'we did not authorize the client')
      } catch (error) {
        fail('SSB_SHS_REFUSED', 'the client could not be authorized', error)
      }
    }
    const take = (step: ShsStep): void => {
      if (over) return
      if (step.state === 'failed') fail(step.code, step.message)
      else if (step.state === 'authorize') void judge(step.remote)
      else {
        if (step.send !== undefined) {
          wire.write(step.send)
          isAnswered = true
        }
        if (step.state === 'wait' || !settle()) return
        wire.pause()
        resolve(new SecureChannel(wire, step.session, step.rest))
      }
    }
    const first = handshake.start()
    wire.onData = (chunk) => take(handshake.receive(chunk))
    const hungUp = (cause?: Error): void => {
      // a server that knows the network has answered our challenge; what it did not like came after
      if (first !== null && isAnswered)
        fail('SSB_SHS_NOT_ACCEPTED', 'the server hung up when it had seen our key', cause)
      else if (cause === undefined)
        fail('SSB_SHS_HUNG_UP', 'the other side hung up during the handshake')
      else fail('SSB_SHS_HUNG_UP', 'the connection broke', cause)
    }
    wire.onEnd = () => hungUp()
    wire.onClose = wire.onEnd
    wire.onError = hungUp
    if (signal?.aborted) return abort()
    signal?.addEventListener('abort', abort)
    if (first !== null) wire.write(first)
    // a server, which waits, or a client with an unusable server key, which has failed
    else take(handshake.receive(new Uint8Array(0)))
    if (!over) wire.resume()
  })
}

const nothing = (): void => undefined
