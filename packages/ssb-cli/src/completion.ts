import type { PlainManifest } from '@scuttlebot/ssb-muxrpc'
import { usage } from './errors.ts'
import { helpOf, LOCAL, LOCAL_NAMES } from './help.ts'
import { ALIASES, findMethod, methodsOf } from './method.ts'

const SCRIPTS: Readonly<Record<string, string>> = {
  bash: `_sbot() {
  local method= i
  for ((i = 1; i < COMP_CWORD; i++)); do
    case \${COMP_WORDS[i]} in
      -*) ;;
      *) method=\${COMP_WORDS[i]}; break ;;
    esac
  done
  COMPREPLY=($(compgen -W "$(sbot completion words "$method" 2>/dev/null)" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _sbot sbot
`,
  zsh: `_sbot() {
  local -a found
  local method=
  (( CURRENT > 2 )) && method=\${words[2]}
  found=(\${(f)"$(sbot completion words "$method" 2>/dev/null)"})
  compadd -a found
}
compdef _sbot sbot
`,
  fish: `complete -c sbot -f -a '(sbot completion words (commandline -opc)[2] 2>/dev/null)'
`,
}

/** What `sbot completion` was asked for. */
export type Completion =
  | { readonly kind: 'script'; readonly text: string }
  /** The words that may follow: methods, or options of `method`. */
  | { readonly kind: 'words'; readonly method: string | null }

/** Read the arguments of `completion`. @throws {@link CliError} */
export function completionOf(rest: readonly string[]): Completion {
  const [what = '', method] = rest
  if (what === 'words') return { kind: 'words', method: method || null }
  const text = Object.hasOwn(SCRIPTS, what) ? SCRIPTS[what] : undefined
  if (text === undefined || rest.length > 1)
    throw usage(`completion needs the name of a shell: ${Object.keys(SCRIPTS).join(', ')}.`)
  return { kind: 'script', text }
}

/** Shells expand the words they are given, and a manifest comes from elsewhere: `$(…)` must not get through. */
const isPlain = (word: string): boolean => /^[\w.-]+$/.test(word)

const linesOf = (words: readonly string[]): string =>
  words
    .filter(isPlain)
    .map((word) => `${word}\n`)
    .join('')

/** The words that may stand next, one on each line. `manifest` is null when no server answers. */
export function wordsOf(
  method: string | null,
  manifest: PlainManifest | null,
  help: unknown,
): string {
  const names = manifest === null ? [] : methodsOf(manifest).map(({ name }) => name)
  if (method === null) return linesOf([...LOCAL_NAMES, ...names, ...Object.keys(ALIASES)])
  const local = LOCAL.find(({ name }) => name === method)
  const found = manifest === null ? null : findMethod(manifest, method)
  const options = local
    ? (local.options ?? []).map(([option]) => option.split(' ', 1)[0] ?? '')
    : Object.keys(found === null ? {} : (helpOf(help, found.name)?.args ?? {})).map(
        (name) => `--${name}`,
      )
  return linesOf([...options, '--help'])
}
