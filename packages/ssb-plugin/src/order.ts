import { PluginError } from './errors.ts'
import type { AnyPlugin } from './plugin.ts'

/**
 * Order the plugins so that each comes after what it needs.
 *
 * @throws {@link PluginError} `SSB_PLUGIN_DUPLICATE_NAME`, `SSB_PLUGIN_MISSING_NEED`, `SSB_PLUGIN_CYCLE`.
 */
export function order(plugins: readonly AnyPlugin[]): readonly AnyPlugin[] {
  const byName = new Map<string, AnyPlugin>()
  for (const plugin of plugins) {
    if (byName.has(plugin.name))
      throw new PluginError('SSB_PLUGIN_DUPLICATE_NAME', `Two plugins are named ${plugin.name}.`, {
        plugin: plugin.name,
      })
    byName.set(plugin.name, plugin)
  }
  const sorted: AnyPlugin[] = []
  const state = new Map<string, 'open' | 'done'>()
  const visit = (plugin: AnyPlugin, path: readonly string[]): void => {
    if (state.get(plugin.name) === 'done') return
    if (state.get(plugin.name) === 'open') {
      const circle = [...path.slice(path.indexOf(plugin.name)), plugin.name]
      throw new PluginError('SSB_PLUGIN_CYCLE', `${circle.join(' needs ')}.`, {
        plugin: plugin.name,
      })
    }
    state.set(plugin.name, 'open')
    for (const [need, strength] of Object.entries(plugin.needs)) {
      const found = byName.get(need)
      if (found) visit(found, [...path, plugin.name])
      else if (strength === 'required')
        throw new PluginError(
          'SSB_PLUGIN_MISSING_NEED',
          `The plugin ${plugin.name} needs ${need}, which is not in the list of plugins.`,
          { plugin: plugin.name },
        )
    }
    state.set(plugin.name, 'done')
    sorted.push(plugin)
  }
  for (const plugin of plugins) visit(plugin, [])
  return sorted
}

/** Names of the plugins that cannot do without `name`, directly or through others. */
export function dependants(plugins: readonly AnyPlugin[], name: string): readonly string[] {
  const found = new Set<string>()
  const visit = (need: string): void => {
    for (const plugin of plugins)
      if (plugin.needs[need] === 'required' && !found.has(plugin.name)) {
        found.add(plugin.name)
        visit(plugin.name)
      }
  }
  visit(name)
  return [...found]
}
