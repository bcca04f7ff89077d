import { PluginError } from './errors.ts'

/** One declared method of one plugin, flattened out of the trees of manifest and handlers. */
export interface DeclaredMethod {
  readonly plugin: string
  readonly path: readonly string[]
  /** The method's spec: kind, allow, help … */
  readonly spec: object
  readonly handler: unknown
}

type Tree = { readonly [name: string]: unknown }

/** Names that may not stand in a tree: they would reach into the platform's own objects. */
const RESERVED: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])

const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null
const isSpec = (value: Tree): boolean => typeof value['kind'] === 'string'

/**
 * List the methods that a plugin declares, each with its handler.
 *
 * @throws {@link PluginError} `SSB_PLUGIN_METHOD_MISMATCH` for a method without a handler or the reverse.
 */
export function methodsOf(plugin: string, manifest: object, handlers: object): DeclaredMethod[] {
  const methods: DeclaredMethod[] = []
  const mismatch = (path: readonly string[], what: string): PluginError =>
    new PluginError(
      'SSB_PLUGIN_METHOD_MISMATCH',
      `The plugin ${plugin} ${what}: ${path.join('.')}.`,
      { plugin },
    )
  const walk = (specs: Tree, functions: Tree, path: readonly string[]): void => {
    for (const name of Object.keys(functions))
      if (!Object.hasOwn(specs, name))
        throw mismatch([...path, name], 'handles a method that it does not declare')
    for (const [name, spec] of Object.entries(specs)) {
      const here = [...path, name]
      const handler = Object.hasOwn(functions, name) ? functions[name] : undefined
      if (RESERVED.has(name)) throw mismatch(here, 'declares a method with a reserved name')
      if (!isTree(spec)) throw mismatch(here, 'declares something that is not a method')
      if (isSpec(spec)) {
        if (typeof handler !== 'function')
          throw mismatch(here, 'declares a method without a handler')
        methods.push({ plugin, path: here, spec, handler })
      } else walk(spec, isTree(handler) ? handler : {}, here)
    }
  }
  walk(manifest as Tree, handlers as Tree, [])
  return methods
}

/** The merged trees of all methods: what is declared, and what serves it. */
export interface MergedTrees {
  readonly manifest: Tree
  readonly handlers: Tree
}

/**
 * Merge methods into one tree from the root of the manifest.
 *
 * @throws {@link PluginError} `SSB_PLUGIN_DUPLICATE_METHOD` when two plugins claim one path.
 */
export function merge(methods: readonly DeclaredMethod[]): MergedTrees {
  type Node = { [name: string]: unknown }
  const manifest: Node = {}
  const handlers: Node = {}
  const owners = new Map<string, string>()
  const claim = (path: string, plugin: string, leaf: boolean): void => {
    const other = owners.get(path)
    if (other !== undefined && (leaf || !other.startsWith('group ')))
      throw new PluginError(
        'SSB_PLUGIN_DUPLICATE_METHOD',
        `The plugins ${other.replace('group ', '')} and ${plugin} both declare ${path}.`,
        { plugin },
      )
    owners.set(path, leaf ? plugin : `group ${plugin}`)
  }
  const child = (node: Node, name: string): Node => {
    if (!Object.hasOwn(node, name)) node[name] = {}
    return node[name] as Node
  }
  for (const { plugin, path, spec, handler } of methods) {
    let specs = manifest
    let functions = handlers
    for (const [depth, name] of path.entries()) {
      const leaf = depth === path.length - 1
      claim(path.slice(0, depth + 1).join('.'), plugin, leaf)
      if (leaf) {
        specs[name] = spec
        functions[name] = handler
      } else {
        specs = child(specs, name)
        functions = child(functions, name)
      }
    }
  }
  return { manifest, handlers }
}
