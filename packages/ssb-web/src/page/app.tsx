import type { ComponentType, VNode } from 'preact'
import { useErrorBoundary } from 'preact/hooks'
import { sentenceOf } from './data/ask.ts'
import { useCell } from './data/cell.ts'
import { lastClient, standing } from './data/server.ts'
import { Compose } from './pages/compose.tsx'
import { Home } from './pages/home.tsx'
import { Logs } from './pages/logs.tsx'
import { Network } from './pages/network.tsx'
import { PeoplePage } from './pages/people.tsx'
import { Private } from './pages/private.tsx'
import { Profile } from './pages/profile.tsx'
import { Search } from './pages/search.tsx'
import { Settings } from './pages/settings.tsx'
import { Storage } from './pages/storage.tsx'
import { ThreadPage } from './pages/thread.tsx'
import { Timeline } from './pages/timeline.tsx'
import { Unpaired } from './pages/unpaired.tsx'
import { Failed } from './parts/bits.tsx'
import { to, usePlace } from './router.ts'
import { texts } from './texts.ts'

/** What a page is given: the part of the address behind its name. */
export interface PageProps {
  readonly argument: string
}

const PAGES: Readonly<Record<string, ComponentType<PageProps>>> = {
  home: Home,
  timeline: Timeline,
  thread: ThreadPage,
  profile: Profile,
  compose: Compose,
  private: Private,
  people: PeoplePage,
  network: Network,
  search: Search,
  storage: Storage,
  settings: Settings,
  logs: Logs,
}

/** Those that the list of pages names; the others are reached from them. */
const LISTED = [
  'home',
  'timeline',
  'compose',
  'private',
  'people',
  'network',
  'search',
  'storage',
  'settings',
  'logs',
] as const

/** Everything: the ways to the pages, how things stand, and the page of now. */
export function App(): VNode {
  const place = usePlace()
  const stand = useCell(standing)
  const client = useCell(lastClient)
  if (stand.is === 'unpaired') return <Unpaired wasRefused={stand.wasRefused} />
  const name = Object.hasOwn(PAGES, place.page) ? place.page : 'home'
  const Shown = PAGES[name]
  return (
    <>
      <button
        type="button"
        class="skip"
        onClick={() => document.getElementById('content')?.focus()}
      >
        {texts.common.skip}
      </button>
      <nav aria-label={texts.nav.label}>
        <ul>
          {LISTED.map((page) => (
            <li key={page}>
              <a href={to(page)} aria-current={page === name ? 'page' : undefined}>
                {texts.nav[page]}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <main id="content" tabIndex={-1}>
        <div role="status" class="standing">
          {stand.is === 'away' ? <p>{texts.standing.away}</p> : null}
        </div>
        {client === null || Shown === undefined ? (
          <p class="quiet">{texts.standing.connecting}</p>
        ) : (
          <Guarded key={`${name} ${place.argument}`}>
            <Shown argument={place.argument} />
          </Guarded>
        )}
      </main>
    </>
  )
}

/** A page that cannot be drawn says so, and the ways to the others stay. */
function Guarded({ children }: { readonly children: VNode }): VNode {
  const [error, again] = useErrorBoundary()
  return error === undefined ? children : <Failed why={sentenceOf(error)} again={again} />
}
