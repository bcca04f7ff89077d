import type { VNode } from 'preact'
import { useState } from 'preact/hooks'
import { useAsk } from '../data/ask.ts'
import { forget, useRemote } from '../data/server.ts'
import { Card, Copyable, Failed, Loading, Page, Time, useDeed } from '../parts/bits.tsx'
import { FilterField, matches } from '../parts/filter-field.tsx'
import { Table } from '../parts/table.tsx'
import { texts } from '../texts.ts'

const { settings: words } = texts

/** The configuration with where it came from, and the browsers that were paired. */
export function Settings(): VNode {
  return (
    <Page title={words.title}>
      <Browsers />
      <Values />
    </Page>
  )
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
}

function Values(): VNode {
  const asked = useAsk('settings', (remote) => remote.web.settings())
  const [filter, setFilter] = useState('')
  const [onlyChanged, setOnlyChanged] = useState(false)
  if (asked.value === undefined)
    return asked.error === null ? <Loading /> : <Failed why={asked.error} again={asked.again} />
  const rows = asked.value.filter(
    ({ key, description, origin }) =>
      (!onlyChanged || origin !== 'default') && matches(`${key} ${description}`, filter),
  )
  return (
    <Card>
      <p class="quiet">{words.hint}</p>
      <div class="row wrap">
        <FilterField value={filter} set={setFilter} />
        <label>
          <input
            type="checkbox"
            checked={onlyChanged}
            onChange={(event) => setOnlyChanged(event.currentTarget.checked)}
          />{' '}
          {words.onlyChanged}
        </label>
      </div>
      <Table
        label={words.title}
        rows={rows}
        keyOf={({ key }) => key}
        columns={[
          {
            title: words.setting,
            cell: ({ key, description, isInert }) => (
              <>
                <code>{key}</code>
                <div class="quiet small">
                  {description}
                  {isInert ? ` (${words.inert})` : ''}
                </div>
              </>
            ),
          },
          {
            title: words.value,
            cell: ({ value, unit }) => (
              <code>
                {shown(value)}
                {unit === null || value === null ? '' : ` ${unit}`}
              </code>
            ),
          },
          { title: words.origin, cell: ({ origin }) => <span class="small">{origin}</span> },
        ]}
      />
    </Card>
  )
}

function Browsers(): VNode {
  const remote = useRemote()
  const asked = useAsk('sessions', (from) => from.web.sessions())
  const [link, setLink] = useState<string | null>(null)
  const deed = useDeed()
  const pair = async (): Promise<void> => setLink((await remote.web.pair()).url)
  return (
    <Card title={words.browsers}>
      {asked.value === undefined ? (
        <Loading />
      ) : (
        <ul class="list">
          {asked.value.map(({ id, name, since, seen, from }) => (
            <li key={id} class="row between wrap">
              <span>
                {name}
                <span class="quiet small">
                  {' · '}
                  {words.paired} <Time at={since} />
                  {seen === null ? null : (
                    <>
                      {' · '}
                      {words.seen} <Time at={seen} />
                      {from === null ? '' : ` ${words.from(from)}`}
                    </>
                  )}
                </span>
              </span>
              <button
                type="button"
                aria-label={`${words.revoke}: ${name}`}
                disabled={deed.isBusy}
                onClick={() =>
                  deed.run(async () => {
                    await remote.web.revoke(id)
                    asked.again()
                  })
                }
              >
                {words.revoke}
              </button>
            </li>
          ))}
        </ul>
      )}
      {deed.error === null ? null : <Failed why={deed.error} />}
      <div class="row wrap">
        <button type="button" onClick={() => deed.run(pair)}>
          {words.pair}
        </button>
        <button type="button" onClick={forget}>
          {words.forget}
        </button>
      </div>
      {link === null ? null : (
        <p>
          {words.pairHint} <Copyable text={link} />
        </p>
      )}
    </Card>
  )
}
