import { type BlobId, type FeedId, isBlobId } from '@scuttlebot/ssb-ref'
import { Cell, useCell } from './cell.ts'
import type { PageRemote } from './rpc.ts'
import { lastClient } from './server.ts'

/** How somebody is called and looks, as far as is known. */
export interface Known {
  /** Empty: not known. */
  readonly name: string
  readonly image: BlobId | null
}

const UNKNOWN: Known = { name: '', image: null }

const cells = new Map<FeedId, Cell<Known>>()
/** What has been asked for over the connection of now. */
let asked = new Set<FeedId>()

/** What is known of a feed; asked for once, and again with each connection. */
export function useKnown(id: FeedId): Known {
  const cell = cells.get(id) ?? new Cell(UNKNOWN)
  cells.set(id, cell)
  const remote = useCell(lastClient)?.remote
  if (remote !== undefined && !asked.has(id)) {
    asked.add(id)
    void look(remote, id, cell)
  }
  return useCell(cell)
}

/** Ask again for those that are named anew. */
export function refresh(id: FeedId): void {
  const cell = cells.get(id)
  const remote = lastClient.value?.remote
  if (cell !== undefined && remote !== undefined) void look(remote, id, cell)
}

async function look(remote: PageRemote, id: FeedId, cell: Cell<Known>): Promise<void> {
  const [name, image] = await Promise.all([
    remote.names.getSignifier(id).catch(() => ''),
    remote.names.getImageFor(id).catch(() => null),
  ])
  cell.set({
    name: typeof name === 'string' && name !== id ? shownOf(name) : '',
    image: isBlobId(image) ? image : null,
  })
}

const NAME_MAX = 60

/** A name as it is shown: not longer than a line, and none where nothing of it can be seen. */
function shownOf(name: string): string {
  if (!/[\p{L}\p{N}\p{P}\p{S}]/u.test(name)) return ''
  const chars = [...name.trim()]
  return chars.length <= NAME_MAX ? chars.join('') : `${chars.slice(0, NAME_MAX).join('')}…`
}

lastClient.on(() => {
  asked = new Set()
  const remote = lastClient.value?.remote
  if (remote === undefined) return
  for (const [id, cell] of cells) {
    asked.add(id)
    void look(remote, id, cell)
  }
  void follow(remote)
})

/** Hear of new names and pictures. */
async function follow(remote: PageRemote): Promise<void> {
  try {
    for await (const item of remote.messagesByType({
      type: 'about',
      live: true,
      old: false,
      sync: false,
    })) {
      const content = (item as { readonly value?: { readonly content?: unknown } }).value?.content
      const about = (content as { readonly about?: unknown } | undefined)?.about
      if (typeof about === 'string') refresh(about as FeedId)
    }
  } catch {
    // the connection has ended; the next one asks again
  }
}

/** Enough of an id to tell it from others by eye. */
export function shortId(id: string): string {
  return `${id.slice(0, 9)}…`
}
