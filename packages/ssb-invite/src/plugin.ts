import { ready, signKeyPair } from '@scuttlebot/ssb-crypto'
import { toBase64 } from '@scuttlebot/ssb-encode'
import type { Call, Handlers } from '@scuttlebot/ssb-muxrpc'
import type { Context, Plugin } from '@scuttlebot/ssb-plugin'
import { type FeedId, feedIdFromKey, isFeedId } from '@scuttlebot/ssb-ref'
import { inviteAddress } from './address.ts'
import { InviteBook } from './book.ts'
import { type InviteCode, readCode } from './code.ts'
import { InviteError } from './errors.ts'
import { ANSWER_MS, ATTEMPTS, NOTE_LENGTH_MAX, RETRY_MS, USES_MAX } from './limits.ts'
import type {
  GuestConnection,
  GuestDial,
  InviteFriends,
  InviteGossip,
  InviteNet,
  InviteStore,
} from './needs.ts'
import { dialError, isTransient, useError } from './reasons.ts'
import { type CreateOptions, type InviteRpc, inviteManifest } from './rpc.ts'
import { type InviteRecord, type InviteStorage, memoryInvites } from './storage.ts'

/** What other plugins get. */
export interface InviteApi {
  /** Make an invite; see `invite.create`. */
  create(options?: CreateOptions): Promise<string>
  /** Accept an invite; see `invite.accept`. */
  accept(code: string): Promise<readonly unknown[]>
  list(): readonly InviteRecord[]
  revoke(id: FeedId): Promise<boolean>
}

/** Options of {@link invite}. */
export interface InviteOptions {
  /** Connect with an invite's key, for accepting and for the check that we can be reached. */
  readonly dial: GuestDial
  /** Where invites are kept. Default: in memory. */
  readonly storage?: InviteStorage
  /** Whether an invite may lead to an address of the private network. Default false. */
  readonly allowPrivate?: boolean
}

/** What the plugin needs. */
export type InviteNeeds = {
  store: InviteStore
  net: InviteNet
  friends?: InviteFriends
  gossip?: InviteGossip
}

/** After the judges that refuse, and after those that know the peer as more than a guest. */
const AUTHORIZE_ORDER = 60
/** COMPAT: the list that ssb-invite grants. */
const GUEST = { allow: ['invite.use', 'getAddress'], deny: null } as const
const SEED_BYTES = 32
const HOUR_MS = 3_600_000

/** Invites: make them, serve their guests, accept those of others. */
export function invite(
  options: InviteOptions,
): Plugin<'invite', InviteApi, InviteNeeds, InviteRpc> {
  return {
    name: 'invite',
    needs: { store: 'required', net: 'required', friends: 'optional', gossip: 'optional' },
    manifest: inviteManifest,
    setup: (context) => {
      const state = new Invites(context, options)
      return {
        api: {
          create: (given) => state.create(given ?? {}),
          accept: (code) => state.accept(code),
          list: () => state.book.list(),
          revoke: (id) => state.book.revoke(id),
        },
        handlers: state.handlers(),
        start: () => state.book.load(),
        stop: () => state.book.settled(),
      }
    },
  }
}

class Invites {
  readonly book: InviteBook
  readonly #context: Context<InviteNeeds>
  readonly #options: InviteOptions
  /** Accepting the same code twice at once is accepting it once. */
  readonly #accepting = new Map<string, Promise<readonly unknown[]>>()

  constructor(context: Context<InviteNeeds>, options: InviteOptions) {
    this.#context = context
    this.#options = options
    this.book = new InviteBook(options.storage ?? memoryInvites(), () => context.clock.now())
    context.hooks.authorize.add(AUTHORIZE_ORDER, ({ peer }) =>
      this.book.isOpen(peer) ? { allow: true, permissions: GUEST } : undefined,
    )
  }

  handlers(): Handlers<InviteRpc> {
    return {
      invite: {
        create: (_call, given) => this.create(readCreateOptions(given)),
        use: (call, given) => this.#use(call, given),
        accept: (_call, code) => this.accept(code),
        list: () => this.book.list(),
        revoke: (_call, id) => this.book.revoke(id),
      },
    }
  }

  async create(options: CreateOptions): Promise<string> {
    const { needs, clock, random, signal } = this.#context
    const { uses, note, expires } = checkedOptions(options, clock.now())
    const { address, prefix } = inviteAddress(
      needs.net,
      options,
      this.#options.allowPrivate ?? false,
    )
    await ready
    if (options.unchecked !== true) await this.#dialSelf(address, signal)
    const seed = random(SEED_BYTES)
    const id = feedIdFromKey(toBase64(signKeyPair(seed).publicKey))
    await this.book.add({
      id,
      total: uses,
      used: 0,
      note,
      created: clock.now(),
      expires,
      feeds: [],
    })
    return prefix + toBase64(seed)
  }

