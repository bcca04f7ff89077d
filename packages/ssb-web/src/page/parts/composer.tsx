import type { FeedId, MsgId } from '@scuttlebot/ssb-ref'
import type { VNode } from 'preact'
import { useRef, useState } from 'preact/hooks'
import {
  type Attached,
  contentOf,
  filesIn,
  MESSAGE_MAX,
  RECIPIENTS_MAX,
  sizeOf,
  typedMention,
  withMention,
} from '../data/draft.ts'
import { addFile, markdownOf, tellOf } from '../data/files.ts'
import { useOwnId, useRemote } from '../data/server.ts'
import { texts } from '../texts.ts'
import { Failed, useDeed } from './bits.tsx'
import { Person } from './person.tsx'
import { PickPerson, Suggestions, useSuggestions } from './pick-person.tsx'

const { compose: words } = texts

/** What a composer begins with. */
export interface ComposerProps {
  /** The thread that is replied to. */
  readonly root?: MsgId
  /** The ends of that thread. */
  readonly branch?: readonly MsgId[]
  /** For whom it is boxed, besides ourselves; they can be changed unless it is a reply. */
  readonly recipients?: readonly FeedId[]
  /** It can only be private. */
  readonly alwaysPrivate?: boolean
  readonly onDone?: (key: MsgId) => void
}

/** Write a message: public, or private to some; the size is told before it is sent. */
export function Composer({
  root,
  branch = [],
  recipients: first = [],
  alwaysPrivate = false,
  onDone,
}: ComposerProps): VNode {
  const own = useOwnId()
  const remote = useRemote()
  const [text, setText] = useState('')
  const [caret, setCaret] = useState(0)
  const [attached, setAttached] = useState<readonly Attached[]>([])
  const [recipients, setRecipients] = useState(first)
  const [isPrivate, setPrivate] = useState(alwaysPrivate || first.length > 0)
  const [isDone, setDone] = useState(false)
  const area = useRef<HTMLTextAreaElement>(null)
  const deed = useDeed()

  const files = filesIn(text, attached)
  const content = contentOf({ text, root: root ?? null, branch, attached })
  const boxedFor = isPrivate ? [...new Set([own, ...recipients])] : []
  const size = sizeOf(content, boxedFor)
  const isReply = root !== undefined
  // a reply to a private note of our own is for nobody else
  const hasReaders = !isPrivate || isReply || recipients.length > 0
  const isReady = text.trim() !== '' && size <= MESSAGE_MAX && hasReaders
  const list = useSuggestions(typedMention(text, caret))

  const write = (next: string, at: number): void => {
    setText(next)
    setCaret(at)
    setDone(false)
    // after the text is in place
    requestAnimationFrame(() => {
      area.current?.focus()
      area.current?.setSelectionRange(at, at)
    })
  }
  const attach = async (files: readonly File[]): Promise<void> => {
    for (const file of files) {
      const added = await addFile(remote, file, isPrivate)
      setAttached((old) => [...old, added])
      setText(
        (old) => `${old}${old === '' || old.endsWith('\n') ? '' : '\n'}${markdownOf(added)}\n`,
      )
    }
  }
  const publish = async (): Promise<void> => {
    await tellOf(remote, files)
    const { key } = isPrivate
      ? await remote.private.publish(content, boxedFor)
      : await remote.publish(content)
    setText('')
    setAttached([])
    setDone(true)
    onDone?.(key)
  }
  return (
    <form
      class="card composer"
      onSubmit={(event) => {
        event.preventDefault()
        if (isReady && !deed.isBusy) deed.run(publish)
      }}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault()
        const files = [...(event.dataTransfer?.files ?? [])]
        if (files.length > 0) deed.run(() => attach(files))
      }}
    >
      {isPrivate ? (
        <div class="row wrap">
          <span>{words.recipients}</span>
          {recipients.map((id) => (
            <span key={id} class="chip">
              <Person id={id} />
              {isReply ? null : (
                <button
                  type="button"
                  class="plain"
                  aria-label={words.remove(id)}
                  onClick={() => setRecipients(recipients.filter((one) => one !== id))}
                >
                  ×
                </button>
              )}
            </span>
          ))}
          {isReply || recipients.length >= RECIPIENTS_MAX - 1 ? null : (
            <PickPerson
              label={words.recipientsHint}
              pick={(id) => setRecipients([...recipients.filter((one) => one !== id), id])}
            />
          )}
        </div>
      ) : null}
      <textarea
        ref={area}
        aria-label={words.text}
        placeholder={words.placeholder}
        rows={isReply ? 3 : 4}
        value={text}
        onInput={(event) => {
          setText(event.currentTarget.value)
          setCaret(event.currentTarget.selectionStart)
          setDone(false)
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey))
            event.currentTarget.form?.requestSubmit()
        }}
      />
      <Suggestions
        list={list}
        pick={(one) => {
          const next = withMention(text, caret, one)
          write(next.text, next.caret)
        }}
      />
      {deed.error === null ? null : <Failed why={deed.error} />}
      <div class="row wrap">
        <button type="submit" class="primary" disabled={!isReady || deed.isBusy}>
          {deed.isBusy ? words.publishing : words.publish}
        </button>
        <label class="button">
          {words.attach}
          <input
            type="file"
            multiple
            class="hidden"
            onChange={(event) => {
              const files = [...(event.currentTarget.files ?? [])]
              event.currentTarget.value = ''
              deed.run(() => attach(files))
            }}
          />
        </label>
        {isReply || alwaysPrivate ? null : (
          <label>
            <input
              type="checkbox"
              checked={isPrivate}
              // a file is encrypted or not when it is attached
              disabled={files.length > 0 || deed.isBusy}
              onChange={(event) => setPrivate(event.currentTarget.checked)}
            />{' '}
            {words.makePrivate}
          </label>
        )}
        <span class={size > MESSAGE_MAX ? 'failed small' : 'quiet small'} aria-live="polite">
          {text === '' ? (isDone ? words.published : words.forever) : words.size(size, MESSAGE_MAX)}
          {size > MESSAGE_MAX ? `. ${words.tooLong}` : ''}
        </span>
      </div>
    </form>
  )
}
