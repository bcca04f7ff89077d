import { Batch, type Call, type Handlers, type Incoming, type Item } from '@scuttlebot/ssb-muxrpc'
import { type Event, pushSource } from '@scuttlebot/ssb-plugin'
import type { BlobId } from '@scuttlebot/ssb-ref'
import {
  type Asked,
  checkSize,
  eachId,
  readAsked,
  readId,
  readLink,
  readRange,
} from './arguments.ts'
import { countByAuthor } from './by-author.ts'
import { decryptBlob, unboxKey } from './encrypt.ts'
import { BlobsError, shown } from './errors.ts'
import { explain } from './explain.ts'
import { CHUNK_BYTES, LIVE_ITEMS_MAX } from './limits.ts'
import { blobsHelp } from './manifest.ts'
import type { BlobMeta, BlobsRpc, BlobsStatus, LsOptions } from './rpc.ts'
import type { BlobsService } from './service.ts'
import type { BlobRange } from './storage.ts'

/** The functions behind {@link BlobsRpc}. */
export function blobsHandlers(service: BlobsService): Handlers<BlobsRpc> {
  return {
    blobs: {
      get: (call, blob) => get(service, call, blob),
      getSlice: (call, slice) => getSlice(service, call, slice),
      add: (_call, input, id) => add(service, input, id),
      rm: (_call, id) => rm(service, id),
      ls: (call, options) => ls(service, call, options ?? {}),
      has: (call, id) => has(service, call, id),
      size: async (_call, id) => {
        await service.ready()
        return eachId(id, (one) => service.sizeOf(one))
      },
      meta: async (_call, id) => {
        await service.ready()
        const known = service.catalog.get(readId(id))
        return known === undefined ? null : metaOf(known)
      },
      want: async (_call, id) => await service.want(readId(id)),
      push: async (_call, id) => {
        await service.push(readId(id, 'hash'))
        return true
      },
      pushed: (call) => live(service.pushed, call, (item) => item),
      changes: (call) => changes(service, call),
      createWants: (call) => service.wantStream(call),
      help: () => blobsHelp,
      explain: (_call, id) => explain(service, readLink(id)?.id ?? readId(id)),
      status: async () => await statusOf(service),
      authors: countByAuthor(service),
      pin: async (_call, id) => await pin(service, id, true),
      unpin: async (_call, id) => await pin(service, id, false),
      gc: async (_call, options) => {
        const bytes = options?.quotaBytes ?? service.quotaBytes
        if (bytes !== null && !(Number.isSafeInteger(bytes) && bytes >= 0))
          throw new BlobsError('SSB_BLOBS_USAGE', `not a number of bytes: ${shown(bytes)}`)
        const dryRun = options?.dryRun === true || options?.['dry-run'] === true
        return await service.collect(bytes, dryRun)
      },
    },
  }
}

/** How the blobs are doing. */
export async function statusOf(service: BlobsService): Promise<BlobsStatus> {
  await service.ready()
  const { catalog, quotaBytes, storage, transfers, wants } = service
  return {
    blobs: catalog.count,
    bytes: catalog.bytes,
    quotaBytes,
    disk: (await storage.space?.().catch(() => null)) ?? null,
    wants: wants.counts.wants,
    forwards: wants.counts.forwards,
    pushes: catalog.pushing.size,
    transfers: [...transfers.all()],
  }
}

const metaOf = ({ id, size, ts }: BlobMeta): BlobMeta => ({ id, size, ts })

/** The blob that was asked for, when it is here and as large as the caller says. */
async function here(
  service: BlobsService,
  argument: unknown,
  method: 'get' | 'getSlice',
): Promise<Asked & { readonly bytes: number }> {
  const asked = readAsked(argument, method)
  await service.ready()
  const bytes = service.sizeOf(asked.id)
  // COMPAT: two texts for one failure, as multiblob has (test/get.test.ts).
  const missing = asked.byOptions ? 'stat failed: no such blob' : 'could not get blob'
  if (bytes === null) throw new BlobsError('SSB_BLOBS_MISSING', missing)
  checkSize(asked, bytes)
  return { ...asked, bytes }
}

async function* get(
  service: BlobsService,
  call: Call,
  argument: unknown,
): AsyncGenerator<Item<Uint8Array>> {
  const { id, unbox } = await here(service, argument, 'get')
  if (unbox === undefined || !service.isOwner(call)) {
    yield* inTurn(service, call, service.read(id))
    return
  }
  const key = unboxKey(unbox)
  if (key === null) throw new BlobsError('SSB_BLOBS_UNBOX', 'not a key')
  yield* packets(decryptBlob(service.read(id), key))
}

