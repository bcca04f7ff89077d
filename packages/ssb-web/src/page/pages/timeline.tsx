import type { VNode } from 'preact'
import { Page } from '../parts/bits.tsx'
import { Composer } from '../parts/composer.tsx'
import { PostList } from '../parts/post-list.tsx'
import { texts } from '../texts.ts'

/** What everybody writes, the newest first. */
export function Timeline(): VNode {
  return (
    <Page title={texts.timeline.title}>
      <Composer />
      <PostList which={{ of: 'everyone' }} empty={texts.timeline.empty} />
    </Page>
  )
}
