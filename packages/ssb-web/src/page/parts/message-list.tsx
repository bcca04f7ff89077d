import type { MsgId } from '@scuttlebot/ssb-ref'
import type { VNode } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { Message } from '../data/message.ts'
import { SHEET } from '../data/starts.ts'
import { MessageView } from './message-view.tsx'
import { Sheets } from './sheets.tsx'

/**
 * The messages as far as they are drawn by now: a sheet more with each turn, until it is all of them. Markdown of any
 * length is made of each, and the page answers in between.
 */
export function useDrawn(
  messages: readonly Message[],
  inThread = false,
): { readonly views: readonly VNode[]; readonly isWhole: boolean } {
  // the same node is not looked at again: only what is new costs anything
  const drawn = useRef(new Map<MsgId, VNode>())
  const [turn, setTurn] = useState(0)
  const views: VNode[] = []
  let fresh = 0
  for (const message of messages) {
    let view = drawn.current.get(message.key)
    if (view === undefined) {
      if (++fresh > SHEET) continue
      view = <MessageView key={message.key} message={message} inThread={inThread} />
      drawn.current.set(message.key, view)
    }
    views.push(view)
  }
  const isWhole = views.length === messages.length
  useEffect(() => {
    if (isWhole) return
    const timer = setTimeout(() => setTurn(turn + 1))
    return () => clearTimeout(timer)
  }, [isWhole, turn])
  return { views, isWhole }
}

/** Messages one below the other. */
export function MessageList({
  messages,
  inThread = false,
}: {
  readonly messages: readonly Message[]
  readonly inThread?: boolean
}): VNode {
  return <Sheets views={useDrawn(messages, inThread).views} />
}
