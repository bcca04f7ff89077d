import { InviteError } from './errors.ts'

/** A failed dial of an invite's server, as one sentence. */
export function dialError(error: unknown): InviteError {
  const code = codeOf(error)
  const cause = { cause: error }
  if (code === 'SSB_NET_HANDSHAKE')
    return new InviteError(
      'SSB_INVITE_WRONG_NETWORK',
      'The server hung up on us: it is in another network, or it is not the one that the invite names.',
      cause,
    )
  if (code === 'SSB_NET_ADDRESS')
    return new InviteError(
      'SSB_INVITE_CODE',
      'The invite names a kind of connection that this server cannot make.',
      cause,
    )
  return new InviteError(
    'SSB_INVITE_UNREACHABLE',
    `could not connect to server: ${textOf(error)}`,
    cause,
  )
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

function codeOf(error: unknown): unknown {
  return (error as { readonly code?: unknown } | null)?.code
}

function textOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  return text.length > 300 ? `${text.slice(0, 300)}…` : text
}
