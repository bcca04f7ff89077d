/** Invites that are kept. Our choice. */
export const INVITES_MAX = 10_000
/** Uses of one invite. Our choice. */
export const USES_MAX = 100_000
/** UTF-16 units of a note: it goes into messages. Our choice. */
export const NOTE_LENGTH_MAX = 500
/** Dials of an invite's server before we give up, as the reference. */
export const ATTEMPTS = 3
/** The pause before the second dial, in milliseconds; the next is twice as long. */
export const RETRY_MS = 500
/** How long a server may take to answer `invite.use`, in milliseconds. Our choice. */
export const ANSWER_MS = 30_000
