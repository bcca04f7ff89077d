// Canonical base64 by character codes: this runs over every private message, up to 8000 characters of it.

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const VALUE: Int8Array = new Int8Array(128).fill(-1)
for (let i = 0; i < 64; i++) VALUE[LETTERS.charCodeAt(i)] = i

const EQUALS = 61
const DOT = 46
const LINE_END = /[\n\r\u2028\u2029]/

/** Whether `text[0, end)` is canonical base64 of any length, none included. */
function isCanonical(text: string, end: number): boolean {
  if (end % 4 !== 0) return false
  let letters = end
  if (end > 0 && text.charCodeAt(end - 1) === EQUALS)
    letters -= text.charCodeAt(end - 2) === EQUALS ? 2 : 1
  let last = 0
  for (let i = 0; i < letters; i++) {
    last = VALUE[text.charCodeAt(i)] ?? -1
    if (last < 0) return false
  }
  // The bits of the last letter that stand for nothing must be zero.
  if (letters === end - 2) return (last & 15) === 0
  if (letters === end - 1) return (last & 3) === 0
  return true
}

/**
 * Whether a text has the form of encrypted content: canonical base64, `.box`, and anything but line ends.
 *
 * COMPAT: as ssb-validate 4.1.4, `.box` alone passes, and so does any suffix.
 */
export function isEncrypted(content: unknown): content is string {
  if (typeof content !== 'string') return false
  const dot = content.indexOf('.')
  return (
    dot >= 0 &&
    content.startsWith('.box', dot) &&
    isCanonical(content, dot) &&
    (content.length === dot + 4 || !LINE_END.test(content.slice(dot + 4)))
  )
}

/**
 * Whether a signature has the form that its author's suffix asks for: 88 characters of canonical base64, then
 * `.sig.<curve>`.
 */
export function isSignatureForm(signature: unknown, curve: string): signature is string {
  return (
    typeof signature === 'string' &&
    signature.length === 88 + 5 + curve.length &&
    signature.charCodeAt(88) === DOT &&
    signature.endsWith(`.sig.${curve}`) &&
    isCanonical(signature, 88)
  )
}
