import { Cell, useCell } from './data/cell.ts'

/** Where in the page we are: the part of the address behind `#/`. */
export interface Place {
  readonly page: string
  readonly argument: string
}

function placeOf(hash: string): Place {
  const [page = '', rest = ''] = hash.replace(/^#\/?/, '').split('/', 2)
  try {
    return { page, argument: decodeURIComponent(rest) }
  } catch {
    return { page, argument: '' }
  }
}

const place = new Cell<Place>(placeOf(location.hash))

addEventListener('hashchange', () => {
  place.set(placeOf(location.hash))
  scrollTo(0, 0)
  // who reads by ear or moves by key begins at the content
  document.getElementById('content')?.focus({ preventScroll: true })
})

/** The place of now. */
export function usePlace(): Place {
  return useCell(place)
}

/** The address of a place. */
export function to(page: string, argument = ''): string {
  return argument === '' ? `#/${page}` : `#/${page}/${encodeURIComponent(argument)}`
}

/** Go there. */
export function go(page: string, argument = ''): void {
  location.hash = to(page, argument)
}
