import type { FeedId } from '@scuttlebot/ssb-ref'
import { renderSVG } from 'uqr'

/** What a server shows of itself to the world. */
export interface Face {
  readonly id: FeedId
  readonly name: string
  /** A code that lets whoever reads it in; `null`: none is shown. */
  readonly invite: string | null
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

const plain = (text: string): string => text.replace(/[&<>"']/g, (char) => ENTITIES[char] ?? '')

/** The one page that strangers get of a pub: name, id, and an invite if the owner shows one. No script. */
export function publicFace({ id, name, invite }: Face): string {
  const shown = name === '' ? 'A Scuttlebutt server' : name
  const code =
    invite === null
      ? ''
      : `<h2>Invite</h2>
<p><img alt="The invite as a QR code" width="240" height="240" src="${pictureOf(invite)}"></p>
<p><code>${plain(invite)}</code></p>`
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>${plain(shown)}</title>
<h1>${plain(shown)}</h1>
<p>This is a server of Secure Scuttlebutt. Its id is:</p>
<p><code>${plain(id)}</code></p>
${code}
</html>
`
}

function pictureOf(text: string): string {
  return `data:image/svg+xml,${encodeURIComponent(renderSVG(text, { pixelSize: 4 }))}`
}
