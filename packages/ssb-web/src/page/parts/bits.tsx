import type { ComponentChildren, VNode } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { texts } from '../texts.ts'

/** A page: its heading, then its parts. */
export function Page({
  title,
  children,
}: {
  readonly title: string
  readonly children: ComponentChildren
}): VNode {
  useEffect(() => {
    document.title = `${title} · ${texts.title}`
  }, [title])
  return (
    <>
      <h1>{title}</h1>
      {children}
    </>
  )
}

/** A part of a page on a sheet of its own. */
export function Card({
  title,
  children,
}: {
  readonly title?: string
  readonly children: ComponentChildren
}): VNode {
  return (
    <section class="card">
      {title === undefined ? null : <h2>{title}</h2>}
      {children}
    </section>
  )
}

/** That something is on its way. */
export function Loading(): VNode {
  return <p class="quiet">{texts.common.loading}</p>
}

/** That something failed, and the way to try it again. */
export function Failed({
  why,
  again,
}: {
  readonly why: string
  readonly again?: () => void
}): VNode {
  return (
    <p class="failed" role="alert">
      {texts.common.failed(why)}{' '}
      {again === undefined ? null : (
        <button type="button" onClick={again}>
          {texts.common.again}
        </button>
      )}
    </p>
  )
}

const UNITS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['year', 31_536_000_000],
  ['month', 2_592_000_000],
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
]

const relative = new Intl.RelativeTimeFormat(texts.time.locale, { numeric: 'auto' })
const absolute = new Intl.DateTimeFormat(texts.time.locale, {
  dateStyle: 'medium',
  timeStyle: 'short',
})

/** `3 hours ago`. */
export function agoOf(at: number, now: number = Date.now()): string {
  const ms = at - now
  const unit = UNITS.find(([, size]) => Math.abs(ms) >= size)
  return unit === undefined ? texts.time.now : relative.format(Math.round(ms / unit[1]), unit[0])
}

/** A time, told in relation to now; the date itself is its title. */
export function Time({ at }: { readonly at: number }): VNode {
  const date = new Date(at)
  if (Number.isNaN(date.getTime())) return <span>?</span>
  return (
    <time dateTime={date.toISOString()} title={absolute.format(date)}>
      {agoOf(at)}
    </time>
  )
}

/** Text to be taken elsewhere. */
export function Copyable({
  text,
  label,
}: {
  readonly text: string
  readonly label?: string
}): VNode {
  const [isCopied, setCopied] = useState(false)
  return (
    <span class="copyable">
      <code>{text}</code>
      <button
        type="button"
        aria-label={label === undefined ? undefined : `${texts.common.copy}: ${label}`}
        onClick={() => {
          navigator.clipboard?.writeText(text).then(
            () => setCopied(true),
            () => undefined,
          )
        }}
      >
        {isCopied ? texts.common.copied : texts.common.copy}
      </button>
    </span>
  )
}

/** Calls `reached` whenever this place comes near the part of the page that is seen. */
export function Sentinel({ reached }: { readonly reached: () => void }): VNode {
  const place = useRef<HTMLDivElement>(null)
  const call = useRef(reached)
  call.current = reached
  useEffect(() => {
    const seen = new IntersectionObserver(
      (entries) => entries.some(({ isIntersecting }) => isIntersecting) && call.current(),
      { rootMargin: '600px' },
    )
    if (place.current !== null) seen.observe(place.current)
    return () => seen.disconnect()
  })
  return <div ref={place} class="sentinel" aria-hidden="true" />
}

/** A promise that a button began: whether it runs, and what went wrong. */
export function useDeed(): {
  readonly isBusy: boolean
  readonly error: string | null
  run(work: () => Promise<unknown>): void
} {
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState<string | null>(null)
  const run = (work: () => Promise<unknown>): void => {
    setBusy(true)
    setError(null)
    work().then(
      () => setBusy(false),
      (failed: unknown) => {
        setBusy(false)
        setError(failed instanceof Error ? failed.message : String(failed))
      },
    )
  }
  return { isBusy, error, run }
}
