const CHANNEL_LENGTH_MAX = 30
const DROPPED = /[\s,.?!<>()[\]"#]/g

/**
 * The form of a channel's name that names are compared in: lower case, without white space and `, . ? ! < > ( ) [ ] " #`,
 * cut to 30 UTF-16 units (a pair of surrogates may be cut in two).
 *
 * @returns null when nothing is left, or the value is no string
 */
export function normalizeChannel(x: unknown): string | null {
  if (typeof x !== 'string') return null
  return x.toLowerCase().replace(DROPPED, '').slice(0, CHANNEL_LENGTH_MAX) || null
}
