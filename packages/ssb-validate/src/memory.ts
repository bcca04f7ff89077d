/** The part of Node's `Buffer` that writes text into given memory; `TextEncoder` elsewhere. */
interface FastBytes {
  from(memory: ArrayBufferLike, offset: number, length: number): FastView
  compare(a: Uint8Array, b: Uint8Array): number
}
interface FastView {
  utf8Write?(text: string, offset: number): number
  latin1Write?(text: string, offset: number): number
}
const fast: FastBytes | undefined = (globalThis as { readonly Buffer?: FastBytes }).Buffer

/** Bytes with ways to write text among them. There must be room for the text. */
export interface Memory {
  readonly bytes: Uint8Array
  /** Write UTF-8. Returns how many bytes that took. */
  utf8(text: string, at: number): number
  /** Write the low byte of each UTF-16 unit. */
  low(text: string, at: number): void
}

/** {@link memoryOf} without `Buffer`. */
export function portableMemory(bytes: Uint8Array): Memory {
  const encoder = new TextEncoder()
  return {
    bytes,
    utf8: (text, at) => encoder.encodeInto(text, bytes.subarray(at)).written,
    low(text, at) {
      for (let i = 0; i < text.length; i++) bytes[at + i] = text.charCodeAt(i)
    },
  }
}

/** Make memory of so many bytes. */
export function memoryOf(length: number): Memory {
  const bytes = new Uint8Array(length)
  const view = fast?.from(bytes.buffer, 0, length)
  if (view?.utf8Write === undefined || view.latin1Write === undefined) return portableMemory(bytes)
  const { utf8Write, latin1Write } = view
  return {
    bytes,
    utf8: (text, at) => utf8Write.call(view, text, at),
    low: (text, at) => void latin1Write.call(view, text, at),
  }
}

/** Whether two arrays hold the same bytes. Not in constant time. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a === b) return true
  if (a.length !== b.length) return false
  if (fast !== undefined) return fast.compare(a, b) === 0
  return a.every((byte, i) => byte === b[i])
}
