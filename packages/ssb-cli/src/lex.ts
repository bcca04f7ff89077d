/** One token of a command line, understood. */
export type Lexeme =
  | { readonly kind: 'word'; readonly text: string }
  /** `value` is the text after it, or true (`--x`), or false (`--no-x`). */
  | { readonly kind: 'flag'; readonly name: string; readonly value: string | boolean }

const LONG = /^--([A-Za-z_$][^\s=]*)(?:=([\s\S]*))?$/
const SHORT = /^-([A-Za-z]+)(?:=([\s\S]*))?$/

/**
 * Whether a token is a flag. `-`, negative numbers and texts such as `- a point` are not.
 */
export function isFlag(token: string): boolean {
  return LONG.test(token) || SHORT.test(token)
}

/**
 * Read one token at `at`, with its value.
 *
 * `--x y` takes `y` unless `y` is a flag itself or `isSwitch('x')`; `--x=y` always takes it;
 * `-abc d` is `-a -b -c d`.
 */
export function lexAt(
  tokens: readonly string[],
  at: number,
  isSwitch: (name: string) => boolean,
): { readonly lexemes: readonly Lexeme[]; readonly next: number } {
  const token = tokens[at] ?? ''
  const long = LONG.exec(token)
  const short = long ? null : SHORT.exec(token)
  const [, names = '', attached] = long ?? short ?? []
  if (names === '') return { lexemes: [{ kind: 'word', text: token }], next: at + 1 }

  const letters = long ? [names] : [...names]
  const switches: Lexeme[] = letters
    .slice(0, -1)
    .map((name) => ({ kind: 'flag', name, value: true }))
  const name = letters.at(-1) ?? ''
  const give = (value: string | boolean, next: number, as: string = name) => ({
    lexemes: [...switches, { kind: 'flag', name: as, value } as const],
    next,
  })
  if (attached !== undefined) return give(attached, at + 1)
  if (long && name.startsWith('no-') && name.length > 'no-'.length)
    return give(false, at + 1, name.slice('no-'.length))
  const following = tokens[at + 1]
  if (following === undefined || isFlag(following)) return give(true, at + 1)
  if (isSwitch(name) && following !== 'true' && following !== 'false') return give(true, at + 1)
  return give(following, at + 2)
}
