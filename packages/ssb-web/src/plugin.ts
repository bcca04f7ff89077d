import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import { toBase64 } from '@scuttlebot/ssb-encode'
import { type Context, type Plugin, pushSource } from '@scuttlebot/ssb-plugin'
import { type FeedId, isLoopback } from '@scuttlebot/ssb-ref'
import { type BuiltFiles, builtFiles } from './files.ts'
import { STATIC_HEADERS } from './headers.ts'
import { bodyOf, fileOf, pairRequestOf, say, sendFile } from './http.ts'
import { LINK_MS } from './limits.ts'
import { LogBook, type LogLine } from './log-book.ts'
import { Pairing } from './pairing.ts'
import { publicFace } from './public-face.ts'
import { Rates } from './rates.ts'
import { type Setting, type WebRpc, webManifest } from './rpc.ts'
import { Sessions } from './sessions.ts'

/** What is needed of others. */
export interface WebNeeds {
  readonly net: {
    /** Close the connections of one key. */
    disconnect(id: FeedId): Promise<boolean>
    readonly http: {
      /** @returns the way to take the handler back */
      use(
        handler: (
          request: IncomingMessage,
          response: ServerResponse,
          caller: { readonly isLocal: boolean; readonly isFromWeb: boolean },
        ) => boolean,
      ): () => void
      /** The ports on which requests are answered. */
      places(): readonly {
        readonly host: string
        readonly port: number
        readonly isSecure: boolean
      }[]
    }
  }
  readonly about?: {
    /** What a feed calls itself in public; `null`: nothing. */
    ownNameOf(id: FeedId): Promise<string | null>
  }
}

/** Options of {@link web}. */
export interface WebOptions {
  /** 32 bytes that name the network: a paired browser needs them to shake hands */
  readonly networkKey: Uint8Array
  /** whether there is a page, and browsers are let in. Default: yes */
  readonly enabled?: boolean
  /** whether other machines get the page, too; pairing needs a link all the same. Default: no */
  readonly remote?: boolean
  /** what strangers from other machines are shown. Default: nothing */
  readonly face?: { readonly invite: string | null } | null
  /** default: the page as it was built */
  readonly files?: () => Promise<BuiltFiles>
  /** where the server writes its log, for `web.logs`. Default: none */
  readonly logs?: LogBook
  /** for `web.settings`. Default: none */
  readonly settings?: () => readonly Setting[]
}

/** What the plugin offers inside the process. */
export interface WebApi {
  /** Where the page is: `http://localhost:8989/`; `null` where there is no port for it. */
  url(): string | null
  /** A link that pairs one browser; it lasts for ten minutes, until it is used, or another is asked for. */
  link(): string | null
}

/** What a port is listened on that every interface leads to. */
const EVERYWHERE: ReadonlySet<string> = new Set(['::', '0.0.0.0', ''])

/** Lines of the log that may wait for a reader. */
const WAITING_MAX = 2_000

/** Before those who merely let in, after the judges that refuse. */
const ORDER = 50

/**
 * Serves the page at `/` on the ports of the WebSockets, to this machine alone unless told otherwise, and lets in
 * the browsers that were paired by a one-time link: they may do what the owner may.
 */
export function web(options: WebOptions): Plugin<'web', WebApi, WebNeeds, WebRpc> {
  return {
    name: 'web',
    needs: { net: 'required', about: 'optional' },
    manifest: webManifest,
    setup: (context) => new Web(options, context).instance,
  }
}

class Web {
  readonly #options: WebOptions
  readonly #context: Context<WebNeeds>
  readonly #sessions: Sessions
  readonly #pairing: Pairing
  readonly #logs: LogBook
  readonly #rates: Rates
  #files: BuiltFiles = new Map()
  #remove: () => void = () => undefined

