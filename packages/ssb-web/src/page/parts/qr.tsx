import type { VNode } from 'preact'
import { useMemo } from 'preact/hooks'
import { encode } from 'uqr'

/** A text as a QR code: black on white in every theme, as cameras want it. */
export function Qr({ text, label }: { readonly text: string; readonly label: string }): VNode {
  const { path, size } = useMemo(() => {
    const { data, size } = encode(text, { border: 2 })
    const squares = data.flatMap((line, y) =>
      line.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : [])),
    )
    return { path: squares.join(''), size }
  }, [text])
  return (
    <svg
      class="qr"
      viewBox={`0 0 ${size} ${size}`}
      role="img"
      aria-label={label}
      shape-rendering="crispEdges"
    >
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  )
}
