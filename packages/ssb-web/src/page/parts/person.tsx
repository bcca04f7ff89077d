import type { FeedId } from '@scuttlebot/ssb-ref'
import type { VNode } from 'preact'
import { shortId, useKnown } from '../data/names.ts'
import { to } from '../router.ts'
import { texts } from '../texts.ts'
import { blobUrl } from './markdown.ts'

/** A colour of one's own for those without a picture. */
function hueOf(id: string): number {
  let hash = 2_166_136_261
  for (const char of id) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 16_777_619)
  return (hash >>> 0) % 360
}

/** The picture of a feed, in a frame of fixed size; decoration beside the name. */
export function Avatar({ id, size = 40 }: { readonly id: FeedId; readonly size?: number }): VNode {
  const { image, name } = useKnown(id)
  if (image !== null)
    return (
      <img class="avatar" src={blobUrl(image)} alt="" width={size} height={size} loading="lazy" />
    )
  const letter = [...(name || id.slice(1))][0]?.toUpperCase() ?? '?'
  return (
    <svg class="avatar" width={size} height={size} viewBox="0 0 40 40" aria-hidden="true">
      <rect width="40" height="40" fill={`hsl(${hueOf(id)} 45% 38%)`} />
      <text x="20" y="27" text-anchor="middle" font-size="20" fill="#fff">
        {letter}
      </text>
    </svg>
  )
}

/** The name of a feed, or the beginning of its id. */
export function useName(id: FeedId): string {
  return useKnown(id).name || shortId(id)
}

/** A name that leads to the profile. */
export function Person({ id }: { readonly id: FeedId }): VNode {
  const name = useName(id)
  return (
    <a class="person" dir="auto" href={to('profile', id)} title={id}>
      {name}
    </a>
  )
}

/** Picture and name. */
export function PersonRow({
  id,
  children,
}: {
  readonly id: FeedId
  readonly children?: preact.ComponentChildren
}): VNode {
  return (
    <span class="row">
      <Avatar id={id} size={28} />
      <Person id={id} />
      {children}
    </span>
  )
}

/** Several people in one line. */
export function People({ ids }: { readonly ids: readonly FeedId[] }): VNode {
  return (
    <>
      {ids.map((id, n) => (
        <span key={id}>
          {n > 0 ? ', ' : ''}
          <Person id={id} />
        </span>
      ))}
      {ids.length === 0 ? texts.common.none : ''}
    </>
  )
}
