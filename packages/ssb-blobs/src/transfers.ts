// Transfers under way: one per blob, hashed and counted while they are written.
//
// What a lost connection has brought is kept, as bytes in the storage's writer and the state of the hash, and the
// next provider is asked for the rest. The outcome goes to the want machine, which decides what happens next.
import { RpcError } from '@scuttlebot/ssb-muxrpc'
import type { Clock, Peer } from '@scuttlebot/ssb-plugin'
import type { BlobId, FeedId } from '@scuttlebot/ssb-ref'
import { EMPTY_BLOB } from './ids.ts'
import { Intake } from './intake.ts'
import { BYTES_PER_SECOND_MIN, IDLE_MS, PARTIALS_MAX } from './limits.ts'
import type { BlobStat, BlobStorage } from './storage.ts'
import type { FetchFailure } from './wants-types.ts'

/** What became of a transfer. */
export type FetchOutcome =
  | { readonly ok: true; readonly stat: BlobStat }
  | { readonly ok: false; readonly why: FetchFailure | 'stopped'; readonly reason: string }

/** How far a transfer is. */
export interface Transfer {
  readonly id: BlobId
  readonly from: FeedId
  /** Bytes that are here. */
  readonly received: number
  /** Bytes that it will have; `null`: the provider did not say. */
  readonly size: number | null
}

interface Partial {
  readonly intake: Intake
  readonly from: Set<FeedId>
  size: number | null
}

interface Active {
  readonly partial: Partial
  readonly from: FeedId
  readonly abort: AbortController
  /** Why we ended it. */
  ended: 'stopped' | 'idle' | null
}

/** What {@link Transfers} needs. */
export interface TransferParts {
  readonly storage: BlobStorage
  readonly clock: Clock
  /** Blobs of so many bytes are refused. */
  readonly max: number
  /** Milliseconds without a byte. */
  readonly idleMs?: number
  /** Whether a peer is no stranger: these have less time. */
  readonly trusted?: (peer: FeedId) => boolean
  done(id: BlobId, from: FeedId, outcome: FetchOutcome): void
}

class FetchError extends Error {
  readonly why: FetchFailure
  constructor(why: FetchFailure, message: string) {
    super(message)
    this.why = why
  }
}

export class Transfers {
  readonly #parts: TransferParts
  readonly #active = new Map<BlobId, Active>()
  readonly #partials = new Map<BlobId, Partial>()
  readonly #running = new Set<Promise<void>>()
  #stopped = false

  constructor(parts: TransferParts) {
    this.#parts = parts
  }

