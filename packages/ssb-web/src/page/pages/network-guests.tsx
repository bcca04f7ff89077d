import type { VNode } from 'preact'
import { useState } from 'preact/hooks'
import { usePoll } from '../data/ask.ts'
import { useRemote } from '../data/server.ts'
import { Card, Copyable, Failed, Loading, Time, useDeed } from '../parts/bits.tsx'
import { People, PersonRow } from '../parts/person.tsx'
import { Qr } from '../parts/qr.tsx'
import { texts } from '../texts.ts'

const { network: words } = texts

/** Invites: made here, and what became of those from before. */
export function Invites(): VNode {
  const remote = useRemote()
  const asked = usePoll('invites', 10_000, (from) => from.invite.list())
  const [uses, setUses] = useState(1)
  const [code, setCode] = useState<string | null>(null)
  const deed = useDeed()
  const make = async (): Promise<void> => {
    setCode(await remote.invite.create({ uses }))
    asked.again()
  }
  const revoke = async (id: `@${string}.ed25519`): Promise<void> => {
    await remote.invite.revoke(id)
    asked.again()
  }
  return (
    <Card title={words.invites}>
      <form
        class="row wrap"
        onSubmit={(event) => {
          event.preventDefault()
          deed.run(make)
        }}
      >
        <label for="invite-uses">{words.uses}</label>
        <input
          id="invite-uses"
          type="number"
          min={1}
          max={1000}
          value={uses}
          onInput={(event) => setUses(Math.max(1, Number(event.currentTarget.value) || 1))}
        />
        <button type="submit" class="primary" disabled={deed.isBusy}>
          {words.makeInvite}
        </button>
      </form>
      {deed.error === null ? null : <Failed why={deed.error} />}
      {code === null ? null : (
        <div class="self" role="status">
          <div class="grow">
            <p>{words.inviteMade}</p>
            <Copyable text={code} label={words.invites} />
          </div>
          <Qr text={code} label={words.inviteMade} />
        </div>
      )}
      {asked.value === undefined ? <Loading /> : null}
      {asked.value?.length === 0 ? <p class="quiet">{words.noInvites}</p> : null}
      <ul class="list">
        {(asked.value ?? []).map(({ id, total, used, created, feeds, note }) => (
          <li key={id} class="row between wrap">
            <span>
              <Time at={created} /> · {words.left(total - used)}
              {note === null ? '' : ` · ${note}`}
              {feeds.length === 0 ? null : (
                <>
                  {' · '}
                  <People ids={feeds} />
                </>
              )}
            </span>
            <button type="button" disabled={deed.isBusy} onClick={() => deed.run(() => revoke(id))}>
              {words.revoke}
            </button>
          </li>
        ))}
      </ul>
    </Card>
  )
}

/** Who is not let in for a while, and why. */
export function Bans(): VNode {
  const remote = useRemote()
  const asked = usePoll('bans', 10_000, (from) => from.gossip.bans())
  const deed = useDeed()
  const lift = async (id: `@${string}.ed25519`): Promise<void> => {
    await remote.gossip.unban(id)
    asked.again()
  }
  return (
    <Card title={words.bans}>
      {asked.value?.length === 0 ? <p class="quiet">{words.noBans}</p> : null}
      <ul class="list">
        {(asked.value ?? []).map(({ id, reason, until }) => (
          <li key={id} class="row between wrap">
            <PersonRow id={id}>
              <span class="small">
                {reason} {until === null ? '' : <Time at={until} />}
              </span>
            </PersonRow>
            <button type="button" disabled={deed.isBusy} onClick={() => deed.run(() => lift(id))}>
              {words.unban}
            </button>
          </li>
        ))}
      </ul>
      {deed.error === null ? null : <Failed why={deed.error} />}
    </Card>
  )
}
