import type { FeedId } from '@scuttlebot/ssb-ref'
import type { VNode } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { type Drawing, nodeAt, STEPS, settle } from '../data/graph.ts'
import { go } from '../router.ts'
import { texts } from '../texts.ts'
import { drawRough, drawSharp, fit, type Picture, show, type View } from './graph-draw.ts'
import { Person } from './person.tsx'

const { people: words } = texts
/** How long settling may take of one frame, ms. */
const FRAME_MS = 8
/** While it settles, it is drawn so often, ms. */
const ROUGH_MS = 100
/** After so long without a move it is drawn anew, ms. */
const STILL_MS = 120

/** The view that shows all of it. */
function whole(canvas: HTMLCanvasElement, { x, y }: Drawing): View {
  const size = x.reduce((most, one, at) => Math.max(most, Math.hypot(one, y[at] as number)), 200)
  const half = Math.min(canvas.clientHeight, canvas.clientWidth) / 2
  return { x: 0, y: 0, zoom: Math.min(1.5, (0.95 * half) / size) }
}

/** The follow graph: moved by dragging or arrows, zoomed by the wheel or + and -, opened by a click. */
export function GraphView({ drawing }: { readonly drawing: Drawing }): VNode {
  const place = useRef<HTMLCanvasElement>(null)
  const view = useRef<View>({ x: 0, y: 0, zoom: 1 })
  const redraw = useRef<() => void>(() => undefined)
  useEffect(() => {
    const canvas = place.current
    if (canvas === null) return
    let step = 0
    let frame = 0
    let drawn = 0
    let isMoved = false
    let still: ReturnType<typeof setTimeout> | undefined
    let picture: Picture | null = null
    let sharpening: { readonly view: View; readonly parts: ReturnType<typeof drawSharp> } | null =
      null
    const next = (run: () => void): void => {
      frame = requestAnimationFrame(run)
    }
    // one frame moves everybody a little, or draws them: both would be long
    const settleOn = (): void => {
      const now = performance.now()
      if (now - drawn > ROUGH_MS) {
        drawRough(canvas, drawing, view.current)
        drawn = performance.now()
      } else while (step < STEPS && performance.now() < now + FRAME_MS) settle(drawing, step++)
      if (step >= STEPS && !isMoved) view.current = whole(canvas, drawing)
      next(step < STEPS ? settleOn : sharpen)
    }
    const sharpen = (): void => {
      const from = sharpening?.view ?? { ...view.current }
      sharpening ??= { view: from, parts: drawSharp(canvas, drawing, from) }
      const { done, value } = sharpening.parts.next()
      if (done === true) {
        sharpening = null
        picture = { canvas: value, view: from }
        fit(canvas)
        show(canvas, picture, view.current)
      } else next(sharpen)
    }
    const sharp = (): void => {
      if (step < STEPS) return
      cancelAnimationFrame(frame)
      sharpening = null
      next(sharpen)
    }
    redraw.current = () => {
      isMoved = true
      if (picture === null) return
      // a drawing from elsewhere that has begun is of no use
      if (sharpening !== null) cancelAnimationFrame(frame)
      sharpening = null
      show(canvas, picture, view.current)
      clearTimeout(still)
      still = setTimeout(sharp, STILL_MS)
    }
    view.current = whole(canvas, drawing)
    // the first frame shows the page around it: with the first picture it would be a long one
    next(() => next(settleOn))
    addEventListener('resize', sharp)
    const theme = matchMedia('(prefers-color-scheme: dark)')
    theme.addEventListener('change', sharp)
    const onWheel = (event: WheelEvent): void => {
      event.preventDefault()
      zoom(view.current, event.deltaY < 0 ? 1.15 : 1 / 1.15)
      redraw.current()
    }
    canvas.addEventListener('wheel', onWheel, { passive: false })
    return () => {
      cancelAnimationFrame(frame)
      clearTimeout(still)
      removeEventListener('resize', sharp)
      theme.removeEventListener('change', sharp)
      canvas.removeEventListener('wheel', onWheel)
    }
  }, [drawing])
  const [pointed, setPointed] = useState<FeedId | null>(null)
  const at = (event: PointerEvent & { readonly currentTarget: HTMLCanvasElement }) => {
    const box = event.currentTarget.getBoundingClientRect()
    const { x, y, zoom: scale } = view.current
    return nodeAt(
      drawing,
      (event.clientX - box.left - box.width / 2 - x) / scale,
      (event.clientY - box.top - box.height / 2 - y) / scale,
      12 / scale,
    )
  }
  const drag = useRef<{ x: number; y: number; moved: number } | null>(null)
  const by = (factor: number): void => {
    zoom(view.current, factor)
    redraw.current()
  }
  return (
    <div class="graph">
      <canvas
        ref={place}
        aria-label={words.canvas}
        role="img"
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId)
          drag.current = { x: event.clientX, y: event.clientY, moved: 0 }
        }}
        onPointerMove={(event) => {
          const from = drag.current
          if (from === null) {
            const id = at(event)?.id
            if (id !== undefined) setPointed(id)
            return
          }
          const [dx, dy] = [event.clientX - from.x, event.clientY - from.y]
          view.current.x += dx
          view.current.y += dy
          drag.current = {
            x: event.clientX,
            y: event.clientY,
            moved: from.moved + Math.abs(dx) + Math.abs(dy),
          }
          redraw.current()
        }}
        onPointerUp={(event) => {
          const wasClick = (drag.current?.moved ?? 9) < 4
          drag.current = null
          if (!wasClick) return
          const found = at(event)
          if (found !== null) go('profile', found.id)
        }}
      />
      <div class="row">
        <button type="button" aria-label={words.zoomIn} onClick={() => by(1.4)}>
          +
        </button>
        <button type="button" aria-label={words.zoomOut} onClick={() => by(1 / 1.4)}>
          −
        </button>
        <span class="quiet small pointed">
          {pointed === null ? words.hint : <Person id={pointed} />}
        </span>
      </div>
    </div>
  )
}

function zoom(view: View, factor: number): void {
  const next = Math.min(8, Math.max(0.03, view.zoom * factor))
  // the middle stays where it is
  view.x *= next / view.zoom
  view.y *= next / view.zoom
  view.zoom = next
}