async function* getSlice(
  service: BlobsService,
  call: Call,
  argument: unknown,
): AsyncGenerator<Item<Uint8Array>> {
  const { id, bytes } = await here(service, argument, 'getSlice')
  const range: BlobRange = readRange(argument, bytes)
  if (range.end > range.start) yield* inTurn(service, call, service.read(id, range))
}

/** Each peer has so many blobs read at a time, however many it asks for: what is read waits in memory. */
async function* inTurn(
  service: BlobsService,
  call: Call,
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Item<Uint8Array>> {
  const done = await service.turns.take(call.peer ?? '', call.signal)
  try {
    if (!call.signal.aborted) yield* packets(chunks)
  } finally {
    done()
  }
}

/** In packets of 64 KiB at most, as the reference sends, and never an empty one: it would mean goodbye. */
async function* packets(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Item<Uint8Array>> {
  for await (const chunk of chunks) {
    if (chunk.length <= CHUNK_BYTES) {
      if (chunk.length > 0) yield chunk
      continue
    }
    const parts: Uint8Array[] = []
    for (let at = 0; at < chunk.length; at += CHUNK_BYTES)
      parts.push(chunk.subarray(at, at + CHUNK_BYTES))
    yield new Batch(parts)
  }
}

async function add(
  service: BlobsService,
  input: Incoming<Uint8Array>,
  argument: unknown,
): Promise<void> {
  const absent = argument === undefined || argument === null
  let expected: BlobId | null = null
  try {
    if (!absent) expected = readId(argument)
  } catch {
    throw new BlobsError('SSB_BLOBS_USAGE', `not a valid hash: ${shown(argument)}`)
  }
  await service.add(bytesOf(input), expected)
}

/** Items of a caller: bytes, or text, which stands for its UTF-8. */
async function* bytesOf(input: Incoming<unknown>): AsyncGenerator<readonly Uint8Array[]> {
  for await (const items of input.batches())
    yield items.map((item) => {
      if (item instanceof Uint8Array) return item
      if (typeof item === 'string') return new TextEncoder().encode(item)
      throw new BlobsError('SSB_BLOBS_USAGE', 'a blob is made of bytes')
    })
}

async function rm(service: BlobsService, argument: unknown): Promise<void> {
  const id = readId(argument)
  await service.ready()
  if (!(await service.remove(id)))
    throw new BlobsError('SSB_BLOBS_MISSING', `ENOENT: no such blob: ${id}`)
}

async function pin(service: BlobsService, argument: unknown, on: boolean): Promise<boolean> {
  const id = readId(argument)
  await service.ready()
  if (!(await service.catalog.pin(id, on)))
    throw new BlobsError('SSB_BLOBS_MISSING', `no such blob: ${id}`)
  return on
}

async function has(
  service: BlobsService,
  call: Call,
  argument: unknown,
): Promise<boolean | boolean[]> {
  await service.ready()
  if (service.isOwner(call)) return eachId(argument, (id) => service.sizeOf(id) !== null)
  return eachId(argument, (id) => {
    // COMPAT: a peer that asks has an old way to want; the empty blob counts as not had
    // (ssb-blobs 2.0.1; test/has.test.ts).
    const size = service.sizeOf(id) ?? 0
    if (size === 0) service.heard(call.peer as string as never, id, -1)
    return size > 0
  })
}

async function* ls(
  service: BlobsService,
  call: Call,
  options: LsOptions,
): AsyncGenerator<BlobId | BlobMeta | { readonly sync: true }> {
  const old = options.old !== false
  const goesOn = options.live === true || !old
  const long = options.meta === true || options.long === true || options.size === true
  const shape = (blob: BlobMeta): BlobId | BlobMeta => (long ? metaOf(blob) : blob.id)
  // Listening begins before the listing, so that nothing falls between.
  const news = goesOn ? live(service.stored, call, shape) : null
  await service.ready()
  if (old) for (const blob of [...service.catalog.all()]) yield shape(blob)
  if (news === null) return
  if (old && options.sync !== false) yield { sync: true }
  yield* news
}

/** New blobs. Strangers hear of those that are pushed. */
function changes(service: BlobsService, call: Call): AsyncIterable<BlobId> {
  const all = (): boolean =>
    service.isOwner(call) || (!service.stingy && service.trusted(call.peer as never))
  return live(service.stored, call, ({ id }) =>
    all() || service.catalog.pushing.has(id) ? id : null,
  )
}

/** The events from now on, as a stream; `null` is left out. */
function live<T, Out>(
  event: Event<[T]>,
  { signal }: Call,
  shape: (item: T) => Out | null,
): AsyncIterable<Out> {
  const source = pushSource<Out>({ itemsMax: LIVE_ITEMS_MAX, signal, onEnd: () => off() })
  const off = event.on((item) => {
    const out = shape(item)
    if (out !== null) source.push(out)
  })
  if (signal.aborted) off()
  return source
}
