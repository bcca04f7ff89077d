/** A text that is to be found, by its place in the log. */
export interface Entry {
  readonly position: number
  readonly text: string
}

/** Up to where the log is in an engine, and which message is there. */
export interface Mark {
  /** −1: nothing. */
  readonly position: number
  readonly id: string | null
}

/** Finds texts by their words. Calls may throw what the library behind it throws. */
export interface Engine {
  mark(): Mark
  /** Add texts and move the mark, both or none. */
  write(entries: readonly Entry[], mark: Mark): void
  /** Positions of texts that have, for each of `words`, a word that begins with it; newest first. */
  find(words: readonly string[], limit: number): readonly number[]
  remove(positions: readonly number[]): void
  /** Forget everything. */
  clear(): void
  close(): void
}

/** Characters of a word of a question that count: shorter ones say too little. From ssb-search. */
const LETTERS_MIN = 3
/** Words of a question that are looked at. Our choice. */
const WORDS_MAX = 32

const isPlain = (word: string): boolean => /^\w+$/.test(word)

/**
 * The words of a question that count, in lower case: those of three letters or more. Shorter ones count where a letter
 * says more than one of ours does, as in Chinese.
 */
export function wordsOf(question: string): readonly string[] {
  const words = question.toLowerCase().match(/[\p{L}\p{M}\p{N}]+/gu) ?? []
  const long = words.filter((word) => word.length >= LETTERS_MIN || !isPlain(word))
  return [...new Set(long)].slice(0, WORDS_MAX)
}

/** The text of content that is searched. */
export function textOf(content: unknown): string | null {
  if (typeof content !== 'object' || content === null || !Object.hasOwn(content, 'text'))
    return null
  const { text } = content as { readonly text?: unknown }
  return typeof text === 'string' && text !== '' ? text : null
}
