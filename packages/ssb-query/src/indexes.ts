import { bare, deepTargets, type Link, topLinks } from './links.ts'
import type { Message, Order, QueryStore, Terms } from './store.ts'

/** The group of boxed messages in the index of types; no type is so short. */
export const BOXED = ''

/** Detail of a link that is not at the top level, or is a channel in a list. */
export const DEEP = ''

/** The indexes that queries walk. */
export interface QueryIndexes {
  /** By `content.type`; boxed messages under {@link BOXED}. */
  readonly type: Terms
  /** By target (id without query, or `#channel`) and relation; deeper links under {@link DEEP}. */
  readonly link: Terms
  /** By relation, whatever the target. */
  readonly relation: Terms
  /** By the smaller of receive time and claimed time. */
  readonly time: Order
}

/** The time that feed streams are ordered by: claimed, but never later than received. */
export function rts(message: Message): number {
  const claimed = message.value.timestamp
  return typeof claimed === 'number' && claimed < message.timestamp ? claimed : message.timestamp
}

/** The content's type; `null` for boxed content. */
export function typeOf(content: unknown): string | null {
  if (typeof content !== 'object' || content === null) return null
  const { type } = content as { readonly type?: unknown }
  return typeof type === 'string' ? type : null
}

// Two indexes are made of the links, one after the other for each message.
function remembered(): (content: unknown) => readonly Link[] {
  let last: unknown
  let links: readonly Link[] = []
  return (content) => {
    if (typeof content !== 'object' || content === null) return []
    if (content !== last) {
      links = topLinks(content)
      last = content
    }
    return links
  }
}

/** Define the indexes on a store. */
export function defineIndexes(store: QueryStore): QueryIndexes {
  const linksOf = remembered()
  return {
    type: store.defineIndex({
      name: 'type',
      version: 1,
      map(message, emit) {
        emit(typeOf(message.value.content) ?? BOXED)
      },
    }),
    link: store.defineIndex({
      name: 'link',
      version: 1,
      map(message, emit) {
        const { content } = message.value
        if (typeof content === 'string') return
        const links = linksOf(content)
        const deep = deepTargets(content, links)
        for (const { rel, dest } of links) {
          const to = bare(dest)
          deep.delete(to)
          emit(to, rel)
        }
        for (const to of deep) emit(to, DEEP)
      },
    }),
    relation: store.defineIndex({
      name: 'relation',
      version: 1,
      map(message, emit) {
        for (const { rel } of linksOf(message.value.content)) emit(rel)
      },
    }),
    time: store.defineOrder({ name: 'time', version: 1, order: rts }),
  }
}
