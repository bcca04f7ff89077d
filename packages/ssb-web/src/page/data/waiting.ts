import type { Message } from './message.ts'

/** Messages that are kept until they are asked for; of more, only the number is known. */
export const WAITING_MAX = 100

/** What has come since a list was read, the newest first. */
export interface Waiting {
  readonly list: readonly Message[]
  /** How many have come besides those: the list is read anew then. */
  readonly more: number
}

/** Nothing has come. */
export const NOTHING: Waiting = { list: [], more: 0 }

/** One more has come. A server that has been away for weeks gets ten thousands while the page is open. */
export function waitingWith({ list, more }: Waiting, message: Message): Waiting {
  const others = list.filter(({ key }) => key !== message.key)
  if (others.length < WAITING_MAX) return { list: [message, ...others], more }
  return { list: [message, ...others.slice(0, WAITING_MAX - 1)], more: more + 1 }
}

/** Those of a list, the newest first, that come behind what is shown already. */
export function behind(
  shown: readonly Message[],
  list: readonly (Message | null)[],
): readonly Message[] {
  const last = shown.at(-1)?.key
  const known = new Set(shown.map(({ key }) => key))
  return list
    .slice(list.findIndex((one) => one?.key === last && last !== undefined) + 1)
    .filter((one) => one !== null && !known.has(one.key)) as Message[]
}
