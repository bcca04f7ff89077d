import { readdirSync } from 'node:fs'

/** The folder names of all packages, in alphabetical order. */
export const packages = readdirSync(new URL('../packages/', import.meta.url), {
  withFileTypes: true,
})
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name)
  .sort()
