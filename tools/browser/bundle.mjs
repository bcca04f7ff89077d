// Bundles for the browser: each package alone as a stranger would bundle it, and the page that runs their tests.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { entryFile, root } from '../lib/packages.mjs'

const require = createRequire(import.meta.url)
const here = dirname(fileURLToPath(import.meta.url))
// esbuild comes with tsup, and `expect` with vitest: both are pinned by the lockfile.
const { build } = createRequire(require.resolve('tsup'))('esbuild')
const vitest = createRequire(require.resolve('vitest/package.json'))

/** What tests and vector cases may use of Node, and what stands for it in the page. */
const STANDS_FOR = {
  vitest: 'vitest.mjs',
  'node:fs': 'node.mjs',
  'node:os': 'node.mjs',
  'node:path': 'node.mjs',
  'node:url': 'node.mjs',
  'node:util': 'node.mjs',
  'node:crypto': 'sha2.mjs',
}

/** What esbuild could not find for a browser, and what it warned of: Node's modules are not there. */
const complaints = ({ errors = [], warnings = [] }) =>
  [...errors, ...warnings].map(({ text, location }) =>
    location ? `${location.file}:${location.line}: ${text}` : text,
  )

/**
 * Bundle a package's main entry for a browser, minified.
 *
 * @param {string} name
 * @returns {Promise<{ problems: string[], bytes: number, gzipped: number }>}
 */
export async function bundlePackage(name) {
  const built = await build({
    stdin: {
      contents: `export * from ${JSON.stringify(entryFile(name))}`,
      resolveDir: join(root, 'packages', name),
    },
    bundle: true,
    write: false,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    logLevel: 'silent',
  }).catch((error) => error)
  const problems = complaints(built)
  const [output] = built.outputFiles ?? []
  if (!output) return { problems, bytes: 0, gzipped: 0 }
  const left = output.text.match(/(?:from|import\(|require\()\s*["']node:[a-z/]+/g) ?? []
  problems.push(...left.map((found) => `the bundle holds ${found}`))
  return { problems, bytes: output.contents.length, gzipped: gzipSync(output.contents).length }
}

/** Our tests and vector cases are written for Node: they, and they alone, get stand-ins for what they use of it. */
const isOurs = (file) => /\/packages\/[^/]+\/test\/|\/tools\/vectors\//.test(file)

const forPage = (plan, packages) => ({
  name: 'page',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^browser:plan$/ }, ({ path }) => ({ path, namespace: 'plan' }))
    onLoad({ filter: /.*/, namespace: 'plan' }, () => ({ contents: plan, resolveDir: here }))
    onResolve({ filter: /^browser:expect$/ }, () => ({ path: vitest.resolve('@vitest/expect') }))
    onResolve({ filter: /^(vitest|node:.+)$/ }, ({ path, importer }) =>
      isOurs(importer) && STANDS_FOR[path] ? { path: join(here, 'page', STANDS_FOR[path]) } : null,
    )
    onResolve({ filter: /\/backends\.ts$/ }, ({ importer }) =>
      isOurs(importer) ? { path: join(here, 'page/native.mjs') } : null,
    )
    // `load('ssb-…')` of the vector cases: the built packages, which are in the bundle already.
    onResolve({ filter: /\/lib\/packages\.mjs$/ }, ({ path }) => ({ path, namespace: 'load' }))
    onLoad({ filter: /.*/, namespace: 'load' }, () => ({
      contents: packages
        .map((name, n) => `import * as p${n} from ${JSON.stringify(entryFile(name))}`)
        .concat(`const all = { ${packages.map((name, n) => `'${name}': p${n}`).join(', ')} }`)
        .concat('export const load = async (name) => all[name]')
        .join('\n'),
      resolveDir: here,
    }))
    onLoad({ filter: /\.(ts|mjs)$/ }, ({ path }) => {
      if (!isOurs(path)) return null
      const url = JSON.stringify(`file:///${relative(root, path)}`)
      const text = readFileSync(path, 'utf8').replaceAll('import.meta.url', url)
      const shim = JSON.stringify(join(here, 'page/buffer.mjs'))
      const buffer = /\bBuffer\b/.test(text) ? `import { Buffer } from ${shim}\n` : ''
      return { contents: buffer + text, loader: path.endsWith('.ts') ? 'ts' : 'js' }
    })
  },
})

/**
 * What a test file needs of Node, or of the packages' Node-only files; empty when it can run in a page.
 *
 * @param {string} file
 * @returns {Promise<string[]>}
 */
export const needsOfNode = async (file) =>
  complaints(
    await build(pageOptions(`import(${JSON.stringify(file)})`, '', [])).catch((error) => error),
  )

function pageOptions(contents, plan, packages) {
  return {
    stdin: { contents, resolveDir: here },
    bundle: true,
    write: false,
    splitting: true,
    outdir: join(root, 'page'),
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    conditions: ['@scuttlebot/source'],
    logLevel: 'silent',
    sourcemap: 'inline',
    // The packages say that they have no side effects; their tests have.
    ignoreAnnotations: true,
    plugins: [forPage(plan, packages)],
  }
}

/**
 * Bundle the page.
 *
 * @param {string} plan source of the module `browser:plan`
 * @param {readonly string[]} packages
 * @returns {Promise<{ problems: string[], files: Map<string, string> }>} files by URL path
 */
export async function bundlePage(plan, packages) {
  const built = await build(pageOptions(`import './page/run.mjs'`, plan, packages)).catch(
    (error) => error,
  )
  const files = (built.outputFiles ?? []).map(({ path, text }) => [
    `/${relative(join(root, 'page'), path)}`,
    text,
  ])
  return { problems: complaints(built), files: new Map(files) }
}
