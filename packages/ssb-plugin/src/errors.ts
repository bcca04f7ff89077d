/** Why a host could not be assembled, started, driven or stopped. */
export type PluginErrorCode =
  /** Two plugins have the same name. */
  | 'SSB_PLUGIN_DUPLICATE_NAME'
  /** Two plugins declare the same method. */
  | 'SSB_PLUGIN_DUPLICATE_METHOD'
  /** A plugin needs another that is not in the list. */
  | 'SSB_PLUGIN_MISSING_NEED'
  /** Plugins need each other in a circle. */
  | 'SSB_PLUGIN_CYCLE'
  /** A declared method has no handler, or a handler has no declaration. */
  | 'SSB_PLUGIN_METHOD_MISMATCH'
  /** A plugin that others need could not start; `cause` is its own error. */
  | 'SSB_PLUGIN_START_FAILED'
  /** A plugin did not start or stop within its time. */
  | 'SSB_PLUGIN_TIMEOUT'
  /** The host was started twice, or used after it was stopped. */
  | 'SSB_PLUGIN_STATE'

/** An error with a stable machine-readable `code`; the message is for people and may change. */
export class PluginError extends Error {
  override readonly name: string = 'PluginError'
  readonly code: PluginErrorCode
  /** The plugin at fault, when there is one. */
  readonly plugin: string | null

  constructor(
    code: PluginErrorCode,
    message: string,
    options?: ErrorOptions & { readonly plugin?: string },
  ) {
    super(message, options)
    this.code = code
    this.plugin = options?.plugin ?? null
  }
}
