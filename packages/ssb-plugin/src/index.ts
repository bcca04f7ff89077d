/**
 * The typed interface between a Scuttlebot server and its plugins.
 *
 * @packageDocumentation
 */
export { type CoreRpc, coreManifest } from './core.ts'
export { silentLog, systemClock, systemRandom } from './defaults.ts'
export { PluginError, type PluginErrorCode } from './errors.ts'
export {
  type AuthAnswer,
  type AuthRequest,
  type Decision,
  decision,
  type Event,
  event,
  type Filter,
  filter,
  type Hooks,
  type Permissions,
} from './hooks.ts'
export { createHost, type Host, type HostKeys, type HostOptions, type HostReport } from './host.ts'
export { START_MS_MAX, STOP_MS_MAX } from './limits.ts'
export { createMetrics, type Metric, type Metrics, type MetricsBook } from './metrics.ts'
export { order } from './order.ts'
export type { Peer } from './peer.ts'
export type {
  AnyPlugin,
  Apis,
  Caller,
  CheckNeeds,
  Clock,
  Context,
  Instance,
  Log,
  Needs,
  NeedsSpec,
  Nothing,
  Plugin,
  Rpc,
  RpcRoot,
} from './plugin.ts'
export {
  createPolicy,
  type Policy,
  type PolicyAnswer,
  type PolicyExplained,
  type PolicyJudge,
  type PolicyKind,
} from './policy.ts'
export { type PushOptions, type PushSource, pushSource, SlowReaderError } from './push.ts'
export { rest } from './rest.ts'
