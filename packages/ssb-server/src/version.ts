import { readFileSync } from 'node:fs'

interface Manifest {
  readonly version: string
}

// Found from src/ and from dist/ alike.
const manifest = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
) as Manifest

/** The version of this package. */
export const VERSION: string = manifest.version
