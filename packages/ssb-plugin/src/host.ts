import { createFace, type Face, plainManifest } from '@scuttlebot/ssb-muxrpc'
import type { FeedId } from '@scuttlebot/ssb-ref'
import { callFace } from './call.ts'
import { type CoreRpc, coreHandlers, coreManifest } from './core.ts'
import { silentLog, systemClock, systemRandom } from './defaults.ts'
import { PluginError } from './errors.ts'
import { decision, event, filter, type Hooks } from './hooks.ts'
import { START_MS_MAX, STOP_MS_MAX } from './limits.ts'
import { createMetrics, type Metric, type MetricsBook } from './metrics.ts'
import { dependants, order } from './order.ts'
import type {
  AnyPlugin,
  Apis,
  Caller,
  CheckNeeds,
  Clock,
  Context,
  Instance,
  Log,
  Rpc,
} from './plugin.ts'
import { createPolicy, type Policy } from './policy.ts'
import { type DeclaredMethod, type MergedTrees, merge, methodsOf } from './tree.ts'

/** A set of plugins, wired, that starts and stops as one. */
export interface Host<P extends readonly AnyPlugin[]> {
  readonly id: FeedId
  /** What each plugin offers inside the process, by plugin name. */
  readonly plugins: Apis<P>
  readonly hooks: Hooks
  readonly policy: Policy
  /** Nested `{ name: kind }`, as served on the wire. */
  manifest(): Readonly<Record<string, unknown>>
  /** The figures of all plugins, with their bounds. */
  metrics(): readonly Metric[]
  /** What `caller` may call, for a network of your own. */
  face(caller: Caller): Face
  /**
   * Call a method without a network, through permissions and handlers, as `caller`.
   * Resolves to the result of an async method, or to the AsyncIterable of a source or duplex.
   */
  call(caller: Caller, path: readonly string[], ...args: readonly unknown[]): Promise<unknown>
  /**
   * Start every plugin, needs first.
   *
   * @throws {@link PluginError} `SSB_PLUGIN_START_FAILED` or `SSB_PLUGIN_TIMEOUT` for a plugin that
   * others need; what had started is stopped again. One that nobody needs is left out and named in `status`.
   */
  start(): Promise<void>
  /** Stop every started plugin, dependants first, within the deadline. Safe to call twice. */
  stop(): Promise<void>
  /** Start order with the milliseconds that each took, and the plugins that could not start. */
  report(): HostReport
  /** For inference only; never set. */
  readonly '~rpc'?: CoreRpc & Rpc<P>
}

/** How the start went. */
export interface HostReport {
  readonly started: readonly { readonly plugin: string; readonly ms: number }[]
  readonly failed: Readonly<Record<string, string>>
}

/** The own identity: its id, and the capability to sign with it. */
export interface HostKeys {
  readonly id: FeedId
  /** Ed25519 signature, 64 bytes. */
  sign(bytes: Uint8Array): Uint8Array
}

/** Options of {@link createHost}. */
export interface HostOptions<P extends readonly AnyPlugin[]> {
  readonly plugins: P
  readonly keys: HostKeys
  readonly clock?: Clock
  readonly random?: (bytes: number) => Uint8Array
  /** A log for the plugin of that name. Default: silent. */
  readonly log?: (plugin: string) => Log
  /** The data folder; `null`, the default: everything stays in memory. */
  readonly folder?: string | null
  /** What `version` answers. */
  readonly version?: string
  /** Milliseconds for the start of one plugin. */
  readonly startMsMax?: number
  /** Milliseconds for the stop of all. */
  readonly stopMsMax?: number
}

/**
 * Wire `plugins` together. Nothing is opened until `start`.
 *
 * @throws {@link PluginError} when a need is missing, plugins need each other in a circle, a name or a
 * method stands twice, or a declared method has no handler.
 */
