import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import * as ref from '../src/index.ts'

const read = <T>(path: string): T =>
  JSON.parse(readFileSync(new URL(`../../../vectors/${path}`, import.meta.url), 'utf8'))

interface RecordedCall {
  readonly fn: string
  readonly args: readonly unknown[]
  readonly result: unknown
}

const functions = new Map(
  Object.entries(ref) as unknown as [string, (...args: readonly unknown[]) => unknown][],
)

describe('ssb-ref 2.16: recorded calls', () => {
  const calls = read<readonly RecordedCall[]>('ssb-ref/recorded-calls.json')
  test('has its 92 calls', () => expect(calls).toHaveLength(92))

  test.each(calls.map((call, i) => ({ ...call, i })))('$i $fn', ({ fn, args, result }) => {
    const call = functions.get(fn)
    if (!call) throw new Error(`no export ${fn}`)
    const isUndefined = typeof result === 'object' && result !== null && '$undefined' in result
    expect(call(...args)).toEqual(isUndefined ? undefined : result)
  })
})

describe('scuttlego: references', () => {
  const cases =
    read<
      readonly { kind: 'feed' | 'message' | 'blob'; name: string; ref: string; valid: boolean }[]
    >('scuttlego/refs.json')
  const guards = { feed: ref.isFeedId, message: ref.isMsgId, blob: ref.isBlobId }
  test('has its 24 cases', () => expect(cases).toHaveLength(24))

  test.each(cases)('$kind $name', ({ kind, ref: text, valid }) => {
    expect(guards[kind](text)).toBe(valid)
    expect(ref.parse(text)?.kind === kind).toBe(valid)
  })
})

describe('go-ssb: invites', () => {
  const cases =
    read<readonly { invite: string; valid: boolean; host?: string; port?: number }[]>(
      'go-ssb/invites.json',
    )
  test('has its 8 cases', () => expect(cases).toHaveLength(8))

  test.each(cases)('$invite', ({ invite, valid, host, port }) => {
    const parsed = ref.parse(invite)
    expect(parsed?.kind === 'invite').toBe(valid)
    if (parsed?.kind !== 'invite') return
    expect(ref.parseNetAddress(ref.formatMultiserver(parsed.addresses))).toMatchObject({
      host,
      port,
    })
  })

  test('the classic functions refuse brackets around IPv6 and take the rest', () => {
    for (const { invite, valid } of cases)
      expect(ref.isInvite(invite), invite).toBe(valid && !invite.startsWith('['))
  })
})

describe('go-ssb-room', () => {
  const room = read<{
    alias_registration: readonly { room_id: string; user_id: string }[]
    multiserver: readonly { host: string; port: number; address: string }[]
    lan_broadcast: readonly { ip: string; port: number; address: string }[]
  }>('go-ssb-room/room.json')

  test('ids of rooms and users', () => {
    for (const { room_id, user_id } of room.alias_registration) {
      expect(ref.isFeedId(room_id)).toBe(true)
      expect(ref.isFeedId(user_id)).toBe(true)
    }
  })

  const addresses = [
    ...room.multiserver,
    ...room.lan_broadcast.map(({ ip, ...rest }) => ({ host: ip, ...rest })),
  ]
  test.each(addresses)('$address', ({ host, port, address }) => {
    const net = ref.parseNetAddress(address)
    expect(net).toMatchObject({ host, port })
    expect(net && ref.formatNetAddress(net)).toBe(address)
  })
})
