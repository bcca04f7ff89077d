import { useEffect, useRef, useState } from 'preact/hooks'
import type { PageRemote } from './rpc.ts'
import { useRemote } from './server.ts'

/** What came of a question so far. */
export interface Asked<T> {
  /** `undefined`: not yet. Stays while it is asked again. */
  readonly value: T | undefined
  /** A sentence; `null`: none. */
  readonly error: string | null
  /** Ask again. */
  again(): void
}

/** The sentence of an error. */
export function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** What came of the last question, and which one that was. */
export interface Answer<T> {
  readonly key: string
  readonly value?: T
  readonly error: string | null
}

/** It failed: what was there stays, if it was an answer to the same question. */
export function failed<T>(old: Answer<T>, key: string, error: string): Answer<T> {
  return old.key === key ? { ...old, error } : { key, error }
}

/** Ask once, and again when `key` or the connection changes. */
export function useAsk<T>(key: string, ask: (remote: PageRemote) => Promise<T>): Asked<T> {
  const remote = useRemote()
  const [round, setRound] = useState(0)
  const [state, setState] = useState<Answer<T>>({ key, error: null })
  // `key` stands for what `ask` closes over
  useEffect(() => {
    let isOver = false
    // a server may lack the plugin that is asked
    Promise.resolve(remote)
      .then(ask)
      .then(
        (value) => !isOver && setState({ key, value, error: null }),
        (error: unknown) => !isOver && setState((old) => failed(old, key, sentenceOf(error))),
      )
    return () => {
      isOver = true
    }
  }, [key, remote, round])
  const isCurrent = state.key === key
  return {
    value: isCurrent ? state.value : undefined,
    error: isCurrent ? state.error : null,
    again: () => setRound((n) => n + 1),
  }
}

/** Ask every `ms` milliseconds while somebody looks. */
export function usePoll<T>(
  key: string,
  ms: number,
  ask: (remote: PageRemote) => Promise<T>,
): Asked<T> {
  const asked = useAsk(key, ask)
  const again = useRef(asked.again)
  again.current = asked.again
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') again.current()
    }, ms)
    return () => clearInterval(timer)
  }, [ms])
  return asked
}

/** Read a live stream from now on: `take` gets each item. It is opened again when `key` or the connection changes. */
export function useStream<T>(
  key: string,
  open: (remote: PageRemote) => AsyncIterable<T>,
  take: (item: T) => void,
): void {
  const remote = useRemote()
  const taker = useRef(take)
  taker.current = take
  // `key` stands for what `open` closes over
  useEffect(() => {
    let items: AsyncIterator<T> | undefined
    let isOver = false
    const read = async (): Promise<void> => {
      // a server may lack the plugin that is asked
      items = open(remote)[Symbol.asyncIterator]()
      for (;;) {
        const next = await items.next()
        if (next.done === true || isOver) return
        taker.current(next.value)
      }
    }
    // it ends with the connection, and is opened again with the next
    read().catch(() => undefined)
    return () => {
      isOver = true
      void items?.return?.()?.catch(() => undefined)
    }
  }, [key, remote])
}

/** All items of a stream that ends. */
export async function all<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const found: T[] = []
  for await (const item of items) found.push(item)
  return found
}
