import { type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser'
import type { Problem } from './errors.ts'
import { isKey, keys } from './schema.ts'

/** A value as it was found, not checked yet. */
export interface Found {
  readonly key: string
  readonly value: unknown
  /** Where: `name:line:column`. */
  readonly place: string
}

/** Text of a configuration file and the name to show for it. */
export interface ConfigFile {
  readonly name: string
  readonly text: string
}

/** Nesting deeper than this is refused: no setting needs it, and the walk is recursive. */
const DEPTH_MAX = 64

const JSON_WORDS: Readonly<Record<string, string>> = {
  InvalidSymbol: 'here is a word that JSON does not know (texts need double quotes)',
  InvalidNumberFormat: 'here is a number that JSON does not know',
  PropertyNameExpected: 'a name in double quotes should be here',
  ValueExpected: 'a value is missing here',
  ColonExpected: 'a colon is missing here',
  CommaExpected: 'a comma is missing here',
  CloseBraceExpected: 'a closing brace is missing here',
  CloseBracketExpected: 'a closing bracket is missing here',
  EndOfFileExpected: 'there is more after the end of the object',
  InvalidCommentToken: 'here is a broken comment',
  UnexpectedEndOfComment: 'a comment does not end',
  UnexpectedEndOfString: 'a text does not end',
  UnexpectedEndOfNumber: 'a number does not end',
  InvalidUnicode: 'here is a broken \\u escape',
  InvalidEscapeCharacter: 'here is a broken escape',
  InvalidCharacter: 'a text holds a control character',
}

function positionOf(text: string, offset: number): string {
  const before = text.slice(0, offset)
  const line = before.split('\n').length
  return `${line}:${offset - before.lastIndexOf('\n')}`
}

/** Read a node without prototypes in the way. */
function plainOf(node: Node): unknown {
  if (node.type === 'array') return (node.children ?? []).map(plainOf)
  if (node.type !== 'object') return node.value
  const entries = (node.children ?? []).flatMap((property) => {
    const [name, value] = property.children ?? []
    return name && value ? [[String(name.value), plainOf(value)] as const] : []
  })
  return Object.fromEntries(entries)
}

const depthOf = (node: Node): number => {
  let deepest = 0
  const stack: [Node, number][] = [[node, 1]]
  for (let top = stack.pop(); top; top = stack.pop()) {
    deepest = Math.max(deepest, top[1])
    for (const child of top[0].children ?? []) stack.push([child, top[1] + 1])
  }
  return deepest
}

/** The settings in a file (JSON; comments and trailing commas are fine), each with its place. Never throws. */
export function readFileText(file: ConfigFile): { found: Found[]; problems: Problem[] } {
  const text = file.text.startsWith('\uFEFF') ? file.text.slice(1) : file.text
  const wrong = (offset: number, reason: string): Problem => ({
    code: 'SSB_CONFIG_SYNTAX',
    key: '',
    place: `${file.name}:${positionOf(text, offset)}`,
    reason,
  })
  if (text.trim() === '') return { found: [], problems: [] }
  const errors: ParseError[] = []
  let root: Node | undefined
  try {
    root = parseTree(text, errors, { allowTrailingComma: true })
  } catch {
    return { found: [], problems: [wrong(0, 'is nested too deeply')] }
  }
  const [error] = errors
  if (error !== undefined) {
    const name = printParseErrorCode(error.error)
    return { found: [], problems: [wrong(error.offset, JSON_WORDS[name] ?? name)] }
  }
  if (root?.type !== 'object')
    return { found: [], problems: [wrong(root?.offset ?? 0, 'a configuration is one JSON object')] }
  if (depthOf(root) > DEPTH_MAX) return { found: [], problems: [wrong(0, 'is nested too deeply')] }

  const found: Found[] = []
  const walk = (node: Node, path: readonly string[]): void => {
    for (const property of node.children ?? []) {
      const [name, value] = property.children ?? []
      if (!name || !value) continue
      const inner = [...path, String(name.value)]
      const key = inner.join('.')
      const isGroup = !isKey(key) && keys.some((known) => known.startsWith(`${key}.`))
      if (isGroup && value.type === 'object') walk(value, inner)
      else
        found.push({
          key,
          value: plainOf(value),
          place: `${file.name}:${positionOf(text, name.offset)}`,
        })
    }
  }
  walk(root, [])
  return { found, problems: [] }
}