export function createHost<const P extends readonly AnyPlugin[]>(
  options: HostOptions<P> & { readonly plugins: CheckNeeds<P> },
): Host<P> {
  const host = new HostState(options)
  return {
    id: options.keys.id,
    plugins: host.apis as Apis<P>,
    hooks: host.hooks,
    policy: host.policy,
    manifest: () => host.manifest(),
    metrics: () => host.metrics.read(),
    face: (caller) => host.face(caller),
    call: (caller, path, ...args) => callFace(host.face(caller), host.trees.manifest, path, args),
    start: () => host.start(),
    stop: () => host.stop(),
    report: () => ({ started: [...host.startTimes], failed: { ...host.failed } }),
  }
}

interface Running {
  readonly plugin: AnyPlugin
  readonly instance: Instance<object, object>
  readonly methods: readonly DeclaredMethod[]
}

/** What a host keeps: wired once, then created → starting → started → stopped. */
class HostState {
  readonly apis: Record<string, object> = {}
  readonly hooks: Hooks
  readonly policy: Policy
  readonly metrics: MetricsBook = createMetrics()
  readonly startTimes: { readonly plugin: string; readonly ms: number }[] = []
  readonly failed: Record<string, string> = {}
  trees: MergedTrees
  /** What `manifest` answers, once somebody has asked; strangers may ask as often as they like. */
  #plain: Readonly<Record<string, unknown>> | null = null
  readonly #options: HostOptions<readonly AnyPlugin[]>
  readonly #clock: Clock
  readonly #log: (plugin: string) => Log
  readonly #abort = new AbortController()
  readonly #running: Running[] = []
  readonly #core: readonly DeclaredMethod[]
  readonly #started: Running[] = []
  #state: 'created' | 'starting' | 'started' | 'stopped' = 'created'
  #stopping: Promise<void> | null = null

  constructor(options: HostOptions<readonly AnyPlugin[]>) {
    this.#options = options
    this.#clock = options.clock ?? systemClock
    this.#log = options.log ?? (() => silentLog)
    const hostLog = this.#log('host')
    const onError = (error: unknown): void =>
      hostLog.error('a listener threw', { error: sentence(error) })
    this.hooks = {
      peerConnected: event(onError),
      peerDisconnected: event(onError),
      peerMisbehaved: event(onError),
      authorize: decision(),
      status: filter(),
      progress: filter(),
    }
    this.policy = createPolicy(onError)
    const handlers = coreHandlers({
      id: options.keys.id,
      version: options.version ?? '0.0.0',
      hooks: this.hooks,
      manifest: () => this.manifest(),
      metrics: () => this.metrics.read(),
      help: () => this.#help(),
      failed: () => this.failed,
    })
    this.#core = methodsOf('core', coreManifest, handlers)
    for (const plugin of order(options.plugins)) this.#setUp(plugin)
    this.trees = this.#merge()
  }

  manifest(): Readonly<Record<string, unknown>> {
    this.#plain ??= plainManifest(this.trees.manifest) as Readonly<Record<string, unknown>>
    return this.#plain
  }

  face(caller: Caller): Face {
    return createFace({ ...this.trees, peer: caller.peer, roles: caller.rights })
  }

