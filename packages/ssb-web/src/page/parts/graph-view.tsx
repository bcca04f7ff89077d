import type { VNode } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { type Drawing, nodeAt, STEPS, settle } from '../data/graph.ts'
import { go } from '../router.ts'
import { texts } from '../texts.ts'

const { people: words } = texts
const RADIUS = 5
/** How long settling may take of one frame, ms. */
const FRAME_MS = 8
/** After so long without a move it is drawn anew, ms. */
const STILL_MS = 120

interface View {
  x: number
  y: number
  zoom: number
}

function coloursOf(): { readonly hops: readonly string[]; readonly line: string } {
  const style = getComputedStyle(document.documentElement)
  const of = (name: string): string => style.getPropertyValue(name).trim()
  return { hops: ['--hop0', '--hop1', '--hop2', '--hop3'].map(of), line: of('--line') }
}

function draw(canvas: HTMLCanvasElement, { nodes, edges }: Drawing, view: View): void {
  const context = canvas.getContext('2d')
  if (context === null) return
  const colours = coloursOf()
  const scale = devicePixelRatio
  const { clientWidth: width, clientHeight: height } = canvas
  if (canvas.width !== width * scale) canvas.width = width * scale
  if (canvas.height !== height * scale) canvas.height = height * scale
  context.setTransform(scale, 0, 0, scale, 0, 0)
  context.clearRect(0, 0, width, height)
  context.translate(width / 2 + view.x, height / 2 + view.y)
  context.scale(view.zoom, view.zoom)
  context.strokeStyle = colours.line
  context.lineWidth = 0.7 / view.zoom
  context.beginPath()
  for (let at = 0; at < edges.length; at += 2) {
    const a = nodes[edges[at] ?? 0]
    const b = nodes[edges[at + 1] ?? 0]
    if (a === undefined || b === undefined) continue
    context.moveTo(a.x, a.y)
    context.lineTo(b.x, b.y)
  }
  context.stroke()
  const radius = RADIUS / Math.max(0.5, Math.min(view.zoom, 2))
  colours.hops.forEach((colour, hops) => {
    context.fillStyle = colour
    context.beginPath()
    for (const node of nodes) {
      if (Math.min(node.hops, 3) !== hops) continue
      const size = node.hops === 0 ? radius * 1.8 : radius
      context.moveTo(node.x + size, node.y)
      context.arc(node.x, node.y, size, 0, 2 * Math.PI)
    }
    context.fill()
  })
}

/** What was drawn last, and from where: moved and zoomed as a picture until there is time to draw anew. */
interface Picture {
  readonly canvas: HTMLCanvasElement
  readonly view: View
}

function pictureOf(canvas: HTMLCanvasElement, view: View): Picture {
  const copy = document.createElement('canvas')
  copy.width = canvas.width
  copy.height = canvas.height
  copy.getContext('2d')?.drawImage(canvas, 0, 0)
  return { canvas: copy, view: { ...view } }
}

function move(canvas: HTMLCanvasElement, { canvas: copy, view: from }: Picture, view: View): void {
  const context = canvas.getContext('2d')
  if (context === null) return
  const scale = devicePixelRatio
  const grown = view.zoom / from.zoom
  const offset = (size: number, before: number, now: number): number =>
    (size / 2 + now - grown * (size / 2 + before)) * scale
  context.setTransform(1, 0, 0, 1, 0, 0)
  context.clearRect(0, 0, canvas.width, canvas.height)
  const x = offset(canvas.clientWidth, from.x, view.x)
  const y = offset(canvas.clientHeight, from.y, view.y)
  context.drawImage(copy, x, y, copy.width * grown, copy.height * grown)
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
    let still: ReturnType<typeof setTimeout> | undefined
    let picture: Picture | null = null
    const paint = (): void => {
      const until = performance.now() + FRAME_MS
      while (step < STEPS && performance.now() < until) settle(drawing, step++)
      const isSettled = step >= STEPS
      // while it settles, every few steps are enough to be seen
      if (isSettled || step % 4 === 0 || step < 4) draw(canvas, drawing, view.current)
      frame = isSettled ? 0 : requestAnimationFrame(paint)
      if (isSettled) picture = pictureOf(canvas, view.current)
    }
    const sharp = (): void => {
      if (frame === 0) frame = requestAnimationFrame(paint)
    }
    redraw.current = () => {
      if (picture === null) return sharp()
      move(canvas, picture, view.current)
      clearTimeout(still)
      still = setTimeout(sharp, STILL_MS)
    }
    const size = Math.max(200, ...drawing.nodes.map(({ x, y }) => Math.hypot(x, y)))
    view.current = { x: 0, y: 0, zoom: Math.min(1.5, canvas.clientHeight / 2 / size) }
    sharp()
    addEventListener('resize', sharp)
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
      canvas.removeEventListener('wheel', onWheel)
    }
  }, [drawing])
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
          if (from === null) return
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
          const box = event.currentTarget.getBoundingClientRect()
          const { x, y, zoom: scale } = view.current
          const found = nodeAt(
            drawing,
            (event.clientX - box.left - box.width / 2 - x) / scale,
            (event.clientY - box.top - box.height / 2 - y) / scale,
            12 / scale,
          )
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
        <span class="quiet small">{words.hint}</span>
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