  constructor(options: WebOptions, context: Context<WebNeeds>) {
    this.#options = options
    this.#context = context
    const { folder, clock, hooks } = context
    this.#sessions = new Sessions(folder === null ? null : join(folder, 'web'))
    this.#pairing = new Pairing(clock, (bytes) => context.random(bytes))
    this.#logs = options.logs ?? new LogBook()
    this.#rates = new Rates(clock, () => context.metrics.read())
    hooks.authorize.add(ORDER, ({ peer, transport, host = null }) => {
      if (transport !== 'ws' || !this.#sessions.has(peer)) return undefined
      this.#sessions.seen(peer, clock.now(), host).catch((error: unknown) => this.#warn(error))
      return { allow: true, roles: ['owner'], isClient: true }
    })
  }

  get instance(): ReturnType<ReturnType<typeof web>['setup']> {
    return {
      api: {
        url: () => this.#url(),
        link: () => this.#link(LINK_MS)?.url ?? null,
      },
      handlers: {
        web: {
          pair: () => {
            const link = this.#link(LINK_MS)
            if (link === null) throw new Error('no port is open for browsers: see ws.port')
            return link
          },
          sessions: () => this.#sessions.list(),
          revoke: async (_, id) => {
            if (!this.#sessions.has(id)) return false
            const { net } = this.#context.needs
            // Also where it could not be written: it must not stay connected.
            await this.#sessions.remove(id).finally(() => net.disconnect(id))
            return true
          },
          settings: () => this.#options.settings?.() ?? [],
          logs: (call) => linesOf(this.#logs, call.signal),
          rates: () => this.#rates.recent(),
        },
      },
      start: async () => {
        if (this.#options.enabled === false) return
        const problem = await this.#sessions.load()
        if (problem !== null) this.#context.log.error(problem)
        this.#files = await (this.#options.files ?? builtFiles)()
        this.#rates.start()
        const { http } = this.#context.needs.net
        this.#remove = http.use((request, response, { isLocal }) =>
          this.#answer(request, response, isLocal),
        )
      },
      stop: async () => {
        this.#remove()
        this.#rates.stop()
        await this.#sessions.close()
      },
    }
  }

  #url(): string | null {
    const { remote, enabled } = this.#options
    if (enabled === false) return null
    for (const { host, port, isSecure } of this.#context.needs.net.http.places()) {
      const isHere = isLoopback(host) || EVERYWHERE.has(host)
      const name = isHere ? 'localhost' : host.includes(':') ? `[${host}]` : host
      if (isHere || remote === true) return `${isSecure ? 'https' : 'http'}://${name}:${port}/`
    }
    return null
  }

  /** `null` where there is no page, or no port for it. Whoever has it may do what the owner may. */
  #link(lastsMs: number): { readonly url: string; readonly until: number } | null {
    const url = this.#url()
    if (url === null) return null
    const { token, until } = this.#pairing.renew(lastsMs)
    return { url: `${url}#pair=${token}`, until }
  }

  #answer(request: IncomingMessage, response: ServerResponse, isLocal: boolean): boolean {
    const path = (request.url ?? '').split('?', 1)[0] ?? ''
    if (path !== '/' && !path.startsWith('/web/')) return false
    if (!isLocal && this.#options.remote !== true)
      return this.#answerStranger(request, response, path)
    if (request.method === 'POST' && path === '/web/pair') {
      this.#pair(request, response).catch((error: unknown) => this.#failed(response, error))
      return true
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') say(response, 405, 'not so')
    else {
      const found = fileOf(this.#files, request)
      if (found !== null) sendFile(request, response, ...found)
      else if (path === '/') say(response, 503, 'the page was not built: npm run pnpm build')
      else say(response, 404, 'not found')
    }
    return true
  }

  #answerStranger(request: IncomingMessage, response: ServerResponse, path: string): boolean {
    const { face = null } = this.#options
    if (face === null || path !== '/') {
      say(response, 403, 'answered to this machine only')
      return true
    }
    const { id, needs } = this.#context
    const shown = async (): Promise<void> => {
      const name = (await needs.about?.ownNameOf(id)) ?? ''
      const text = publicFace({ id, name, invite: face.invite })
      response.writeHead(200, { ...STATIC_HEADERS, 'content-type': 'text/html; charset=utf-8' })
      response.end(request.method === 'HEAD' ? undefined : text)
    }
    shown().catch((error: unknown) => this.#failed(response, error))
    return true
  }

  async #pair(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // a form of another page can send text, but not this type without asking first
    const isJson = /^application\/json\b/.test(request.headers['content-type'] ?? '')
    const text = isJson ? await bodyOf(request) : null
    const asked = text === null ? null : pairRequestOf(text)
    if (asked === null) return say(response, 400, 'this is no request to be paired')
    const { id, clock, log, needs } = this.#context
    if (!this.#pairing.redeem(asked.token))
      return say(response, 403, 'the link was used, or is too old')
    const gone = await this.#sessions.add(asked.id, asked.name, clock.now())
    if (gone !== null) await needs.net.disconnect(gone)
    log.info('a browser was paired', { name: asked.name })
    response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' })
    response.end(JSON.stringify({ id, networkKey: toBase64(this.#options.networkKey) }))
  }

  #failed(response: ServerResponse, error: unknown): void {
    this.#warn(error)
    if (response.headersSent) response.destroy()
    else say(response, 500, 'failed')
  }

  #warn(error: unknown): void {
    this.#context.log.warn('the page has a fault', { error: String(error) })
  }
}

/** The lines that are there, then each new one until the reader leaves. */
function linesOf(book: LogBook, signal: AbortSignal): AsyncIterable<LogLine> {
  const source = pushSource<LogLine>({ itemsMax: WAITING_MAX, signal, onEnd: () => stop() })
  for (const line of book.recent()) source.push(line)
  const stop = book.on((line) => source.push(line))
  return source
}
