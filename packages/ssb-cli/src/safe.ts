/** What makes a terminal do something, or turns the direction of writing, and JSON leaves as it is. */
const UNSAFE = /[\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g

/**
 * JSON whose text cannot steer a terminal: the same value, with more escapes. Messages are written by strangers.
 */
export function safeJson(json: string): string {
  return json.replace(
    UNSAFE,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** A sentence of somebody else as one harmless line. */
export function safeLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is removed
  return text.replace(/[\u0000-\u001f]+/g, ' ').replace(UNSAFE, '')
}
