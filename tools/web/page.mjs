// The page of ssb-web, bundled: what a browser is sent.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
const folder = join(root, 'packages/ssb-web/src/page')
// esbuild comes with tsup: it is pinned by the lockfile
const require = createRequire(import.meta.url)
const { build } = createRequire(require.resolve('tsup'))('esbuild')

/** What is worth compressing. */
const COMPRESSED = /\.(js|css|html|svg)$/

/**
 * Bundle the page.
 *
 * @returns {Promise<{ files: Map<string, Uint8Array>, entry: string, lazy: Map<string, string> }>} files by name;
 *   `entry`: the script that begins; `lazy`: those that come later, by the source that they begin with
 */
export async function bundlePage() {
  const built = await build({
    entryPoints: { page: join(folder, 'main.tsx'), style: join(folder, 'style.css') },
    bundle: true,
    write: false,
    splitting: true,
    metafile: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    conditions: ['@scuttlebot/source'],
    outdir: '/page',
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    absWorkingDir: root,
    logLevel: 'warning',
    legalComments: 'none',
  })
  const files = new Map(built.outputFiles.map(({ path, contents }) => [basename(path), contents]))
  const outputs = Object.entries(built.metafile.outputs).map(([path, output]) => ({
    name: basename(path),
    from: output.entryPoint ?? '',
  }))
  const nameOf = (source) => outputs.find(({ from }) => from.endsWith(source))?.name
  const entry = nameOf('page/main.tsx')
  const style = nameOf('page/style.css')
  const icon = readFileSync(join(folder, 'icon.svg'))
  const iconName = `icon-${createHash('sha256').update(icon).digest('hex').slice(0, 8)}.svg`
  files.set(iconName, icon)
  // all of them at once: a browser finds an import only when it has read the file that has it
  const link = nameOf('data/link.ts')
  const early = importsOf(built.metafile.outputs, [entry, link])
  const html = readFileSync(join(folder, 'index.html'), 'utf8')
    .replace('%LINK%', `/web/${link}`)
    .replace('%SCRIPT%', `/web/${entry}`)
    .replace(
      '%PRELOADS%',
      [...early].map((name) => `<link rel="modulepreload" href="/web/${name}">`).join('\n    '),
    )
    .replace('%STYLE%', `/web/${style}`)
    .replace('%ICON%', `/web/${iconName}`)
  files.set('index.html', Buffer.from(html))
  const lazy = new Map(
    outputs
      .filter(({ from, name }) => from !== '' && name !== entry && name !== style)
      .map(({ from, name }) => [from, name]),
  )
  return { files, entry, lazy }
}

/** What those files import before they run, and what that imports. */
function importsOf(outputs, names) {
  const found = new Set()
  const byName = new Map(Object.entries(outputs).map(([path, output]) => [basename(path), output]))
  const visit = (name) => {
    for (const { path, kind } of byName.get(name)?.imports ?? []) {
      const imported = basename(path)
      if (kind !== 'import-statement' || found.has(imported)) continue
      found.add(imported)
      visit(imported)
    }
  }
  for (const name of names) visit(name)
  return found
}

/** The same file, compressed; `null` where that is not worth it. */
export function compressed(name, bytes) {
  if (!COMPRESSED.test(name) || bytes.length < 500) return null
  return brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } })
}

/** Bytes of a file when gzipped, which every browser takes. */
export const gzipped = (bytes) => gzipSync(bytes, { level: 9 }).length
