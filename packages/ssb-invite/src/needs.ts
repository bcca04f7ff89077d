import type { Mux } from '@scuttlebot/ssb-muxrpc'
import type { FeedId } from '@scuttlebot/ssb-ref'

/** What is needed of the store. */
export interface InviteStore {
  /** Publish a message on the own feed; resolves to it as `{key, value, timestamp}`. */
  publish(content: { readonly type: string; readonly [key: string]: unknown }): Promise<unknown>
}

/** What is needed of the network. */
export interface InviteNet {
  addresses(scope: 'device' | 'local' | 'public'): readonly string[]
}

/** What is used of the follow graph. */
export interface InviteFriends {
  isFollowing(source: FeedId, dest: FeedId): boolean
}

/** What is used of the peer book. */
export interface InviteGossip {
  add(address: string, source: 'invite'): unknown
  connect(address: string): Promise<unknown>
}

/** A connection as a guest. */
export interface GuestConnection {
  readonly mux: Pick<Mux, 'call'>
  close(): Promise<void>
}

/**
 * Connect with the key that the seed in the address makes. Fails with an error that has one of the
 * codes of `@scuttlebot/ssb-net`.
 */
export type GuestDial = (address: string, signal: AbortSignal) => Promise<GuestConnection>
