import type { Drawing } from '../data/graph.ts'

/** Where one looks from: the middle of the drawing in points from the middle of the canvas, and how large it is. */
export interface View {
  x: number
  y: number
  zoom: number
}

const RADIUS = 5
/** Lines and points that take a few milliseconds. */
const SLICE = 1_000
/** Lines that are drawn at most while it moves. */
const ROUGH_LINES = 1_000
/** Paths of more lines than these take longer for each of them. */
const PATH_LINES = 100

function coloursOf(): { readonly hops: readonly string[]; readonly line: string } {
  const style = getComputedStyle(document.documentElement)
  const of = (name: string): string => style.getPropertyValue(name).trim()
  return { hops: ['--hop0', '--hop1', '--hop2', '--hop3'].map(of), line: of('--edge') }
}

/** Give a canvas as many points as `like` has on the screen. */
export function fit(canvas: HTMLCanvasElement, like: HTMLCanvasElement = canvas): void {
  const [width, height] = [
    like.clientWidth * devicePixelRatio,
    like.clientHeight * devicePixelRatio,
  ]
  if (canvas.width !== Math.floor(width)) canvas.width = width
  if (canvas.height !== Math.floor(height)) canvas.height = height
}

function begin(canvas: HTMLCanvasElement, like: HTMLCanvasElement, view: View) {
  const context = canvas.getContext('2d')
  if (context === null) return null
  fit(canvas, like)
  const scale = devicePixelRatio
  const { clientWidth: width, clientHeight: height } = like
  context.setTransform(scale, 0, 0, scale, 0, 0)
  context.clearRect(0, 0, width, height)
  context.translate(width / 2 + view.x, height / 2 + view.y)
  context.scale(view.zoom, view.zoom)
  return context
}

function drawLines(
  context: CanvasRenderingContext2D,
  { x, y, edges }: Drawing,
  { zoom }: View,
  colour: string,
  from: number,
  to: number,
  every = 1,
): void {
  context.strokeStyle = colour
  context.lineWidth = 0.7 / zoom
  for (let first = from; first < to; first += PATH_LINES * every) {
    context.beginPath()
    for (let line = first; line < Math.min(to, first + PATH_LINES * every); line += every) {
      const a = edges[2 * line] as number
      const b = edges[2 * line + 1] as number
      context.moveTo(x[a] as number, y[a] as number)
      context.lineTo(x[b] as number, y[b] as number)
    }
    context.stroke()
  }
}

const radiusOf = ({ zoom }: View): number => RADIUS / Math.max(0.5, Math.min(zoom, 2))
const colourOf = (colours: readonly string[], hops: number): string =>
  colours[Math.min(hops, 3)] ?? ''

/** Draw it while it moves: some of the lines, and squares for points, which cost a third of circles. */
export function drawRough(canvas: HTMLCanvasElement, drawing: Drawing, view: View): void {
  const context = begin(canvas, canvas, view)
  if (context === null) return
  const colours = coloursOf()
  const lines = drawing.edges.length / 2
  const every = Math.ceil(lines / ROUGH_LINES) || 1
  drawLines(context, drawing, view, colours.line, 0, lines, every)
  const size = radiusOf(view)
  for (const [at, { hops }] of drawing.nodes.entries()) {
    const [x, y] = [drawing.x[at] as number, drawing.y[at] as number]
    context.fillStyle = colourOf(colours.hops, hops)
    context.fillRect(x - size, y - size, 2 * size, 2 * size)
  }
}

/** Draw it on a picture of its own as it is to be looked at: each turn a part, so that the page answers in between. */
export function* drawSharp(
  like: HTMLCanvasElement,
  drawing: Drawing,
  view: View,
): Generator<undefined, HTMLCanvasElement> {
  const canvas = document.createElement('canvas')
  const context = begin(canvas, like, view)
  if (context === null) return canvas
  const colours = coloursOf()
  const lines = drawing.edges.length / 2
  // what is not read is not drawn before the end, and then all at once
  const settle = (): unknown => context.getImageData(0, 0, 1, 1)
  for (let at = 0; at < lines; at += SLICE) {
    drawLines(context, drawing, view, colours.line, at, Math.min(lines, at + SLICE))
    settle()
    yield
  }
  const radius = radiusOf(view)
  for (const [at, { hops }] of drawing.nodes.entries()) {
    context.fillStyle = colourOf(colours.hops, hops)
    context.beginPath()
    context.arc(
      drawing.x[at] as number,
      drawing.y[at] as number,
      hops === 0 ? radius * 1.8 : radius,
      0,
      2 * Math.PI,
    )
    context.fill()
    if (at % SLICE !== SLICE - 1) continue
    settle()
    yield
  }
  return canvas
}

/** What was drawn last, and from where: moved and zoomed as a picture until there is time to draw anew. */
export interface Picture {
  readonly canvas: HTMLCanvasElement
  readonly view: View
}

/** Show a picture as it looks from elsewhere. */
export function show(canvas: HTMLCanvasElement, { canvas: copy, view: from }: Picture, view: View) {
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
