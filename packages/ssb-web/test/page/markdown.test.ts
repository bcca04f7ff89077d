import { describe, expect, test } from 'vitest'
import { blobUrl, hrefOf, htmlOf } from '../../src/page/parts/markdown.ts'
import { ATTACKS } from './attacks.ts'

const KEY = 'A'.repeat(43)

/** Halves of surrogate pairs: our server publishes none, others may. */
const HALVES = ['[x](#\ud800)', '![x](#\udc00)', '[x](https://evil.example/\ud800)']
const feed = `@${KEY}=.ed25519`
const message = `%${KEY}=.sha256`
const blob = `&${KEY}=.sha256`

/** Tags with their attributes, out of HTML that was made by a parser of markdown. */
const tagsOf = (html: string): readonly string[] => html.match(/<[^>]*>/g) ?? []

const TAG =
  /^<\/?(?:p|br|em|strong|s|code|pre|blockquote|ul|ol|li|h[1-6]|hr|table|thead|tbody|tr|th|td)>$/
const LINK =
  /^<a href="(?:#\/[^"<>]*|\/blobs\/get\/[^"<>]*|https?:\/\/[^"<>]*|mailto:[^"<>]*)"(?: rel="noopener noreferrer nofollow ugc" target="_blank")?>$|^<\/a>$/
const IMAGE = /^<img src="\/blobs\/get\/[^"<>]*" alt="[^"<>]*" loading="lazy">$/

describe('hostile texts', () => {
  test.each([...ATTACKS, ...HALVES])('%s', (text) => {
    for (const tag of tagsOf(htmlOf(text)))
      expect(
        TAG.test(tag) ||
          LINK.test(tag) ||
          IMAGE.test(tag) ||
          /^<(?:ol start="\d+"|code class="language-[^"<>]*")>$/.test(tag),
        tag,
      ).toBe(true)
  })
})

describe('links', () => {
  test.each([
    [feed, `#/profile/${encodeURIComponent(feed)}`],
    [message, `#/thread/${encodeURIComponent(message)}`],
    [encodeURIComponent(message), `#/thread/${encodeURIComponent(message)}`],
    [blob, `/blobs/get/${encodeURIComponent(blob)}`],
    [`${blob}?unbox=${KEY}=`, `/blobs/get/${encodeURIComponent(blob)}?unbox=${KEY}%3D`],
    ['#sea', '#/search/%23sea'],
    ['https://example.org/a?b=c', 'https://example.org/a?b=c'],
    ['mailto:a@example.org', 'mailto:a@example.org'],
    ['javascript:alert(1)', null],
    ['JaVaScRiPt:alert(1)', null],
    [' javascript:alert(1)', null],
    ['data:text/html,x', null],
    ['vbscript:x', null],
    ['file:///etc/passwd', null],
    ['//evil.example', null],
    ['/web/pair', null],
    ['#/settings', null],
    ['', null],
  ])('%s leads to %s', (target, href) => expect(hrefOf(target)).toBe(href))

  test('outside ones tell nobody where they were', () => {
    expect(htmlOf('[x](https://example.org)')).toContain('rel="noopener noreferrer nofollow ugc"')
    expect(htmlOf(`[x](${feed})`)).not.toContain('target')
  })
})

describe('pictures', () => {
  test('are those of blobs', () => {
    expect(htmlOf(`![a "cat"](${blob})`)).toContain(
      `<img src="${blobUrl(blob)}" alt="a &quot;cat&quot;" loading="lazy">`,
    )
  })

  test('of elsewhere are links: nobody is asked for anything', () => {
    expect(htmlOf('![cat](https://evil.example/cat.png)')).not.toContain('<img')
    expect(htmlOf('![cat](https://evil.example/cat.png)')).toContain('>cat</a>')
  })
})