  async accept(given: unknown): Promise<readonly unknown[]> {
    const code = readCode(given)
    if (code === null)
      throw new InviteError('SSB_INVITE_CODE', `ssb-invite failed to parse invite ${shown(given)}`)
    if (code.pub === this.#context.id)
      throw new InviteError('SSB_INVITE_CODE', 'This is an invite to this very server.')
    const running = this.#accepting.get(code.address)
    if (running !== undefined) return await running
    const accepting = this.#accept(code).finally(() => this.#accepting.delete(code.address))
    this.#accepting.set(code.address, accepting)
    return await accepting
  }

  async #accept(code: InviteCode): Promise<readonly unknown[]> {
    const { needs, id, log } = this.#context
    const { pub, remote, announced } = code
    const wasAccepted = this.book.hasAccepted(pub)
    const connection = await this.#connect(code.address)
    try {
      await this.#callUse(connection)
    } catch (error) {
      const known = useError(error)
      const isDone =
        known.code === 'SSB_INVITE_ALREADY_FOLLOWING' ||
        // the answer to the first time was lost, or somebody pasted the code twice
        (known.code === 'SSB_INVITE_USED_UP' && wasAccepted)
      if (!isDone) throw known
    } finally {
      connection.close().catch(() => undefined)
    }
    const published: unknown[] = []
    if (!this.#follows(pub, wasAccepted))
      published.push(
        await needs.store.publish({
          type: 'contact',
          following: true,
          autofollow: true,
          contact: pub,
        }),
      )
    if (!wasAccepted) published.push(await needs.store.publish({ type: 'pub', address: announced }))
    await this.book.noteAccepted(pub)
    needs.gossip?.add(remote, 'invite')
    // the first messages should not wait for the scheduler
    needs.gossip?.connect(remote).catch((error: unknown) => {
      log.info('the server of an invite could not be dialled', { pub, error: String(error), id })
    })
    return published
  }

  #follows(pub: FeedId, wasAccepted: boolean): boolean {
    const { needs, id } = this.#context
    return needs.friends?.isFollowing(id, pub) ?? wasAccepted
  }

  async #connect(address: string): Promise<GuestConnection> {
    const { clock, signal } = this.#context
    let waitMs = RETRY_MS
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#options.dial(address, signal)
      } catch (error) {
        if (attempt >= ATTEMPTS || !isTransient(error) || signal.aborted) throw dialError(error)
      }
      await new Promise<void>((resolve) => void clock.setTimeout(resolve, waitMs))
      waitMs *= 2
    }
  }

  async #callUse({ mux }: GuestConnection): Promise<void> {
    const { clock, id } = this.#context
    let cancel = (): void => undefined
    const late = new Promise<never>((_, reject) => {
      cancel = clock.setTimeout(
        () => reject(new Error('the server did not answer in time')),
        ANSWER_MS,
      )
    })
    try {
      await Promise.race([mux.call(['invite', 'use'], [{ feed: id }]), late])
    } finally {
      cancel()
    }
  }

  /** What others are to dial, we dial first. */
  async #dialSelf(address: string, signal: AbortSignal): Promise<void> {
    const seed = toBase64(this.#context.random(SEED_BYTES))
    try {
      const connection = await this.#options.dial(`${address}:${seed}`, signal)
      connection.close().catch(() => undefined)
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      throw new InviteError(
        'SSB_INVITE_UNREACHABLE',
        `This server could not reach itself at ${address} (${reason}), so probably nobody can; open the port, or say unchecked if others can reach it.`,
        { cause: error },
      )
    }
  }

  async #use({ peer }: Call, given: unknown): Promise<unknown> {
    const { needs, id, policy } = this.#context
    const record = isFeedId(peer) ? this.book.get(peer) : null
    if (record === null)
      throw new InviteError('SSB_INVITE_NOT_ALLOWED', 'invite.use is for the guests of an invite')
    const feed = (given as { readonly feed?: unknown } | null | undefined)?.feed
    const isKnown = isFeedId(feed) && (needs.friends?.isFollowing(id, feed) ?? false)
    if (isKnown || record.feeds.includes(feed as FeedId))
      throw new InviteError('SSB_INVITE_ALREADY_FOLLOWING', 'already following')
    if (!isFeedId(feed)) throw new InviteError('SSB_INVITE_OPTIONS', 'feed to follow is missing')
    const verdict = policy.ask('connect', id, feed)
    if (feed === id || !verdict.allow)
      throw new InviteError('SSB_INVITE_NOT_ALLOWED', 'this feed is not allowed to use the invite')
    const giveBack = await this.book.take(record.id, feed)
    try {
      return await needs.store.publish({
        type: 'contact',
        contact: feed,
        following: true,
        pub: true,
        ...(record.note === null ? {} : { note: record.note }),
      })
    } catch (error) {
      await giveBack()
      throw error
    }
  }
}

function readCreateOptions(given: unknown): CreateOptions {
  if (given === undefined || given === null) return {}
  // COMPAT: a number alone is the uses; the command line gives it as a text now and then
  if (typeof given === 'number' || typeof given === 'string') return { uses: Number(given) }
  if (typeof given === 'object') return given
  throw new InviteError('SSB_INVITE_OPTIONS', 'options are a number of uses or an object')
}

function checkedOptions(
  options: CreateOptions,
  now: number,
): { uses: number; note: string | null; expires: number | null } {
  const { note, hours, modern, external } = options
  const uses = modern === true ? 1 : Number(options.uses ?? 1)
  const wrong = (text: string): InviteError => new InviteError('SSB_INVITE_OPTIONS', text)
  if (!Number.isInteger(uses) || uses < 1 || uses > USES_MAX)
    throw wrong(`uses must be a whole number from 1 to ${USES_MAX}`)
  if (note !== undefined && (typeof note !== 'string' || note.length > NOTE_LENGTH_MAX))
    throw wrong(`note must be a text of at most ${NOTE_LENGTH_MAX} characters`)
  if (hours !== undefined && !(typeof hours === 'number' && hours > 0 && hours < 1e6))
    throw wrong('hours must be a number above 0')
  if (external !== undefined && (typeof external !== 'string' || external === ''))
    throw wrong('external must be a host')
  return {
    uses,
    note: note ?? null,
    expires: hours === undefined ? null : Math.ceil(now + hours * HOUR_MS),
  }
}

function shown(given: unknown): string {
  const text = typeof given === 'string' ? given : (JSON.stringify(given) ?? String(given))
  return text.length > 200 ? `${text.slice(0, 200)}…` : text
}
