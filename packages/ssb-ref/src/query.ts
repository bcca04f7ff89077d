/** The pairs of a query in the order they were written, decoded. A key may come twice. */
export type Query = readonly (readonly [key: string, value: string])[]

/** Whether `+` stands for a space (forms, URIs) or for itself (links, whose values are base64). */
type Plus = 'space' | 'plus'

const PRINTABLE = /^[\x21-\x7e]*$/
const LINK_KEY_ESCAPED = /[^A-Za-z0-9\-._~!$'()*,;:@/?+]+/gu
const LINK_VALUE_ESCAPED = /[^A-Za-z0-9\-._~!$'()*,;:@/?+=]+/gu

/**
 * Read a query. Empty pairs are skipped; a pair without `=` has an empty value.
 *
 * @returns null for characters that must be escaped and for escapes that are no UTF-8
 */
export function parsePairs(text: string, plus: Plus): Query | null {
  if (!PRINTABLE.test(text)) return null
  const decode = (part: string): string =>
    decodeURIComponent(plus === 'space' ? part.replaceAll('+', ' ') : part)
  try {
    return text
      .split('&')
      .filter((pair) => pair !== '')
      .map((pair) => {
        const at = pair.indexOf('=')
        return at < 0 ? [decode(pair), ''] : [decode(pair.slice(0, at)), decode(pair.slice(at + 1))]
      })
  } catch {
    return null
  }
}

/**
 * Write a query so that {@link parsePairs} reads the same pairs.
 *
 * @throws URIError for lone surrogates
 */
export function formatPairs(query: Query, plus: Plus): string {
  return query
    .map(([key, value]) =>
      plus === 'space'
        ? `${encodeURIComponent(key)}=${encodeURIComponent(value)}`
        : `${key.replace(LINK_KEY_ESCAPED, encodeURIComponent)}=${value.replace(LINK_VALUE_ESCAPED, encodeURIComponent)}`,
    )
    .join('&')
}
