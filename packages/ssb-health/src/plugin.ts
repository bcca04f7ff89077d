import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Nothing, Plugin } from '@scuttlebot/ssb-plugin'
import { processMetrics, prometheusText } from './text.ts'

/** What is needed of the network: the HTTP side of its ports. */
export interface HealthNet {
  readonly http: {
    /** @returns the way to take the handler back */
    use(
      handler: (
        request: IncomingMessage,
        response: ServerResponse,
        caller: { readonly isLocal: boolean },
      ) => boolean,
    ): () => void
  }
}

/** Options of {@link health}. */
export interface HealthOptions {
  /** Whether other machines may ask, too. Default: no. */
  readonly remote?: boolean
}

/** What a monitor is told. */
interface Answer {
  readonly status: number
  readonly type: string
  readonly text: string
}

const PLAIN = 'text/plain; charset=utf-8'

/**
 * Answers on the HTTP side of the ports for WebSockets, to this machine alone unless told otherwise:
 *
 * - `/healthz`: 200 while the process does its work
 * - `/readyz`: 200 when the indexes are current; 503 with the reasons until then
 * - `/metrics`: the figures of all plugins, in the text format of Prometheus
 */
export function health(options: HealthOptions = {}): Plugin<'health', Nothing, { net: HealthNet }> {
  return {
    name: 'health',
    needs: { net: 'required' },
    manifest: {},
    setup({ needs, hooks, metrics }) {
      const answers: Readonly<Record<string, () => Answer>> = {
        '/healthz': () => ({ status: 200, type: PLAIN, text: 'ok\n' }),
        '/readyz': () => readiness(hooks.status.apply({})),
        '/metrics': () => ({
          status: 200,
          type: 'text/plain; version=0.0.4; charset=utf-8',
          text: prometheusText([...processMetrics(), ...metrics.read()]),
        }),
      }
      let remove = (): void => undefined
      return {
        api: {},
        handlers: {},
        async start() {
          remove = needs.net.http.use((request, response, { isLocal }) => {
            const path = (request.url ?? '').split('?', 1)[0] ?? ''
            const answer = Object.hasOwn(answers, path) ? answers[path] : undefined
            if (answer === undefined) return false
            const found = judge(request, isLocal || options.remote === true) ?? answer()
            const headers = { 'content-type': found.type, 'cache-control': 'no-store' }
            response.writeHead(found.status, headers)
            response.end(request.method === 'HEAD' ? '' : found.text)
            return true
          })
        },
        stop: async () => remove(),
      }
    },
  }
}

/** Why a request is not answered; `null`: it is. */
function judge({ method }: IncomingMessage, mayAsk: boolean): Answer | null {
  if (method !== 'GET' && method !== 'HEAD')
    return { status: 405, type: PLAIN, text: 'only GET and HEAD\n' }
  if (mayAsk) return null
  return { status: 403, type: PLAIN, text: 'answered to this machine only\n' }
}

/** From what `status` says. A locked feed is no reason: everything else works, and a person has to act. */
function readiness(status: Readonly<Record<string, unknown>>): Answer {
  const { sync, feed } = status as {
    sync?: { sync?: unknown; plugins?: Record<string, unknown>; since?: unknown }
    feed?: { locked?: unknown }
  }
  const notes =
    Array.isArray(feed?.locked) && feed.locked.length > 0 ? ['publishing is locked'] : []
  if (sync?.sync === false) {
    const behind = Object.entries(sync.plugins ?? {}).filter(([, at]) => at !== sync.since)
    const names = behind.map(([name]) => name).join(', ')
    return { status: 503, type: PLAIN, text: `indexes are catching up: ${names}\n` }
  }
  return { status: 200, type: PLAIN, text: `${['ready', ...notes].join('\n')}\n` }
}
