import { utf8TextStrict } from './text.ts'

/** What reading JSON gave: a value, or nothing. */
export type ParsedJson = { readonly ok: true; readonly value: unknown } | { readonly ok: false }

const REFUSED: ParsedJson = { ok: false }

/**
 * Read JSON from bytes. Total: whatever the bytes are, it returns.
 *
 * Refused: malformed UTF-8, a byte order mark, anything `JSON.parse` refuses. As there, the last of equal
 * keys wins, `__proto__` is an ordinary own key, and numbers too large become Infinity.
 * The nesting of the value is bounded by the size of the input only; see `tryEncode`.
 */
export function parseJson(bytes: Uint8Array): ParsedJson {
  const text = utf8TextStrict(bytes)
  return text === null ? REFUSED : parseJsonText(text)
}

/** {@link parseJson} for text. Lone surrogates, raw or escaped, are accepted. */
export function parseJsonText(text: string): ParsedJson {
  try {
    return { ok: true, value: JSON.parse(text) as unknown }
  } catch {
    return REFUSED
  }
}
