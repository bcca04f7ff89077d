import { isFeedId } from '@scuttlebot/ssb-ref'
import type { VNode } from 'preact'
import { useState } from 'preact/hooks'
import { usePoll } from '../data/ask.ts'
import { addFile, tellOf } from '../data/files.ts'
import { healthOf } from '../data/health.ts'
import { refresh, useKnown } from '../data/names.ts'
import { useOwnId, useRemote } from '../data/server.ts'
import { Card, Copyable, Failed, Loading, Page, useDeed } from '../parts/bits.tsx'
import { Avatar } from '../parts/person.tsx'
import { Qr } from '../parts/qr.tsx'
import { go } from '../router.ts'
import { texts } from '../texts.ts'

const { home: words, common } = texts

/** Who we are, how the server is, and what needs somebody. */
export function Home(): VNode {
  return (
    <Page title={words.title}>
      <Self />
      <State />
      <Card title={words.accept}>
        <Accept />
      </Card>
      <Card title={words.follow}>
        <Follow />
      </Card>
    </Page>
  )
}

function Self(): VNode {
  const own = useOwnId()
  const remote = useRemote()
  const { name } = useKnown(own)
  const [typed, setTyped] = useState<string | null>(null)
  const deed = useDeed()
  const save = async (): Promise<void> => {
    await remote.publish({ type: 'about', about: own, name: (typed ?? '').trim() })
    setTyped(null)
    refresh(own)
  }
  const show = async (file: File): Promise<void> => {
    const added = await addFile(remote, file, false)
    await tellOf(remote, [added])
    const { link, size, type } = added
    await remote.publish({ type: 'about', about: own, image: { link, size, type } })
    refresh(own)
  }
  return (
    <Card>
      <div class="self">
        <Avatar id={own} size={96} />
        <div class="grow">
          <form
            onSubmit={(event) => {
              event.preventDefault()
              deed.run(save)
            }}
          >
            <label for="own-name">{words.yourName}</label>
            <div class="row wrap">
              <input
                id="own-name"
                type="text"
                maxLength={80}
                autocomplete="off"
                value={typed ?? name}
                onInput={(event) => setTyped(event.currentTarget.value)}
              />
              <button
                type="submit"
                class="primary"
                disabled={deed.isBusy || typed === null || typed.trim() === '' || typed === name}
              >
                {common.save}
              </button>
              <label class="button">
                {words.choosePicture}
                <input
                  type="file"
                  accept="image/*"
                  class="hidden"
                  onChange={(event) => {
                    const [file] = event.currentTarget.files ?? []
                    if (file !== undefined) deed.run(() => show(file))
                  }}
                />
              </label>
            </div>
          </form>
          {name === '' && typed === null ? <p class="quiet">{words.noNameYet}</p> : null}
          {deed.error === null ? null : <Failed why={deed.error} />}
          <h2>{words.id}</h2>
          <p>
            <Copyable text={own} label={words.id} />
          </p>
          <p class="quiet small">{words.idHint}</p>
        </div>
        <Qr text={own} label={words.qr} />
      </div>
    </Card>
  )
}

function State(): VNode {
  const asked = usePoll('health', 5_000, healthOf)
  const health = asked.value
  if (health === undefined)
    return asked.error === null ? <Loading /> : <Failed why={asked.error} again={asked.again} />
  return (
    <>
      <Card title={words.attention}>
        <p>{words.sentence(health.peers, health.feeds)}</p>
        {health.attention.length === 0 ? (
          <p class="quiet">{words.nothing}</p>
        ) : (
          <ul>
            {health.attention.map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
        )}
      </Card>
      <Card title={words.addresses}>
        <ul class="addresses">
          {health.addresses.map((address) => (
            <li key={address}>
              <Copyable text={address} />
            </li>
          ))}
        </ul>
      </Card>
    </>
  )
}

function Accept(): VNode {
  const remote = useRemote()
  const deed = useDeed()
  const [code, setCode] = useState('')
  const [isDone, setDone] = useState(false)
  const accept = async (): Promise<void> => {
    await remote.invite.accept(code.trim())
    setCode('')
    setDone(true)
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (code.trim() !== '') deed.run(accept)
      }}
    >
      <label for="invite-code">{words.acceptLabel}</label>
      <div class="row wrap">
        <input
          id="invite-code"
          type="text"
          autocomplete="off"
          placeholder={words.acceptHint}
          value={code}
          onInput={(event) => {
            setCode(event.currentTarget.value)
            setDone(false)
          }}
        />
        <button type="submit" disabled={deed.isBusy || code.trim() === ''}>
          {words.accept}
        </button>
      </div>
      <p role="status" class="quiet">
        {isDone ? words.accepted : ''}
      </p>
      {deed.error === null ? null : <Failed why={deed.error} />}
    </form>
  )
}

function Follow(): VNode {
  const [typed, setTyped] = useState('')
  const id = typed.trim()
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (isFeedId(id)) go('profile', id)
      }}
    >
      <label for="follow-id">{words.followLabel}</label>
      <div class="row wrap">
        <input
          id="follow-id"
          type="text"
          autocomplete="off"
          placeholder="@….ed25519"
          value={typed}
          onInput={(event) => setTyped(event.currentTarget.value)}
        />
        <button type="submit" disabled={!isFeedId(id)}>
          {texts.message.show}
        </button>
      </div>
    </form>
  )
}
