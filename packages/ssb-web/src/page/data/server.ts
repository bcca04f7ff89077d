import { Cell, useCell } from './cell.ts'
import { type Pass, readPass, takeToken, tokenIn, writePass } from './pass.ts'
import type { PageClient, PageRemote } from './rpc.ts'

/** How things stand between this page and its server. */
export type Standing =
  | { readonly is: 'unpaired'; readonly wasRefused: boolean }
  | { readonly is: 'connecting' }
  /** It was here, or should be: it is dialled again and again. */
  | { readonly is: 'away' }
  | { readonly is: 'here'; readonly client: PageClient }

const PAUSE_MS = 500
const PAUSE_MS_MAX = 10_000

/** The one connection of the page. */
export const standing: Cell<Standing> = new Cell<Standing>({ is: 'connecting' })
/** The server that was here last: pages go on showing what they have while it is away. */
export const lastClient: Cell<PageClient | null> = new Cell<PageClient | null>(null)

const link = (): Promise<typeof import('./link.ts')> => import('./link.ts')

/** Pair if the address says so, then stay connected for as long as the page lives. */
export async function begin(): Promise<void> {
  // a link that is opened where the page is already does not load it again
  addEventListener('hashchange', () => {
    if (tokenIn(location.hash) !== null) location.reload()
  })
  const token = takeToken()
  if (token !== null) {
    const pass = await (await link()).pair(token).catch(() => null)
    if (pass !== null) writePass(pass)
    else if (readPass() === null) return standing.set({ is: 'unpaired', wasRefused: true })
  }
  const pass = readPass()
  if (pass === null) return standing.set({ is: 'unpaired', wasRefused: false })
  await stay(pass)
}

/** Forget the key of this browser. */
export function forget(): void {
  writePass(null)
  location.reload()
}

async function stay(pass: Pass): Promise<void> {
  let failures = 0
  let refusals = 0
  for (;;) {
    // it opens while the cryptography, which it needs next, is loaded and compiled
    const socket = new WebSocket(
      `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}`,
    )
    const before = lastClient.value
    try {
      const { client, letIn } = await (await link()).open(pass, socket)
      lastClient.set(client)
      standing.set({ is: 'here', client })
      await letIn
      failures = 0
      refusals = 0
      await client.closed
    } catch (error) {
      socket.close()
      failures += 1
      const isRefused = (error as { readonly code?: unknown }).code === 'SSB_CLIENT_REFUSED'
      refusals = isRefused ? refusals + 1 : 0
      // what a stranger is answered is not shown
      if (isRefused) lastClient.set(before)
      // once may be a server that is just stopping, or starting
      if (refusals > 2) return standing.set({ is: 'unpaired', wasRefused: true })
    }
    standing.set({ is: 'away' })
    await pause(Math.min(PAUSE_MS * 2 ** Math.min(failures, 10), PAUSE_MS_MAX))
  }
}

/** Wait, but no longer when the network comes back or somebody looks. */
function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer)
      removeEventListener('online', done)
      document.removeEventListener('visibilitychange', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    addEventListener('online', done)
    document.addEventListener('visibilitychange', done)
  })
}

/** The server's methods; a component that calls this is drawn below a server only. */
export function useRemote(): PageRemote {
  const client = useCell(lastClient)
  if (client === null) throw new TypeError('there is no server')
  return client.remote
}

/** The feed id of the server. */
export function useOwnId(): PageClient['id'] {
  const client = useCell(lastClient)
  if (client === null) throw new TypeError('there is no server')
  return client.id
}
