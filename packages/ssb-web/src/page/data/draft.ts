import { type FeedId, isBlobId, isFeedId, isMsgId, type MsgId } from '@scuttlebot/ssb-ref'
import type { Content } from './message.ts'

/** Characters that a signed message may have. */
export const MESSAGE_MAX = 8_192
/** Recipients of a private message, ourselves included. */
export const RECIPIENTS_MAX = 7

/** A file that was added to the blobs. */
export interface Attached {
  /** What the text links to: with the key, if it is encrypted. */
  readonly link: string
  readonly name: string
  readonly size: number
  readonly type: string
}

/** What is going to be published. */
export interface Draft {
  readonly text: string
  readonly root: MsgId | null
  /** The messages that it replies to: the ends of the thread. */
  readonly branch: readonly MsgId[]
  readonly attached: readonly Attached[]
}

/** Targets of the links of a text in markdown. */
function targetsOf(text: string): readonly (readonly [name: string, target: string])[] {
  return [...text.matchAll(/\[([^\]]*)\]\(([@&%][^\s)]+)\)/g)].map(([, name = '', target = '']) => [
    name,
    target,
  ])
}

/** Those of the files that a text still links to. */
export function filesIn(text: string, attached: readonly Attached[]): readonly Attached[] {
  const targets = new Set(targetsOf(text).map(([, target]) => target))
  return attached.filter(({ link }) => targets.has(link))
}

/** The mentions of a text: everything that it links to, as other clients write it. */
export function mentionsOf(text: string, attached: readonly Attached[]): readonly object[] {
  const found = new Map<string, object>()
  for (const [name, target] of targetsOf(text)) {
    const file = attached.find(({ link }) => link === target)
    if (file !== undefined) found.set(target, { ...file })
    else if (isFeedId(target)) found.set(target, { link: target, name: name.replace(/^@/, '') })
    else if (isMsgId(target) || isBlobId(target)) found.set(target, { link: target })
  }
  return [...found.values()]
}

/** The content of a post. */
export function contentOf({ text, root, branch, attached }: Draft): Content {
  const mentions = mentionsOf(text, attached)
  return {
    type: 'post',
    text,
    ...(root === null ? {} : { root, branch: branch.length === 1 ? branch[0] : branch }),
    ...(mentions.length === 0 ? {} : { mentions }),
  }
}

const HASH = 'A'.repeat(43)

/**
 * How many characters a message with that content has when it is signed, as near as can be said before: the number of
 * digits of its sequence is guessed high. A private one is boxed: its base64, and the boxes of its recipients.
 */
export function sizeOf(content: Content, recipients: readonly FeedId[]): number {
  const boxed = (): string => {
    const plain = JSON.stringify({ ...content, recps: recipients })
    const bytes = new TextEncoder().encode(plain).length + 24 + 32 + 49 * recipients.length + 16
    return `${'A'.repeat(Math.ceil(bytes / 3) * 4)}.box`
  }
  const message = {
    previous: `%${HASH}=.sha256`,
    author: `@${HASH}=.ed25519`,
    sequence: 9_999_999,
    timestamp: 1_700_000_000_000.001,
    hash: 'sha256',
    content: recipients.length > 0 ? boxed() : content,
    signature: `${'A'.repeat(86)}==.sig.ed25519`,
  }
  return JSON.stringify(message, null, 2).length
}

/** The mention that is being typed at the caret: `@ali`. */
export function typedMention(text: string, caret: number): string | null {
  return /(?:^|\s)@([\p{L}\p{N}_-]{1,30})$/u.exec(text.slice(0, caret))?.[1] ?? null
}

/** The text with that mention replaced by a link, and where the caret is then. */
export function withMention(
  text: string,
  caret: number,
  { id, name }: { readonly id: FeedId; readonly name: string },
): { readonly text: string; readonly caret: number } {
  const typed = typedMention(text, caret) ?? ''
  const before = text.slice(0, caret - typed.length - 1)
  // brackets in a name would end the link
  const link = `[@${name.replace(/[[\]]/g, '')}](${id}) `
  return { text: before + link + text.slice(caret), caret: before.length + link.length }
}
