import type { VNode } from 'preact'
import { texts } from '../texts.ts'

/** For a browser that has no key yet, or whose key is not taken any more. */
export function Unpaired({ wasRefused }: { readonly wasRefused: boolean }): VNode {
  const { standing } = texts
  return (
    <main id="content" class="alone">
      <h1>{standing.unpairedTitle}</h1>
      {wasRefused ? <p role="alert">{standing.refused}</p> : null}
      <p>{standing.unpaired}</p>
      <p>
        <code>{standing.unpairedCommand}</code>
      </p>
    </main>
  )
}
