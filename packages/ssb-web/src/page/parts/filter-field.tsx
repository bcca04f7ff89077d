import type { VNode } from 'preact'
import { texts } from '../texts.ts'

/** A field for a part of what is listed below it. */
export function FilterField({
  value,
  set,
}: {
  readonly value: string
  readonly set: (value: string) => void
}): VNode {
  return (
    <input
      type="search"
      aria-label={texts.common.filter}
      placeholder={texts.common.filter}
      value={value}
      onInput={(event) => set(event.currentTarget.value)}
    />
  )
}

/** Whether a text has what was typed in it, in whatever case. */
export function matches(text: string, typed: string): boolean {
  return text.toLowerCase().includes(typed.toLowerCase())
}
