import { isFeedId } from '@scuttlebot/ssb-ref'
import type { VNode } from 'preact'
import type { PageProps } from '../app.tsx'
import { Page } from '../parts/bits.tsx'
import { Composer } from '../parts/composer.tsx'
import { go } from '../router.ts'
import { texts } from '../texts.ts'

/** A page for writing alone; with a feed id behind it, private to that one. */
export function Compose({ argument }: PageProps): VNode {
  const recipients = isFeedId(argument) ? [argument] : []
  return (
    <Page title={texts.compose.title}>
      <Composer recipients={recipients} onDone={(message) => go('thread', message)} />
    </Page>
  )
}
