// What the follow graph hears of follows and blocks that were published in private.
import { type Context, event } from '@scuttlebot/ssb-plugin'
import type { OpenedMessage } from '@scuttlebot/ssb-private'
import type { FeedId } from '@scuttlebot/ssb-ref'
import { expect, test } from 'vitest'
import { privateContacts } from '../src/private-contacts.ts'

type Needs = Parameters<ReturnType<typeof privateContacts>['setup']>[0]['needs']

const feed = (letter: string): FeedId => `@${letter.repeat(42)}A=.ed25519`
const us = feed('A')
const other = feed('B')
const third = feed('C')

const said = (position: number, contact: FeedId, what: object): OpenedMessage =>
  ({ author: us, position, content: { type: 'contact', contact, ...what } }) as OpenedMessage

function make(stored: readonly (readonly OpenedMessage[])[], fails = false) {
  const told: [FeedId, number | null][] = []
  const opened = event<[readonly OpenedMessage[]]>()
  const errors: string[] = []
  let release = (): void => undefined
  const mayRead = new Promise<void>((resolve) => {
    release = resolve
  })
  const needs: Needs = {
    private: {
      opened,
      async *read() {
        await mayRead
        yield* stored
        if (fails) throw new Error('EIO')
      },
    },
    friends: { setPrivate: (_from, to, edge) => void told.push([to, edge]) },
  }
  const log = { error: (text: string) => void errors.push(text) }
  let again = (): void => undefined
  const clock = {
    now: () => 0,
    setTimeout: (run: () => void) => {
      again = run
      return () => undefined
    },
  }
  const plugin = privateContacts().setup({ needs, log, clock } as unknown as Context<Needs>)
  return { told, opened, errors, plugin, release: () => release(), again: () => again() }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test('a feed that was followed and then blocked is never followed again at the start', async () => {
  const { told, opened, plugin, release } = make([
    [said(1, other, { following: true }), said(2, third, { blocking: true })],
    [said(3, other, { blocking: true }), said(4, third, { following: true })],
  ])
  await plugin.start?.()
  // What is opened while the stored ones are read, in log order.
  opened.emit([said(1, other, { following: true })])
  expect(told).toEqual([])
  release()
  await turn()
  expect(told).toEqual([
    [other, -1],
    [third, 1],
  ])
  opened.emit([said(5, other, { following: true })])
  expect(told[2]).toEqual([other, 1])
  // A new key opens an old message late; several of one pair at once are told as one.
  opened.emit([said(0, other, { blocking: true })])
  opened.emit([said(6, other, { following: false }), said(7, other, { blocking: true })])
  expect(told.slice(3)).toEqual([[other, -1]])
  await plugin.stop?.()
})

test('what could be read counts, also where the rest could not', async () => {
  const stored = [[said(1, other, { blocking: true })]]
  const { told, opened, errors, plugin, release, again } = make(stored, true)
  await plugin.start?.()
  release()
  await turn()
  expect([told, errors.length]).toEqual([[[other, -1]], 1])
  opened.emit([said(2, third, { blocking: true })])
  expect(told[1]).toEqual([third, -1])
  // it is read again after a while
  stored.push([said(3, us, { blocking: true })])
  again()
  await turn()
  expect(told.slice(2)).toEqual([
    [other, -1],
    [us, -1],
  ])
})
