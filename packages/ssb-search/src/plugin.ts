import { Batch, type Call, type Manifest, type Source } from '@scuttlebot/ssb-muxrpc'
import { type Plugin, rest } from '@scuttlebot/ssb-plugin'
import type { Engine } from './engine.ts'
import { find, type Hit } from './hits.ts'
import { Indexer, type Progress } from './indexer.ts'
import type { SearchNeeds } from './needs.ts'

/** Options of {@link search}. */
export interface SearchOptions {
  /** Where public texts are found, such as `openSqlite` of `/sqlite`. `folder` is the data folder, `null`: in memory. */
  engine(folder: string | null): Engine
  /** Where opened private ones are found: keep it in memory, it is for nobody else's eyes. */
  secretEngine(): Engine
}

/** A question, or its options. */
export interface SearchQuery {
  /** Words that a message must have, or beginnings of words. */
  readonly query?: string
  /** Messages at most; absent or not above 0: all. */
  readonly limit?: number
  /** Also private messages that were opened; default `false`. The owner alone gets any. */
  readonly private?: boolean
}

/** What other plugins get. */
export interface SearchApi {
  /** Find public messages, those first that others of them link to. */
  find(question: string, limit?: number): Promise<readonly Hit[]>
  /** How far the index is. */
  progress(): Progress
  /** Resolves when everything that is in the log now can be found. */
  settled(): Promise<void>
}

/** The methods on the wire: those of ssb-search 1. */
export interface SearchRpc {
  readonly search: {
    readonly query: Source<[query?: SearchQuery | string], Hit>
  }
}

/** Kinds and help of {@link SearchRpc}: for the owner alone. */
export const searchManifest: Manifest<SearchRpc> = {
  search: {
    query: {
      kind: 'source',
      help: {
        description: 'Messages with all of the words, or with words that begin so.',
        args: {
          query: { type: 'string', description: 'words of three letters or more' },
          limit: { type: 'number', description: 'messages at most', optional: true },
          private: {
            type: 'boolean',
            description: 'private messages as well, opened',
            optional: true,
          },
        },
        example: `sbot search.query --query 'winter journey' --limit 5`,
      },
    },
  },
}

const sleep = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms)
  })

/** What an argument asks for; a question that is no text finds nothing. */
function questionOf(arg: unknown): { question: string; limit: number; secrets: boolean } {
  const options = typeof arg === 'object' && arg !== null ? (arg as SearchQuery) : {}
  const question = typeof arg === 'string' ? arg : options.query
  const limit = Number(options.limit ?? 0)
  return {
    question: typeof question === 'string' ? question : '',
    limit: limit > 0 ? limit : Infinity,
    secrets: options.private === true,
  }
}

/** Full-text search as a plugin. */
export function search(
  options: SearchOptions,
): Plugin<'search', SearchApi, SearchNeeds, SearchRpc> {
  return {
    name: 'search',
    needs: { store: 'required', private: 'optional' },
    manifest: searchManifest,
    setup({ needs, folder, log, signal, hooks }) {
      let life: { texts: Engine; secrets: Engine; indexer: Indexer } | null = null
      const ask = async (
        question: string,
        limit: number,
        withSecrets: boolean,
      ): Promise<readonly Hit[]> => {
        if (life === null) return []
        const { texts, secrets, indexer } = life
        await indexer.settled()
        const engines = [{ engine: texts, opened: false }]
        if (withSecrets) engines.push({ engine: secrets, opened: true })
        return find(needs.store, engines, question, limit)
      }
      async function* query(call: Call, arg: unknown): AsyncGenerator<Batch<Hit>> {
        const { question, limit, secrets } = questionOf(arg)
        yield new Batch(await ask(question, limit, secrets && call.roles.includes('owner')))
      }
      const nothing: Progress = { start: -1, current: -1, target: -1 }
      const progress = (): Progress => life?.indexer.progress() ?? nothing
      const stopProgress = hooks.progress.add((value) => ({ ...value, search: progress() }))
      return {
        api: {
          find: (question, limit = Infinity) => ask(question, limit, false),
          progress,
          settled: async () => life?.indexer.settled(),
        },
        handlers: { search: { query } },
        async start() {
          const texts = options.engine(folder)
          const secrets = options.secretEngine()
          const indexer = new Indexer({
            needs,
            signal,
            texts,
            secrets,
            rest,
            sleep,
            elapsed: () => performance.now(),
            onError: () => log.error('texts are not indexed any more, until the next start'),
          })
          life = { texts, secrets, indexer }
          await indexer.start()
        },
        async stop() {
          stopProgress()
          if (life === null) return
          const { texts, secrets, indexer } = life
          life = null
          await indexer.stop()
          texts.close()
          secrets.close()
        },
      }
    },
  }
}
