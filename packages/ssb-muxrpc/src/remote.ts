// A peer's methods as functions, made of its manifest.
import type { Mux } from './mux-types.ts'

/** A manifest comes from the peer: bounds on its depth and on its entries altogether. */
const DEPTH_MAX = 8
const ENTRIES_MAX = 10_000

type Input = AsyncIterable<unknown>

/** Functions in a tree without prototypes. Unknown kinds, and what is beyond the bounds, is left out. */
export function remoteOf(mux: Mux, manifest: object): object {
  let entries = 0
  const group = (tree: object, path: readonly string[]): object => {
    const made: { [name: string]: unknown } = Object.create(null)
    for (const [name, value] of Object.entries(tree)) {
      // A `then` would make the tree a promise to whoever awaits it.
      if (name === 'then' || entries++ >= ENTRIES_MAX) continue
      const at = [...path, name]
      if (typeof value !== 'object') {
        const method = methodOf(mux, at, value)
        if (method !== null) made[name] = method
      } else if (value !== null && at.length < DEPTH_MAX) made[name] = group(value, at)
    }
    return made
  }
  return group(manifest, [])
}

function methodOf(mux: Mux, path: readonly string[], kind: unknown): unknown {
  switch (kind) {
    case 'sync':
    case 'async':
      return (...args: unknown[]) => mux.call(path, args)
    case 'source':
      return (...args: unknown[]) => mux.source(path, args)
    case 'sink':
      return (input: Input, ...args: unknown[]) => mux.sink(path, args, input)
    case 'duplex':
      return (input: Input, ...args: unknown[]) => mux.duplex(path, args, input)
    default:
      return null
  }
}
