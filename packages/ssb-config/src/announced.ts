/** A place that others are told of, which is not where we listen: a name, a forwarded port, a proxy. */
export interface Announced {
  /** Name or IP address, without brackets. */
  readonly host: string
  /** `null`: the port that is listened on (443 behind TLS). */
  readonly port: number | null
  /** Something before us speaks TLS there: `wss` instead of `ws`. */
  readonly isSecure: boolean
}

const PORT_MAX = 65_535
/** Characters that end a host, or mean something, in a multiserver address. */
const NO_HOST = /[\s~;!/@?#[\]]/

/**
 * Read `host`, `host:port`, `[IPv6]:port`, a bare IPv6 address, each perhaps after `ws://` or `wss://`. Total:
 * `null` for anything else.
 */
export function announcedOf(text: unknown): Announced | null {
  if (typeof text !== 'string') return null
  const [, scheme = '', rest = ''] = /^(wss?:\/\/)?(.*?)\/?$/s.exec(text.trim()) ?? []
  const [, bracketed, bare, digits] = /^(?:\[([^\]]*)\]|([^:]*))(?::(\d{1,5}))?$/.exec(rest) ?? []
  // an IPv6 address may stand without brackets, as hosts do in configurations; then it has no port
  const host = bracketed ?? bare ?? rest
  const port = digits === undefined ? null : Number(digits)
  if (host === '' || NO_HOST.test(host) || (port !== null && (port < 1 || port > PORT_MAX)))
    return null
  if (host.includes(':') && !/^(?=.*:.*:)[\da-f:.]+$/i.test(host)) return null
  return { host, port, isSecure: scheme === 'wss://' }
}
