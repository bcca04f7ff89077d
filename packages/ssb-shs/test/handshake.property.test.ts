import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Handshake, ShsStep } from '../src/index.ts'
import { fixedPair, networkKey, sent, wholeHandshake } from './helpers.ts'

/** Feed bytes in pieces of the given lengths; the last step that is not a bare wait. */
function feed(handshake: Handshake, bytes: Uint8Array, cuts: readonly number[]): ShsStep {
  let at = 0
  let result: ShsStep = { state: 'wait' }
  const pieces = [...cuts, bytes.length]
  for (const length of pieces) {
    const step = handshake.receive(bytes.subarray(at, at + length))
    at = Math.min(bytes.length, at + length)
    if (step.state !== 'wait' || step.send !== undefined) result = step
    if (step.state === 'done' || step.state === 'failed') break
  }
  return result
}

const cuts = fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 20 })

test('any chunking gives the same bytes and keys', () => {
  const whole = wholeHandshake(fixedPair().client, fixedPair().server)
  void fc.assert(
    fc.property(cuts, cuts, cuts, cuts, (first, second, third, fourth) => {
      const { client, server } = fixedPair()
      const m2 = sent(feed(server, client.start() as Uint8Array, first))
      const m3 = sent(feed(client, m2, second))
      expect(feed(server, m3, third).state).toBe('authorize')
      const accepted = server.accept()
      const done = feed(client, sent(accepted), fourth)
      expect(m3).toEqual(whole.m3)
      expect(done).toMatchObject({ state: 'done', session: whole.client })
    }),
    { numRuns: 50 },
  )
})

const bytes = fc.uint8Array({ maxLength: 300 })

describe('random bytes never throw and never succeed', () => {
  test('at the start', () => {
    void fc.assert(
      fc.property(bytes, cuts, (noise, pieces) => {
        const { client, server } = fixedPair()
        client.start()
        for (const end of [client, server]) {
          const step = feed(end, noise, pieces)
          expect(step.state).toBe(noise.length < 64 ? 'wait' : 'failed')
          expect(step).not.toHaveProperty('send')
        }
      }),
    )
  })

  test('after the challenges', () => {
    void fc.assert(
      fc.property(bytes, cuts, (noise, pieces) => {
        const { client, server } = fixedPair()
        const m2 = sent(server.receive(client.start() as Uint8Array))
        client.receive(m2)
        expect(feed(server, noise, pieces).state).toBe(noise.length < 112 ? 'wait' : 'failed')
        expect(feed(client, noise, pieces).state).toBe(noise.length < 80 ? 'wait' : 'failed')
      }),
    )
  })
})

describe('one flipped bit at any position fails', () => {
  const whole = wholeHandshake(fixedPair().client, fixedPair().server)
  const flipped = (message: Uint8Array, bit: number): Uint8Array => {
    const copy = message.slice()
    copy[bit >> 3] = (copy[bit >> 3] as number) ^ (1 << (bit & 7))
    return copy
  }
  const everyBit = (message: Uint8Array, end: () => Handshake, code: string | null): void => {
    for (let bit = 0; bit < message.length * 8; bit += 1) {
      const step = end().receive(flipped(message, bit))
      if (step.state !== 'failed') throw new Error(`bit ${bit} was let through`)
      if (code !== null) expect(step.code).toBe(code)
    }
  }

  test('of message 1', () =>
    everyBit(whole.m1, () => fixedPair().server, 'SSB_SHS_CHALLENGE_INVALID'))
  test('of message 2', () =>
    everyBit(
      whole.m2,
      () => {
        const { client } = fixedPair()
        client.start()
        return client
      },
      'SSB_SHS_CHALLENGE_INVALID',
    ))
  test('of message 3', () =>
    everyBit(
      whole.m3,
      () => {
        const { server } = fixedPair()
        server.receive(whole.m1)
        return server
      },
      'SSB_SHS_HELLO_INVALID',
    ))
  test('of message 4', () =>
    everyBit(
      whole.m4,
      () => {
        const { client } = fixedPair()
        client.start()
        client.receive(whole.m2)
        return client
      },
      'SSB_SHS_ACCEPT_INVALID',
    ))
  test('of the network key', () => {
    for (let bit = 0; bit < 256; bit += 1) {
      const { server } = fixedPair()
      expect(flipped(networkKey, bit)).not.toEqual(networkKey)
      expect(server.receive(flipped(whole.m1, bit)).state).toBe('failed')
    }
  })
})