  async start(): Promise<void> {
    if (this.#state !== 'created')
      throw new PluginError('SSB_PLUGIN_STATE', `A host starts once; this one is ${this.#state}.`)
    this.#state = 'starting'
    for (const running of this.#running) {
      const { name } = running.plugin
      if (Object.hasOwn(this.failed, name)) continue
      const before = this.#clock.now()
      try {
        const ms = this.#options.startMsMax ?? START_MS_MAX
        await this.#within(running.instance.start?.(), ms, name, 'start')
      } catch (error) {
        await this.#startFailed(running, error)
        continue
      }
      // `stop` may have been called while this one was starting.
      if (this.#abort.signal.aborted) {
        await this.#putAway(running)
        throw new PluginError('SSB_PLUGIN_STATE', 'The host was stopped while it was starting.')
      }
      this.#started.push(running)
      this.startTimes.push({ plugin: name, ms: this.#clock.now() - before })
    }
    this.#state = 'started'
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stopAll()
    return this.#stopping
  }

  #setUp(plugin: AnyPlugin): void {
    const needs: Record<string, object | undefined> = {}
    for (const need of Object.keys(plugin.needs)) needs[need] = this.apis[need]
    const context: Context<unknown> = {
      needs,
      hooks: this.hooks,
      policy: this.policy,
      id: this.#options.keys.id,
      sign: (bytes) => this.#options.keys.sign(bytes),
      random: this.#options.random ?? systemRandom,
      clock: this.#clock,
      log: this.#log(plugin.name),
      metrics: this.metrics,
      signal: this.#abort.signal,
      folder: this.#options.folder ?? null,
      rpc: { manifest: () => this.manifest(), face: (caller) => this.face(caller) },
    }
    const instance: Instance<object, object> = plugin.setup(context)
    this.apis[plugin.name] = instance.api
    const methods = methodsOf(plugin.name, plugin.manifest, instance.handlers)
    this.#running.push({ plugin, instance, methods })
  }

  /** The trees of everything that has not failed. */
  #merge(): MergedTrees {
    const alive = this.#running.filter(({ plugin }) => !Object.hasOwn(this.failed, plugin.name))
    return merge([...this.#core, ...alive.flatMap(({ methods }) => methods)])
  }

  #help(): Readonly<Record<string, unknown>> {
    const help: Record<string, unknown> = {}
    const alive = this.#running.filter(({ plugin }) => !Object.hasOwn(this.failed, plugin.name))
    for (const method of [...this.#core, ...alive.flatMap(({ methods }) => methods)])
      if ('help' in method.spec) help[method.path.join('.')] = method.spec.help
    return help
  }

  async #startFailed(running: Running, error: unknown): Promise<void> {
    const { name } = running.plugin
    const needing = dependants(this.#options.plugins, name)
    this.failed[name] = sentence(error)
    if (needing.length === 0) {
      this.#log('host').warn(`the plugin ${name} could not start and is left out`, {
        reason: sentence(error),
      })
      this.trees = this.#merge()
      this.#plain = null
      // It may have opened something before it failed.
      await this.#putAway(running)
      return
    }
    await this.#putAway(running)
    await this.stop().catch(() => undefined)
    throw new PluginError(
      'SSB_PLUGIN_START_FAILED',
      `The plugin ${name} could not start, and ${needing.join(', ')} cannot do without it: ${sentence(error)}`,
      { cause: error, plugin: name },
    )
  }

  /** Stop a plugin whose start came to nothing. The reason to stop it is the news, not how that goes. */
  async #putAway({ plugin, instance }: Running): Promise<void> {
    const ms = this.#options.stopMsMax ?? STOP_MS_MAX
    try {
      await this.#within(instance.stop?.(), ms, plugin.name, 'stop')
    } catch {
      // What does not start may well not stop either.
    }
  }

  async #stopAll(): Promise<void> {
    this.#state = 'stopped'
    this.#abort.abort()
    const errors: unknown[] = []
    const end = this.#clock.now() + (this.#options.stopMsMax ?? STOP_MS_MAX)
    for (const { plugin, instance } of this.#started.toReversed()) {
      try {
        const left = Math.max(0, end - this.#clock.now())
        await this.#within(instance.stop?.(), left, plugin.name, 'stop')
      } catch (error) {
        errors.push(error)
      }
    }
    if (errors.length > 0)
      throw new AggregateError(
        errors,
        `Some plugins did not stop: ${errors.map(sentence).join(' ')}`,
      )
  }

  /** `work`, or an error after `ms`. */
  async #within(
    work: Promise<void> | undefined,
    ms: number,
    plugin: string,
    phase: 'start' | 'stop',
  ): Promise<void> {
    if (work === undefined) return
    let cancel = (): void => undefined
    const late = new Promise<never>((_, reject) => {
      cancel = this.#clock.setTimeout(() => {
        const text = `The plugin ${plugin} did not ${phase} within ${ms} ms.`
        reject(new PluginError('SSB_PLUGIN_TIMEOUT', text, { plugin }))
      }, ms)
    })
    try {
      await Promise.race([work, late])
    } finally {
      cancel()
    }
  }
}

/** What an error says, for a person. */
function sentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
