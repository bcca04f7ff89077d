import { type FeedId, isFeedId } from '@scuttlebot/ssb-ref'

/** An invite that we have given out. The seed is not kept: only its public key. */
export interface InviteRecord {
  /** Public key of the seed, as a feed id: what a guest connects as. */
  readonly id: FeedId
  readonly total: number
  readonly used: number
  readonly note: string | null
  /** Milliseconds since 1970. */
  readonly created: number
  /** `null`: never. */
  readonly expires: number | null
  /** Who has used it. */
  readonly feeds: readonly FeedId[]
}

/** Everything that is kept. */
export interface InviteState {
  readonly invites: readonly InviteRecord[]
  /** Servers whose invites we have accepted. */
  readonly accepted: readonly FeedId[]
}

/** Where invites are kept between runs. The value is JSON. */
export interface InviteStorage {
  /** What `save` was given last; `null`: nothing yet. */
  load(): Promise<unknown>
  /** Resolves when it is safe on the disk: a use that is forgotten could be repeated. */
  save(state: unknown): Promise<void>
}

/** A storage that forgets at the end of the process. */
export function memoryInvites(): InviteStorage {
  let kept: unknown = null
  return {
    load: async () => kept,
    save: async (state) => {
      kept = structuredClone(state)
    },
  }
}

/** Read what was saved. Total: what is damaged is left out. */
export function readState(value: unknown): InviteState {
  const { invites, accepted } = (value ?? {}) as Readonly<Record<string, unknown>>
  return {
    invites: (Array.isArray(invites) ? invites : []).map(readRecord).filter((one) => one !== null),
    accepted: (Array.isArray(accepted) ? accepted : []).filter((id) => isFeedId(id)),
  }
}

function readRecord(value: unknown): InviteRecord | null {
  if (typeof value !== 'object' || value === null) return null
  const { id, total, used, note, created, expires, feeds } = value as Readonly<
    Record<string, unknown>
  >
  const isCount = (x: unknown): x is number => Number.isInteger(x) && Number(x) >= 0
  if (!isFeedId(id) || !isCount(total) || !isCount(used)) return null
  return {
    id,
    total,
    used,
    note: typeof note === 'string' ? note : null,
    created: isCount(created) ? created : 0,
    expires: isCount(expires) ? expires : null,
    feeds: (Array.isArray(feeds) ? feeds : []).filter((feed) => isFeedId(feed)),
  }
}
