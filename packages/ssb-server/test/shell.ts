// Shell text of documentation and examples, cut into the command lines of sbot in it.

/** Words of one simple command; quotes are taken away, variables and placeholders stay as they are. */
function wordsOf(command: string): string[] {
  return [...command.matchAll(/(?:[^\s'"]|'[^']*'|"[^"]*")+/g)].map(([word]) =>
    word.replace(
      /'([^']*)'|"([^"]*)"/g,
      (_, single?: string, double?: string) => single ?? double ?? '',
    ),
  )
}

/** What stands before the arguments of sbot: `sbot`, in a clone, or the short names of a guide. */
const PROGRAMS = [
  /^sbot$/,
  /^ann$/,
  /^bob$/,
  /^npm run -s sbot --$/,
  /^npm start --$/,
  /^npm start$/,
  /^docker exec ssb sbot$/,
  /^sudo -u ssb env \S+ sbot$/,
]

/** Cut at pipes, `;`, `&&`, and take commands out of `$(…)`. */
function commandsOf(line: string): string[] {
  const inner = [...line.matchAll(/[$<]\(([^()]*)\)/g)].map(([, body = '']) => body)
  const outer = line.replaceAll(/[$<]\([^()]*\)/g, 'VALUE')
  return [...inner, outer].flatMap((text) =>
    text.split(/\|\||&&|[|;](?=(?:[^'"]|'[^']*'|"[^"]*")*$)/).map((part) => part.trim()),
  )
}

/**
 * The arguments of each `sbot` in a piece of shell, one command a line; comments, redirections and variables set for
 * a command are left out.
 */
export function sbotLines(shell: string): string[][] {
  const lines = shell.replaceAll('\\\n', ' ').split('\n')
  return lines
    .map((line) => line.replace(/(?:^|\s)#.*$/, '').trim())
    .filter((line) => !/^\w+\(\) ?\{/.test(line))
    .flatMap(commandsOf)
    .flatMap((command) => {
      const plain = command.replace(/\s\d?>>?\s*\S+|\s<\s*\S+|\s&$/g, '')
      const words = wordsOf(plain)
      const first = words.findIndex((word) => !/^\w+=\S*$/.test(word))
      const own = words.slice(Math.max(first, 0))
      for (let length = 1; length <= 6; length++) {
        const program = own.slice(0, length).join(' ')
        // `npm start -- X` is `sbot start X`
        if (!PROGRAMS.some((p) => p.test(program))) continue
        const isLonger = PROGRAMS.some((p) => p.test(own.slice(0, length + 1).join(' ')))
        if (isLonger) continue
        const rest = own.slice(length)
        return [program.startsWith('npm start') ? ['start', ...rest] : rest]
      }
      return []
    })
}
