import { InviteError } from './errors.ts'

/** Errors behind an error that are looked at. */
const CAUSES_MAX = 50

/** What a server of this network that knows the dialled key not, or its guest not, makes a dial fail with. */
const NOT_LET_IN: ReadonlySet<unknown> = new Set(['SSB_SHS_NOT_ACCEPTED', 'SSB_SHS_ACCEPT_INVALID'])

/** A failed dial of an invite's server, as one sentence. */
export function dialError(error: unknown): InviteError {
  const codes = codesOf(error)
  const make = (code: InviteError['code'], sentence: string): InviteError =>
    new InviteError(code, sentence, { cause: error })
  if (codes.some((code) => NOT_LET_IN.has(code)))
    return make(
      'SSB_INVITE_WRONG_SERVER',
      'A server of this network answers there, but it is not the one that the invite names, or it lets this invite in no more.',
    )
  if (codes.includes('SSB_SHS_CHALLENGE_INVALID'))
    return make(
      'SSB_INVITE_WRONG_NETWORK',
      'What answers there is no server of this network: it belongs to another network, or speaks something else.',
    )
  if (codes.includes('SSB_NET_HANDSHAKE'))
    return make(
      'SSB_INVITE_WRONG_NETWORK',
      'The server hung up at our first word: it is in another network, or speaks something else.',
    )
  if (codeOf(error) === 'SSB_NET_ADDRESS')
    return make(
      'SSB_INVITE_CODE',
      'The invite names a kind of connection that this server does not make.',
    )
  return make('SSB_INVITE_UNREACHABLE', `could not connect to server: ${textOf(error)}`)
}

/** Whether another dial may go better. */
export function isTransient(error: unknown): boolean {
  const code = codeOf(error)
  return code !== 'SSB_NET_HANDSHAKE' && code !== 'SSB_NET_ADDRESS'
}

/**
 * What a server answered to `invite.use`, as one of our codes. The servers of the network have no
 * codes, so their words are read: those of ssb-invite, ssb-server and go-ssb.
 */
export function useError(error: unknown): InviteError {
  const text = textOf(error)
  const make = (code: InviteError['code'], sentence: string): InviteError =>
    new InviteError(code, sentence, { cause: error })
  if (/already following/i.test(text))
    return make('SSB_INVITE_ALREADY_FOLLOWING', 'The server follows this feed already.')
  // COMPAT: a used-up guest of ssb-invite is an ordinary stranger, who may not call `invite.use`
  if (/expired|depleted|used up|not in list of allowed methods|no such command/i.test(text))
    return make(
      'SSB_INVITE_USED_UP',
      'The invite has been used as often as it may be, or has expired.',
    )
  if (/not ?found|unknown invite|does not exist/i.test(text))
    return make('SSB_INVITE_USED_UP', 'The server does not know this invite, or knows it no more.')
  if (/not allowed|forbidden|denied|blocked/i.test(text))
    return make('SSB_INVITE_NOT_ALLOWED', 'The server does not let this feed use the invite.')
  return make('SSB_INVITE_FAILED', `invite not accepted: ${text}`)
}

/** The codes of an error and of those that it came of: of each alternative of an address, and of its handshake. */
function codesOf(error: unknown): readonly unknown[] {
  const codes: unknown[] = []
  const waiting: unknown[] = [error]
  for (
    let at = waiting.shift();
    at !== undefined && codes.length < CAUSES_MAX;
    at = waiting.shift()
  ) {
    codes.push(codeOf(at))
    if (at instanceof AggregateError) waiting.push(...(at.errors as readonly unknown[]))
    else if (at instanceof Error && at.cause !== undefined) waiting.push(at.cause)
  }
  return codes
}

function codeOf(error: unknown): unknown {
  return (error as { readonly code?: unknown } | null)?.code
}

function textOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  return text.length > 300 ? `${text.slice(0, 300)}…` : text
}
