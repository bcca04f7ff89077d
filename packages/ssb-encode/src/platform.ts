/** The part of Node's `Buffer` that is faster than portable code for long inputs. */
interface FastBytes {
  from(memory: ArrayBufferLike, offset: number, length: number): FastView
}
interface FastView {
  toString(encoding: 'base64'): string
  write(text: string, encoding: 'base64' | 'latin1'): number
}

/**
 * Node's `Buffer`, or undefined where there is none (browsers).
 *
 * Every use has a portable twin; `test/bytes.property.test.ts` and `test/without-buffer.test.ts` hold the two equal.
 */
export const fast: FastBytes | undefined = (globalThis as { readonly Buffer?: FastBytes }).Buffer
