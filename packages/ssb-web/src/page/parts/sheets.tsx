import type { ComponentChildren, VNode } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { startsOf } from '../data/starts.ts'

/** How far from the screen a sheet is drawn: two screens. */
const MARGIN = '200% 0px'

/**
 * A long list, on sheets: of one far from the screen only its height stays, so that a list without end costs no more
 * than what is near.
 */
export function Sheets({ views }: { readonly views: readonly VNode[] }): VNode {
  const heads = useRef<ReadonlySet<unknown>>(new Set())
  const keys = views.map(({ key }) => key)
  const starts = startsOf(keys, heads.current)
  heads.current = new Set(starts.map((at) => keys[at]))
  return (
    <>
      {starts.map((at, n) => (
        <Sheet key={keys[at]}>{views.slice(at, starts[n + 1])}</Sheet>
      ))}
    </>
  )
}

function Sheet({ children }: { readonly children: ComponentChildren }): VNode {
  const place = useRef<HTMLDivElement>(null)
  /** `null`: it is drawn. */
  const [height, setHeight] = useState<number | null>(null)
  useEffect(() => {
    const sheet = place.current
    if (sheet === null) return
    const seen = new IntersectionObserver(
      (entries) => {
        const { isIntersecting, boundingClientRect } = entries.at(-1) as IntersectionObserverEntry
        if (isIntersecting) setHeight(null)
        // whoever writes or stands in it must not lose his place, and a page that is out of sight has no heights
        else if (boundingClientRect.height > 0 && !sheet.contains(document.activeElement))
          setHeight(boundingClientRect.height)
      },
      { rootMargin: MARGIN },
    )
    seen.observe(sheet)
    return () => seen.disconnect()
  }, [])
  return (
    <div ref={place} class="sheet" style={height === null ? undefined : { height: `${height}px` }}>
      {height === null ? children : null}
    </div>
  )
}
