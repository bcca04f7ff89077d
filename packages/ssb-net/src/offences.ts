import { NetError } from './errors.ts'

/** What a peer has done wrong; plugins may add words of their own. */
export type Offence = 'protocol' | 'overload' | 'messages' | 'blobs' | (string & {})

/** @internal What the error that ended a connection says about the peer; `null`: nothing bad. */
export function offenceOf(
  error: Error | null,
): { readonly kind: Offence; readonly weight: number } | null {
  const code = (error as { readonly code?: unknown } | null)?.code
  return (typeof code === 'string' && OFFENCES.get(code)) || null
}

/** Weights are for a scale on which 100 is a ban. Hang-ups are no offence: networks break. */
const OFFENCES: ReadonlyMap<string, { readonly kind: Offence; readonly weight: number }> = new Map([
  ['SSB_MUXRPC_BAD_FRAME', { kind: 'protocol', weight: 20 }],
  ['SSB_MUXRPC_FRAME_TOO_LARGE', { kind: 'protocol', weight: 20 }],
  ['SSB_MUXRPC_LIMIT', { kind: 'overload', weight: 10 }],
  ['SSB_NET_PRESSURE', { kind: 'overload', weight: 10 }],
  // anybody on the way can break a box stream, and must not get the peer banned: only what was boxed counts
  ['SSB_BOX_STREAM_TOO_LONG', { kind: 'protocol', weight: 20 }],
])

/** @internal Why an incoming handshake failed, where that is counted on its own. */
export function handshakeFault(error: unknown): 'late' | 'refused' | null {
  const cause = error instanceof NetError ? (error.cause as { readonly code?: unknown }) : null
  if (cause?.code === 'SSB_SHS_TIMEOUT') return 'late'
  return cause?.code === 'SSB_SHS_REFUSED' ? 'refused' : null
}
