import UPlot from 'uplot'
import { texts } from '../texts.ts'

const HOUR_S = 3_600

/** A colour of the page. */
function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim()
}

/** Draw lines into `place`. Its stylesheet is part of the page's own. */
export function makePlot(
  place: HTMLElement,
  names: readonly string[],
  data: UPlot.AlignedData,
): UPlot {
  const axis = { stroke: colour('--quiet'), grid: { stroke: colour('--line'), width: 1 } }
  const strokes = [colour('--accent'), colour('--second')]
  return new UPlot(
    {
      width: place.clientWidth,
      height: 220,
      cursor: { show: false },
      legend: { show: false },
      // the whole hour, also while there is only its end
      scales: {
        x: { range: () => [Date.now() / 1_000 - HOUR_S, Date.now() / 1_000] },
        y: { range: (_, __, most) => [0, Math.max(100, 1.1 * (most ?? 0))] },
      },
      axes: [
        { ...axis, values: (_, ticks) => ticks.map(clock) },
        { ...axis, size: 60, values: (_, ticks) => ticks.map(short) },
      ],
      series: [
        {},
        ...names.map((label, n) => ({
          label,
          stroke: strokes[n % 2] ?? '',
          width: 2,
          points: { show: false },
        })),
      ],
    },
    data,
    place,
  )
}

const times = new Intl.DateTimeFormat(texts.time.locale, { hour: '2-digit', minute: '2-digit' })

function clock(seconds: number): string {
  return times.format(seconds * 1_000)
}

function short(value: number): string {
  if (value >= 1e6) return `${(value / 1e6).toFixed(1)} M`
  return value >= 1e3 ? `${Math.round(value / 1e3)} k` : String(Math.round(value))
}
