import type { FeedId } from '@scuttlebot/ssb-ref'
import { InviteError } from './errors.ts'
import { INVITES_MAX } from './limits.ts'
import { type InviteRecord, type InviteStorage, readState } from './storage.ts'

const ACCEPTED_MAX = 1000

/** The invites that we have given out, and the servers whose invites we have accepted. */
export class InviteBook {
  readonly #storage: InviteStorage
  readonly #now: () => number
  readonly #records = new Map<FeedId, InviteRecord>()
  readonly #accepted = new Set<FeedId>()
  #saving: Promise<void> = Promise.resolve()

  constructor(storage: InviteStorage, now: () => number) {
    this.#storage = storage
    this.#now = now
  }

  async load(): Promise<void> {
    const { invites, accepted } = readState(await this.#storage.load())
    for (const record of invites) this.#records.set(record.id, record)
    for (const pub of accepted) this.#accepted.add(pub)
  }

  list(): readonly InviteRecord[] {
    return [...this.#records.values()]
  }

  get(id: FeedId): InviteRecord | null {
    return this.#records.get(id) ?? null
  }

  /** Whether somebody who connects with this key is a guest: the invite is good for another use. */
  isOpen(id: FeedId): boolean {
    const record = this.#records.get(id)
    return record !== undefined && record.used < record.total && !this.#isPast(record)
  }

  /** @throws InviteError (as a rejection) `SSB_INVITE_OPTIONS` when there are too many */
  async add(record: InviteRecord): Promise<void> {
    if (this.#records.size >= INVITES_MAX) this.#dropClosed()
    if (this.#records.size >= INVITES_MAX)
      throw new InviteError('SSB_INVITE_OPTIONS', `There are ${INVITES_MAX} open invites already.`)
    this.#records.set(record.id, record)
    await this.#save()
  }

  async revoke(id: FeedId): Promise<boolean> {
    const was = this.#records.delete(id)
    if (was) await this.#save()
    return was
  }

  /**
   * Take a use for a feed: counted and safe on the disk before anything comes of it.
   *
   * @returns the way to give it back
   */
  async take(id: FeedId, feed: FeedId): Promise<() => Promise<void>> {
    const record = this.#records.get(id)
    if (record === undefined || !this.isOpen(id))
      // COMPAT: the words of ssb-invite, which clients show
      throw new InviteError('SSB_INVITE_USED_UP', 'invite has expired')
    this.#records.set(id, { ...record, used: record.used + 1, feeds: [...record.feeds, feed] })
    const giveBack = async (): Promise<void> => {
      const now = this.#records.get(id)
      if (now === undefined) return
      const feeds = now.feeds.filter((one) => one !== feed)
      this.#records.set(id, { ...now, used: now.used - 1, feeds })
      await this.#save()
    }
    try {
      await this.#save()
    } catch (error) {
      await giveBack().catch(() => undefined)
      throw error
    }
    return giveBack
  }

  hasAccepted(pub: FeedId): boolean {
    return this.#accepted.has(pub)
  }

  async noteAccepted(pub: FeedId): Promise<void> {
    if (this.#accepted.has(pub)) return
    this.#accepted.add(pub)
    for (const old of this.#accepted) {
      if (this.#accepted.size <= ACCEPTED_MAX) break
      this.#accepted.delete(old)
    }
    await this.#save()
  }

  async settled(): Promise<void> {
    await this.#saving
  }

  #isPast(record: InviteRecord): boolean {
    return record.expires !== null && record.expires <= this.#now()
  }

  #dropClosed(): void {
    for (const { id } of this.list()) if (!this.isOpen(id)) this.#records.delete(id)
  }

  #save(): Promise<void> {
    const state = { invites: this.list(), accepted: [...this.#accepted] }
    const saved = this.#saving.then(() => this.#storage.save(state))
    this.#saving = saved.catch(() => undefined)
    return saved
  }
}
