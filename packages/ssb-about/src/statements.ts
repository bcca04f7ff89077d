// What was said about one id, in the order of the log: public statements by the index, private ones by who opens them.
import { rest } from '@scuttlebot/ssb-plugin'
import { isObject, type Raw, subjectOf } from './content.ts'
import type { AboutIndex, AboutMessage, AboutNeeds, AboutOpened, AboutStore } from './needs.ts'

/** One `about` message. */
export interface Statement {
  /** Position in the log. */
  readonly position: number
  readonly author: string
  readonly content: Raw
  /** `null`: it was said in private. */
  readonly message: AboutMessage | null
}

/** Messages that are loaded at once: some milliseconds, in which nobody else is answered. */
const READ_AT_ONCE = 64

/** Group of the index that lists what names or depicts feeds: no id is spelled so. */
export const NAMING = 'naming'

/** Define the index: `about` messages by what they are about, and what names feeds. */
export function defineAbouts(store: AboutStore, names: (content: unknown) => boolean): AboutIndex {
  return store.defineIndex({
    name: 'about',
    version: 1,
    map({ value: { content } }, emit) {
      if (!isObject(content)) return
      const to = subjectOf(content)
      if (to !== null) emit(to)
      if (names(content)) emit(NAMING)
    },
  })
}

/** Messages under a term of the index. */
export async function* messagesUnder(
  store: AboutStore,
  index: AboutIndex,
  group: string,
  range: { readonly reverse?: boolean; readonly lt?: number },
): AsyncGenerator<readonly AboutMessage[]> {
  const reader = index.read(group, '', range)
  try {
    for (let list = await reader.next(); list !== null; list = await reader.next())
      for (let at = 0; at < list.length; at += READ_AT_ONCE) {
        yield await store.read(list.slice(at, at + READ_AT_ONCE))
        // What the store has at hand comes without a turn of the loop.
        await rest()
      }
  } finally {
    await reader.close()
  }
}

/** A message as a statement about `dest`, or `null`. */
export function statementOf(message: AboutMessage, dest: string): Statement | null {
  const { content } = message.value
  if (!isObject(content) || subjectOf(content) !== dest) return null
  return { position: message.sequence, author: message.author, content, message }
}

/** An opened message as a statement about `dest`, or `null`. */
export function openedStatementOf(
  { position, author, content }: AboutOpened,
  dest: string,
): Statement | null {
  if (!isObject(content) || subjectOf(content) !== dest) return null
  return { position, author, content, message: null }
}

async function privateStatements(needs: AboutNeeds, dest: string): Promise<Statement[]> {
  const found: Statement[] = []
  for await (const some of needs.private?.read({ type: 'about', link: dest }) ?? [])
    for (const one of some) {
      const statement = openedStatementOf(one, dest)
      if (statement !== null) found.push(statement)
    }
  return found
}

/** All statements about an id up to now, oldest first, or with `reverse` newest first. */
export async function* statements(
  needs: AboutNeeds,
  index: AboutIndex,
  dest: unknown,
  reverse = false,
): AsyncGenerator<Statement> {
  if (typeof dest !== 'string') return
  const { store } = needs
  await store.indexed()
  const range = { reverse, lt: store.position + 1 }
  const inPrivate = await privateStatements(needs, dest)
  if (reverse) inPrivate.reverse()
  const isBefore = (a: number, b: number): boolean => (reverse ? a > b : a < b)
  for await (const messages of messagesUnder(store, index, dest, range))
    for (const message of messages) {
      for (let next = inPrivate[0]; next !== undefined; next = inPrivate[0]) {
        if (!isBefore(next.position, message.sequence)) break
        inPrivate.shift()
        yield next
      }
      const statement = statementOf(message, dest)
      if (statement !== null) yield statement
    }
  yield* inPrivate
}
