import type { VNode } from 'preact'
import { Page } from '../parts/bits.tsx'
import { Composer } from '../parts/composer.tsx'
import { PostList } from '../parts/post-list.tsx'
import { texts } from '../texts.ts'

/** What was boxed for us, and a place to write back. */
export function Private(): VNode {
  return (
    <Page title={texts.private.title}>
      <Composer alwaysPrivate />
      <PostList which={{ of: 'private' }} empty={texts.private.empty} />
    </Page>
  )
}
