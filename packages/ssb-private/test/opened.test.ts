// Opened messages have no form for anyone but the owner: the types refuse it, and so do they themselves.
import { inspect } from 'node:util'
import { kvtBytes, type StoredMessage } from '@scuttlebot/ssb-feed-store'
import { type Handlers, JsonBytes, type Source } from '@scuttlebot/ssb-muxrpc'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type OpenedMessage, type PrivateStore, reveal } from '../src/index.ts'
import { add, boxedTo, me, type Running, start, writer } from './make.ts'

/** What any method may send: JSON. */
type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json }

/** What a method for strangers answers. */
interface PublicRpc {
  readonly latestPosts: Source<[], { readonly key: string; readonly value: { content: Json } }>
}

let one: Running
let opened: OpenedMessage
beforeAll(async () => {
  one = await start()
  await add(one, writer(40).next(boxedTo({ type: 'post', text: 'canary' }, me)))
  for await (const [first] of one.api.read()) if (first !== undefined) opened = first
})
afterAll(() => one.stop())

describe('the types refuse', () => {
  test('what makes bytes of messages', () => {
    // @ts-expect-error an opened message is no stored one
    expect(() => kvtBytes(opened)).toThrow()
    // @ts-expect-error nor does a store's own serialiser take it
    expect(() => one.store.kvt(opened)).toThrow()
  })

  test('what is sent', () => {
    const send = (item: Json): string => JSON.stringify(item)
    // @ts-expect-error it is no JSON
    expect(() => send(opened)).toThrow('for the owner alone')
    // @ts-expect-error it is no list of JSON either
    expect(() => send([opened])).toThrow('for the owner alone')
    // @ts-expect-error it is no bytes
    expect(new JsonBytes(opened).bytes).not.toBeInstanceOf(Uint8Array)
  })

  test('a method for strangers that yields it', () => {
    const handlers: Handlers<PublicRpc> = {
      // @ts-expect-error a stream of messages does not take opened ones
      async *latestPosts() {
        yield opened
      },
    }
    expect(handlers.latestPosts).toBeTypeOf('function')
  })

  test('its use as a message, and a store without keys as one with them', () => {
    // @ts-expect-error it has no bytes, no value, and no place in a feed
    const message: StoredMessage = opened
    expect(message).toBe(opened)
    /** What plugins that serve strangers ask a store for. */
    type PublicStore = Pick<typeof one.store, 'at' | 'feed' | 'head' | 'kvt' | 'log' | 'read'>
    const open = (store: PublicStore): unknown => {
      // @ts-expect-error it cannot open anything
      return store.opened
    }
    expect(open(one.store)).toBeDefined()
    // @ts-expect-error nor can it stand in where private messages are read
    const needs: PrivateStore = one.store as PublicStore
    expect(needs).toBeDefined()
  })
})

describe('it refuses itself', () => {
  test('to become JSON, wherever it hides', () => {
    for (const held of [opened, [opened], { a: { b: opened } }])
      expect(() => JSON.stringify(held)).toThrow('private messages are for the owner alone')
  })

  test('to be printed, spread or copied', () => {
    expect(inspect(opened, { depth: 9, showHidden: true })).not.toContain('canary')
    expect(String(opened)).not.toContain('canary')
    expect(JSON.stringify({ ...opened })).not.toContain('canary')
    expect(inspect(structuredClone({ ...opened }))).not.toContain('canary')
  })

  test.each([[[]], [['anonymous']], [['guest', 'Owner']]])('to callers that are %j', (roles) => {
    expect(() => reveal({ roles }, opened)).toThrow('for the owner alone')
  })

  test('but not to its owner', () => {
    expect(reveal({ roles: ['owner'] }, opened).value.content).toEqual(opened.content)
  })
})
