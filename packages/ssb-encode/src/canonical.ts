// What a classic message looks like as text, and where its signature stands in it:
//
//   {
//     "previous": …,
//     "author": "@….ed25519",
//     …
//     "content": { … },
//     "signature": "….sig.ed25519"
//   }
//
// Members of the top level are indented by exactly two spaces and strings never hold a raw line
// break, so `,\n  "signature": "` can stand for nothing but a top-level member.

const SIGNATURE_NEXT = ',\n  "signature": "'
const SIGNATURE_ONLY = '{\n  "signature": "'
const END = '"\n}'

/**
 * The canonical text of a value: what is signed (as UTF-8), hashed (as {@link lowBytes}) and measured (UTF-16 units).
 *
 * Two spaces of indent, keys in ECMAScript property order, numbers and escapes as ECMA-262 says: exactly
 * `JSON.stringify(value, null, 2)`. Protocol: feed-format, "canonical serialisation".
 *
 * @throws TypeError for what has no JSON text: undefined, functions, symbols, BigInt, cycles
 * @throws RangeError when the value is nested deeper than the platform's stack allows (some thousand levels).
 *   For values of others use {@link tryEncode}.
 */
export function encode(value: unknown): string {
  const text: string | undefined = JSON.stringify(value, null, 2)
  if (text === undefined) throw new TypeError(`a ${typeof value} has no JSON text`)
  return text
}

/**
 * {@link encode} that never throws.
 *
 * @returns null where `encode` would throw
 */
export function tryEncode(value: unknown): string | null {
  try {
    return encode(value)
  } catch {
    return null
  }
}

/**
 * Cut the signature out of the canonical text of a signed message, so that a message is written as text once:
 * `unsignedText(encode({ ...message, signature })) === encode(message)`.
 *
 * @returns null when `signature` is not the last top-level key or its value is no string. Whether the rest is
 *   canonical text is not checked.
 */
export function unsignedText(signedText: string): string | null {
  if (!signedText.endsWith(END)) return null
  const lastLineBreak = signedText.length - 2
  const at = signedText.lastIndexOf(SIGNATURE_NEXT)
  if (at >= 0) {
    const isLast = signedText.indexOf('\n', at + SIGNATURE_NEXT.length) === lastLineBreak
    return isLast ? `${signedText.slice(0, at)}\n}` : null
  }
  if (!signedText.startsWith(SIGNATURE_ONLY)) return null
  return signedText.indexOf('\n', SIGNATURE_ONLY.length) === lastLineBreak ? '{}' : null
}

/**
 * Put a signature into the canonical text of an unsigned message, the reverse of {@link unsignedText}.
 *
 * @param unsigned canonical text of an object that has no key `signature`; not checked beyond its end
 * @throws TypeError when `unsigned` does not end as the canonical text of an object does
 */
export function signedText(unsigned: string, signature: string): string {
  const member = `"signature": ${JSON.stringify(signature)}\n}`
  if (unsigned === '{}') return `{\n  ${member}`
  if (!unsigned.endsWith('\n}')) throw new TypeError('not the canonical text of an object')
  return `${unsigned.slice(0, -2)},\n  ${member}`
}
