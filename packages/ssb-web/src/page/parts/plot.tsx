import type { VNode } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import type uPlot from 'uplot'

/** Numbers over time; the library for it is loaded when the first plot is drawn. */
export function Plot({
  times,
  series,
  label,
}: {
  /** milliseconds since 1970, ascending */
  readonly times: readonly number[]
  readonly series: readonly { readonly label: string; readonly values: readonly number[] }[]
  readonly label: string
}): VNode {
  const place = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot | null>(null)
  const data = useRef<uPlot.AlignedData>([[]])
  data.current = [times.map((at) => at / 1_000), ...series.map(({ values }) => [...values])]
  const names = series.map((one) => one.label).join('\n')
  useEffect(() => {
    let isOver = false
    const draw = async (): Promise<void> => {
      const { makePlot } = await import('./plot-maker.ts')
      if (isOver || place.current === null) return
      plot.current?.destroy()
      plot.current = makePlot(place.current, names.split('\n'), data.current)
    }
    void draw()
    const fit = (): void => {
      if (place.current !== null)
        plot.current?.setSize({ width: place.current.clientWidth, height: 220 })
    }
    addEventListener('resize', fit)
    // its colours are painted, not those of the stylesheet
    const theme = matchMedia('(prefers-color-scheme: dark)')
    theme.addEventListener('change', draw)
    return () => {
      isOver = true
      removeEventListener('resize', fit)
      theme.removeEventListener('change', draw)
      plot.current?.destroy()
      plot.current = null
    }
  }, [names])
  useEffect(() => plot.current?.setData(data.current))
  return <div ref={place} class="plot" role="img" aria-label={label} />
}
