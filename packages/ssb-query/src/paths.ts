/** Takes a part of a value. */
export type Take = (value: unknown) => unknown

/** Whether a value has properties: objects and lists. */
export const isObject = (x: unknown): x is Readonly<Record<string, unknown>> =>
  typeof x === 'object' && x !== null

/** An own property; `undefined` of anything that has none. */
export function own(value: unknown, name: string | number): unknown {
  if (typeof value === 'string' && name === 'length') return value.length
  return isObject(value) && Object.hasOwn(value, name)
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined
}

/** The way to a value: a name, a list of names, or `true` for the value itself. */
export function pathOf(path: unknown): Take | null {
  if (path === true) return (value) => value
  if (typeof path === 'string' || typeof path === 'number') return (value) => own(value, path)
  if (Array.isArray(path) && path.every((x) => typeof x === 'string' || typeof x === 'number'))
    return (value) => path.reduce((at, name: string | number) => own(at, name), value)
  return null
}
