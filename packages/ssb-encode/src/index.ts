/**
 * The text and byte forms of classic Secure Scuttlebutt messages, and base64 and UTF-8 that run everywhere.
 *
 * @packageDocumentation
 */
export { fromBase64, fromBase64Lenient, toBase64 } from './base64.ts'
export { compareBytes, concat } from './bytes.ts'
export { encode, signedText, tryEncode, unsignedText } from './canonical.ts'
export { fromHex, toHex } from './hex.ts'
export { type ParsedJson, parseJson, parseJsonText } from './json.ts'
export { lowBytes, utf8, utf8Text, utf8TextStrict } from './text.ts'
