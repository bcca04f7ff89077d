import type { Face, MethodKind } from '@scuttlebot/ssb-muxrpc'
import { PluginError } from './errors.ts'

/** The kind of the method at `path`, or `null`. Own properties only. */
function kindAt(manifest: object, path: readonly string[]): MethodKind | null {
  let node: unknown = manifest
  for (const name of path) {
    if (typeof node !== 'object' || node === null || !Object.hasOwn(node, name)) return null
    node = (node as Readonly<Record<string, unknown>>)[name]
  }
  if (typeof node !== 'object' || node === null || !('kind' in node)) return null
  return typeof node.kind === 'string' ? (node.kind as MethodKind) : null
}

/**
 * Call a method of a face without a network. The input of a sink or duplex is empty.
 *
 * @throws {@link PluginError} `SSB_PLUGIN_STATE` with the wire's own text when the face refuses.
 */
export async function callFace(
  face: Face,
  manifest: object,
  path: readonly string[],
  args: readonly unknown[],
): Promise<unknown> {
  const kind = kindAt(manifest, path) ?? 'async'
  const type = kind === 'sync' ? 'async' : kind
  const found = face.find(path, type)
  if (!found.ok) throw new PluginError('SSB_PLUGIN_STATE', found.message)
  const { signal } = new AbortController()
  const call = { ...face.call, signal }
  const input = kind === 'sink' || kind === 'duplex' ? { ...empty } : null
  return await found.invoke(call, args, input)
}

const empty = {
  async *[Symbol.asyncIterator](): AsyncGenerator<never> {},
  async *batches(): AsyncGenerator<never> {},
}
