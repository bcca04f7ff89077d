import DOMPurify from 'dompurify'
import type { VNode } from 'preact'
import { useMemo } from 'preact/hooks'
import { htmlOf } from './markdown.ts'

/** What `htmlOf` can write, and nothing else: a second wall behind it. */
const ALLOWED = {
  ALLOWED_TAGS: [
    ...[
      'a',
      'blockquote',
      'br',
      'code',
      'del',
      'em',
      'h1',
      'h2',
      'h3',
      'h4',
      'h5',
      'h6',
      'hr',
      'img',
    ],
    ...['li', 'ol', 'p', 'pre', 's', 'strong', 'table', 'tbody', 'td', 'th', 'thead', 'tr', 'ul'],
  ],
  ALLOWED_ATTR: ['href', 'src', 'alt', 'title', 'rel', 'target', 'loading', 'start'],
  ALLOWED_URI_REGEXP: /^(?:https?:|mailto:|#\/|\/blobs\/get\/)/i,
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
  RETURN_TRUSTED_TYPE: true,
} as const

/** A text in markdown. */
export function Markdown({ text }: { readonly text: string }): VNode {
  const html = useMemo(
    () =>
      DOMPurify.sanitize(htmlOf(text), {
        ...ALLOWED,
        ALLOWED_TAGS: [...ALLOWED.ALLOWED_TAGS],
        ALLOWED_ATTR: [...ALLOWED.ALLOWED_ATTR],
      }),
    [text],
  )
  // made by us out of markdown, then cleaned
  return (
    <div
      class="markdown"
      dir="auto"
      dangerouslySetInnerHTML={{ __html: html as unknown as string }}
    />
  )
}
