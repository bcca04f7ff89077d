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

/** Letters of a signature, and the bytes that they stand for at most: an honest one ends in two paddings. */
const SIGNATURE_LETTERS = 88
const decoded = new Uint8Array(128)
const DECODED_MAX = 66
const SIGNATURE_BYTES = 64
const signatureBytes: Uint8Array = decoded.subarray(0, SIGNATURE_BYTES)

/** Read all but the last four letters of canonical base64 into {@link decoded}. */
function decodeStart(text: string): boolean {
  let at = 0
  for (let i = 0; i < SIGNATURE_LETTERS - 4; i += 4) {
    const a = text.charCodeAt(i)
    const b = text.charCodeAt(i + 1)
    const c = text.charCodeAt(i + 2)
    const d = text.charCodeAt(i + 3)
    if ((a | b | c | d) > 127) return false
    // Negative where one of them is no letter.
    const bits =
      ((VALUE[a] as number) << 18) |
      ((VALUE[b] as number) << 12) |
      ((VALUE[c] as number) << 6) |
      (VALUE[d] as number)
    if (bits < 0) return false
    decoded[at++] = bits >> 16
    decoded[at++] = bits >> 8
    decoded[at++] = bits
  }
  return true
}

/**
 * The bytes of the signature that {@link isSignatureForm} accepted last, or null when they are not 64. They stay until
 * it is asked again, in memory of the platform's: libraries take it as it is, and would have small arrays of the
 * engine's own heap moved there one by one.
 */
export function decodedSignature(): Uint8Array | null {
  return decoded[DECODED_MAX] === SIGNATURE_BYTES ? signatureBytes : null
}

/** Read the last four letters, and how many bytes there are, into {@link decoded}. */
function decodeEnd(text: string): boolean {
  const last = text.slice(SIGNATURE_LETTERS - 4, SIGNATURE_LETTERS)
  if (!isCanonical(last, 4)) return false
  decoded[DECODED_MAX] = DECODED_MAX - (last.endsWith('==') ? 2 : last.endsWith('=') ? 1 : 0)
  const bits =
    ((VALUE[last.charCodeAt(0)] as number) << 2) | ((VALUE[last.charCodeAt(1)] as number) >> 4)
  decoded[SIGNATURE_BYTES - 1] = bits
  return true
}

/**
 * Whether a signature has the form that its author's suffix asks for: 88 characters of canonical base64, then
 * `.sig.<curve>`.
 */
export function isSignatureForm(signature: unknown, curve: string): signature is string {
  return (
    typeof signature === 'string' &&
    signature.length === SIGNATURE_LETTERS + 5 + curve.length &&
    signature.charCodeAt(SIGNATURE_LETTERS) === DOT &&
    signature.endsWith(`.sig.${curve}`) &&
    decodeStart(signature) &&
    decodeEnd(signature)
  )
}
