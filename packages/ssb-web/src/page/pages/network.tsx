import { type FeedId, isFeedId } from '@scuttlebot/ssb-ref'
import type { VNode } from 'preact'
import { useState } from 'preact/hooks'
import { usePoll, useStream } from '../data/ask.ts'
import { bytesOf } from '../data/bytes.ts'
import type { PageRemote } from '../data/rpc.ts'
import { useRemote } from '../data/server.ts'
import { Card, Failed, Loading, Page, Time, useDeed } from '../parts/bits.tsx'
import { PersonRow } from '../parts/person.tsx'
import { Plot } from '../parts/plot.tsx'
import { Table } from '../parts/table.tsx'
import { texts } from '../texts.ts'
import { Bans, Invites } from './network-guests.tsx'

const { network: words } = texts

/** With whom we speak, how it goes, and who else may come. */
export function Network(): VNode {
  return (
    <Page title={words.title}>
      <Peers />
      <Rates />
      <Invites />
      <Lan />
      <Bans />
    </Page>
  )
}

async function ask(remote: PageRemote) {
  const [peers, replication] = await Promise.all([
    remote.gossip.peers(),
    remote.replication.status(),
  ])
  const rank = { connected: 0, connecting: 1, disconnecting: 2, none: 3 }
  const sorted = peers.toSorted((a, b) => rank[a.state ?? 'none'] - rank[b.state ?? 'none'])
  return { peers: sorted, replication }
}

type Answer = Awaited<ReturnType<typeof ask>>

function Peers(): VNode {
  const asked = usePoll('peers', 3_000, ask)
  if (asked.value === undefined)
    return asked.error === null ? <Loading /> : <Failed why={asked.error} again={asked.again} />
  const { peers, replication } = asked.value
  return (
    <>
      <Card title={words.progress}>
        <p>
          {words.behind(replication.remaining)} {words.stored(replication.messages)}
        </p>
        <progress
          aria-label={words.progress}
          max={Math.max(1, replication.messages + replication.remaining)}
          value={replication.messages + replication.remaining === 0 ? 1 : replication.messages}
        />
      </Card>
      <Card title={words.peers}>
        {peers.length === 0 ? (
          <p class="quiet">{words.noPeers}</p>
        ) : (
          <ul class="list">
            {peers.map((peer) => (
              <Peer
                key={peer.key}
                peer={peer}
                progress={replication.peers.find(({ peer: id }) => id === peer.key)}
                again={asked.again}
              />
            ))}
          </ul>
        )}
      </Card>
    </>
  )
}

function Peer({
  peer,
  progress,
  again,
}: {
  readonly peer: Answer['peers'][number]
  readonly progress: Answer['replication']['peers'][number] | undefined
  again(): void
}): VNode {
  const remote = useRemote()
  const deed = useDeed()
  const isConnected = peer.state === 'connected'
  const turn = async (): Promise<void> => {
    if (isConnected) await remote.gossip.disconnect(peer.key)
    else await remote.gossip.connect(peer.key)
    again()
  }
  return (
    <li>
      <div class="row between wrap">
        <PersonRow id={peer.key}>
          <span class={isConnected ? 'badge good' : 'badge'}>
            {peer.state ?? words.notConnected}
          </span>
        </PersonRow>
        <button type="button" disabled={deed.isBusy} onClick={() => deed.run(turn)}>
          {isConnected ? words.disconnect : words.connect}
        </button>
      </div>
      <div class="quiet small">
        {peer.address}
        {peer.failure > 0 ? ` · ${words.failures(peer.failure)}` : ''}
        {progress === undefined
          ? ''
          : ` · ${words.behind(progress.remaining)} ${progress.have} / ${progress.want}`}
      </div>
      {deed.error === null ? null : <Failed why={deed.error} />}
      <History id={peer.key} />
    </li>
  )
}

function History({ id }: { readonly id: FeedId }): VNode {
  const [isOpen, setOpen] = useState(false)
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{words.history}</summary>
      {isOpen ? <HistoryLines id={id} /> : null}
    </details>
  )
}

function HistoryLines({ id }: { readonly id: FeedId }): VNode {
  const asked = usePoll(`history ${id}`, 5_000, (remote) => remote.gossip.history(id))
  if (asked.error !== null) return <Failed why={asked.error} again={asked.again} />
  const lines = (asked.value ?? []).toSorted((a, b) => b.at - a.at).slice(0, 20)
  return (
    <ul class="small">
      {lines.map(({ at, text }) => (
        <li key={`${at} ${text}`}>
          <Time at={at} />: {text}
        </li>
      ))}
    </ul>
  )
}

function Rates(): VNode {
  const samples = usePoll('rates', 10_000, (remote) => remote.web.rates()).value ?? []
  const last = samples.at(-1)
  return (
    <Card title={words.rates}>
      <Plot
        label={words.rates}
        times={samples.map(({ at }) => at)}
        series={[
          { label: words.bytesIn, values: samples.map(({ bytesIn }) => bytesIn) },
          { label: words.bytesOut, values: samples.map(({ bytesOut }) => bytesOut) },
        ]}
      />
      <p class="small">
        <span class="first">■</span> {words.bytesIn}: {bytesOf(last?.bytesIn ?? 0)}{' '}
        <span class="second">■</span> {words.bytesOut}: {bytesOf(last?.bytesOut ?? 0)}
      </p>
    </Card>
  )
}

function Lan(): VNode {
  const [found, setFound] = useState<readonly { address: string; verified: boolean }[]>([])
  useStream(
    'lan',
    (remote) => remote.lan.discoveredPeers(),
    (peer) => setFound((old) => [...old.filter(({ address }) => address !== peer.address), peer]),
  )
  return (
    <Card title={words.lan}>
      {found.length === 0 ? (
        <p class="quiet">{words.noLan}</p>
      ) : (
        <Table
          label={words.lan}
          rows={found}
          keyOf={({ address }) => address}
          columns={[
            { title: words.address, cell: ({ address }) => <Neighbour address={address} /> },
          ]}
        />
      )}
    </Card>
  )
}

function Neighbour({ address }: { readonly address: string }): VNode {
  const key = /~shs:([\w+/]{43}=)/.exec(address)?.[1]
  const id = `@${key}.ed25519`
  return (
    <>
      {isFeedId(id) ? <PersonRow id={id} /> : null} <code>{address}</code>
    </>
  )
}
