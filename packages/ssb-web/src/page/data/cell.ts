import { useEffect, useState } from 'preact/hooks'

/** A value that tells of its changes. */
export class Cell<T> {
  #value: T
  readonly #listeners = new Set<() => void>()

  constructor(value: T) {
    this.#value = value
  }

  get value(): T {
    return this.#value
  }

  set(value: T): void {
    if (Object.is(value, this.#value)) return
    this.#value = value
    for (const listener of [...this.#listeners]) listener()
  }

  /** @returns the way to stop listening */
  on(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }
}

/** The value of a cell; the component is drawn again when it changes. */
export function useCell<T>(cell: Cell<T>): T {
  const [, draw] = useState({})
  const drawn = cell.value
  useEffect(() => {
    // it may have changed before anybody listened
    if (!Object.is(cell.value, drawn)) draw({})
    return cell.on(() => draw({}))
  }, [cell])
  return drawn
}
