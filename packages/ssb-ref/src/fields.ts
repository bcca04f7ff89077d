/** The members of a legacy address object, as yet of unknown type. */
interface LegacyFields {
  readonly host: unknown
  readonly port: unknown
  readonly key: unknown
}

/**
 * Read the members of an address object, whatever it is: getters and proxies that throw count as no object.
 *
 * @returns null for anything that is no object, and for arrays
 */
export function fieldsOf(x: unknown): LegacyFields | null {
  if (typeof x !== 'object' || x === null) return null
  try {
    if (Array.isArray(x)) return null
    const { host, port, key } = x as LegacyFields
    return { host, port, key }
  } catch {
    return null
  }
}

/** A port as the classic code converts it: texts by number rules, null as 0, anything else but numbers is none. */
export function numberOf(x: unknown): number {
  return typeof x === 'number' || typeof x === 'string' || x === null ? Number(x) : Number.NaN
}
