import { isBlobId, isFeedId, isMsgId } from '@scuttlebot/ssb-ref'
import MarkdownIt from 'markdown-it'

const BLOBS = '/blobs/get/'

/** What a text may link to outside of Scuttlebutt. */
const OUTSIDE = /^(https?:\/\/|mailto:)/i

/** A reference as it stands in a link: perhaps percent-encoded by the parser. */
function plainOf(target: string): string {
  try {
    return decodeURIComponent(target)
  } catch {
    return target
  }
}

/** Where a link of a text leads in this page; `null`: nowhere that we go. */
export function hrefOf(target: string): string | null {
  const plain = plainOf(target)
  const [id = ''] = plain.split('?', 1)
  if (isFeedId(id)) return `#/profile/${encodeURIComponent(id)}`
  if (isMsgId(id)) return `#/thread/${encodeURIComponent(id)}`
  if (isBlobId(id)) return blobUrl(plain)
  // half of a surrogate pair cannot be written in an address
  if (/^#[^\s#/\p{Cs}]{1,100}$/u.test(plain)) return `#/search/${encodeURIComponent(plain)}`
  return OUTSIDE.test(target) ? target : null
}

/** Where a blob is served; `id` may have a key behind a `?`. */
export function blobUrl(id: string): string {
  const [blob = '', query] = id.split('?', 2)
  const unbox = /(?:^|&)unbox=([\w+/=.]+)/.exec(query ?? '')?.[1]
  const key = unbox === undefined ? '' : `?unbox=${encodeURIComponent(unbox)}`
  return `${BLOBS}${encodeURIComponent(blob)}${key}`
}

const markdown = new MarkdownIt({ html: false, linkify: true, breaks: true })
markdown.linkify.set({ fuzzyLink: false, fuzzyEmail: false, fuzzyIP: false })
markdown.validateLink = (target) => hrefOf(target) !== null
markdown.normalizeLink = (target) => target

const { rules } = markdown.renderer
rules['link_open'] = (tokens, index, options, _, self) => {
  const token = tokens[index]
  if (token === undefined) return ''
  const href = hrefOf(String(token.attrGet('href') ?? ''))
  token.attrs = [['href', href ?? '#/']]
  if (href !== null && OUTSIDE.test(href)) {
    token.attrSet('rel', 'noopener noreferrer nofollow ugc')
    token.attrSet('target', '_blank')
  }
  return self.renderToken(tokens, index, options)
}
// pictures of this server's blobs only: the page asks nobody else for anything
rules['image'] = (tokens, index) => {
  const token = tokens[index]
  const source = plainOf(String(token?.attrGet('src') ?? ''))
  const text = markdown.utils.escapeHtml(token?.content ?? '')
  const [id = ''] = source.split('?', 1)
  if (isBlobId(id))
    return `<img src="${markdown.utils.escapeHtml(blobUrl(source))}" alt="${text}" loading="lazy">`
  const href = hrefOf(source)
  const shown = text === '' ? markdown.utils.escapeHtml(source) : text
  return href === null
    ? shown
    : `<a href="${markdown.utils.escapeHtml(href)}" rel="noopener noreferrer nofollow ugc" target="_blank">${shown}</a>`
}

/** Markdown as HTML that runs nothing: no HTML of the text's own, links and pictures of known kinds only. */
export function htmlOf(text: string): string {
  return markdown.render(text)
}