  *all(): Generator<Transfer> {
    for (const [id, { from, partial }] of this.#active)
      yield { id, from, received: partial.intake.received, size: partial.size }
  }

  get(id: BlobId): Transfer | null {
    for (const transfer of this.all()) if (transfer.id === id) return transfer
    const kept = this.#partials.get(id)
    const from = kept === undefined ? undefined : [...kept.from].at(-1)
    if (kept === undefined || from === undefined) return null
    return { id, from, received: kept.intake.received, size: kept.size }
  }

  /** Begin. `done` is told of the outcome, later. */
  start(id: BlobId, peer: Peer, size: number | null, resume: boolean): void {
    const work = this.#run(id, peer, size, resume)
      .catch((error: unknown): FetchOutcome => ({ ok: false, why: 'local', reason: String(error) }))
      .then((outcome) => {
        this.#running.delete(work)
        this.#parts.done(id, peer.id, outcome)
      })
    this.#running.add(work)
  }

  /** It is not needed any more: nothing is kept. */
  stop(id: BlobId): void {
    const active = this.#active.get(id)
    if (active === undefined) {
      this.forget(id)
      return
    }
    active.ended = 'stopped'
    active.abort.abort()
  }

  /** What was kept of a transfer is not needed any more. */
  forget(id: BlobId): void {
    const partial = this.#partials.get(id)
    this.#partials.delete(id)
    partial?.intake.abort().catch(() => undefined)
  }

  /** End everything and leave nothing behind. */
  async close(): Promise<void> {
    this.#stopped = true
    for (const id of this.#active.keys()) this.stop(id)
    await Promise.all(this.#running)
    const kept = [...this.#partials.values()]
    this.#partials.clear()
    await Promise.all(kept.map(({ intake }) => intake.abort()))
  }

  async #run(id: BlobId, peer: Peer, size: number | null, resume: boolean): Promise<FetchOutcome> {
    if (this.#stopped || this.#active.has(id) || peer.signal.aborted)
      return { ok: false, why: 'lost', reason: 'the connection is gone' }
    const partial = this.#take(id, size, resume)
    const active: Active = { partial, from: peer.id, abort: new AbortController(), ended: null }
    this.#active.set(id, active)
    let keep = false
    try {
      const from = partial.intake.received
      await this.#receive(id, peer, active)
      if (from > 0 || partial.intake.received > 0) partial.from.add(peer.id)
      return { ok: true, stat: await this.#finish(id, partial) }
    } catch (error) {
      const { why, reason } = this.#failure(error, active)
      keep = why === 'lost' && resume && partial.size !== null && partial.intake.received > 0
      return { ok: false, why, reason }
    } finally {
      // Before another try begins, which would write at the same time.
      if (keep) keep = await partial.intake.rest().then(yes, no)
      this.#active.delete(id)
      if (keep && active.ended !== 'stopped' && !this.#stopped) this.#keep(id, partial)
      else await partial.intake.abort()
    }
  }

  /** What is kept of an earlier try, when it fits; else a fresh start. */
  #take(id: BlobId, size: number | null, resume: boolean): Partial {
    const kept = this.#partials.get(id)
    if (kept !== undefined && resume && size !== null && kept.size === size) {
      this.#partials.delete(id)
      return kept
    }
    this.forget(id)
    return { intake: new Intake(this.#parts.storage), from: new Set(), size }
  }

  #keep(id: BlobId, partial: Partial): void {
    this.forget(id)
    this.#partials.set(id, partial)
    if (this.#partials.size > PARTIALS_MAX)
      for (const oldest of this.#partials.keys()) {
        this.forget(oldest)
        break
      }
  }

  async #receive(id: BlobId, peer: Peer, active: Active): Promise<void> {
    const { partial, abort } = active
    const { intake, size } = partial
    const { max, idleMs = IDLE_MS, trusted = yes } = this.#parts
    const limit = size === null ? max - 1 : Math.min(size, max - 1)
    const start = intake.received
    if (start > 0) partial.from.add(peer.id)
    const stop = (): void => {
      active.ended ??= 'idle'
      abort.abort()
    }
    const { clock } = this.#parts
    // Strangers must be faster, as they hold one of few places.
    const least = BYTES_PER_SECOND_MIN * (trusted(peer.id) ? 1 : 8)
    const whole = clock.setTimeout(stop, 60_000 + (limit / least) * 1000)
    let idle = clock.setTimeout(stop, idleMs)
    try {
      const [method, args] =
        start > 0 ? ['getSlice', { key: id, start, end: limit, max }] : ['get', { key: id, max }]
      const bodies = peer.mux.source(['blobs', method as string], [args], {
        raw: true,
        signal: abort.signal,
      })
      for await (const batch of bodies.batches()) {
        idle()
        idle = clock.setTimeout(stop, idleMs)
        if (batch.some(({ type }) => type !== 0))
          throw new FetchError('lied', 'sent something else than bytes')
        partial.from.add(peer.id)
        const chunks = batch.map(({ bytes }) => bytes)
        if (!(await intake.take(chunks, limit).catch(local)))
          throw new FetchError('lied', `sent more than ${limit} bytes`)
      }
      const rest = size === null || intake.received < size
      if (rest && active.ended !== null) throw new FetchError('lost', 'no more bytes came')
      if (size !== null && rest)
        throw new FetchError('lied', `sent ${intake.received} bytes, offered ${size}`)
    } catch (error) {
      // COMPAT: ssb-blobs dies in the middle of its own goodbye after a multiple of 64 KiB, and so does the
      // connection. Everything that was announced has come: the hash will tell (test/transfers.test.ts).
      const all = size !== null && intake.received === size
      if (!all || error instanceof FetchError || active.ended === 'stopped') {
        // Whoever does not give a part may give the whole.
        if (start > 0 && error instanceof RpcError && error.remote)
          throw new FetchError('mixed', error.message)
        throw error
      }
    } finally {
      idle()
      whole()
    }
  }

  async #finish(id: BlobId, partial: Partial): Promise<BlobStat> {
    const { intake, from } = partial
    if (intake.received === 0 || intake.id() !== id || id === EMPTY_BLOB) {
      const mixed = from.size > 1
      throw new FetchError(mixed ? 'mixed' : 'lied', 'the bytes have another hash')
    }
    return await intake.commit().catch(local)
  }

  #failure(
    error: unknown,
    active: Active,
  ): { readonly why: FetchFailure | 'stopped'; readonly reason: string } {
    const reason = error instanceof Error ? error.message : String(error)
    if (active.ended === 'stopped') return { why: 'stopped', reason: 'not needed any more' }
    if (error instanceof FetchError) return { why: error.why, reason }
    if (active.ended === 'idle') return { why: 'lost', reason: 'too slow' }
    if (error instanceof RpcError) return { why: error.remote ? 'refused' : 'lost', reason }
    return { why: 'local', reason }
  }
}

const yes = (): boolean => true
const no = (): boolean => false

/** A failure of our storage is nobody else's. */
function local(error: unknown): never {
  throw new FetchError('local', error instanceof Error ? error.message : String(error))
}
