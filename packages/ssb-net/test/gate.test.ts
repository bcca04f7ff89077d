import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Gate, type Ticket } from '../src/gate.ts'
import { NET_LIMITS } from '../src/limits.ts'
import { hostsOf } from '../src/listen.ts'
import { scopesOf } from '../src/rpc.ts'
import { targetsOf } from '../src/targets.ts'

const none = () => undefined
const gate = (limits: Partial<typeof NET_LIMITS>) => new Gate({ ...NET_LIMITS, ...limits })

describe('the gate', () => {
  test('counts IPv6 by the first 64 bits, and IPv4 by address', () => {
    const at = gate({ perAddressMax: 1 })
    expect(at.accept('2001:db8:0:1::5', none)).not.toBe(null)
    expect(at.accept('2001:db8::1:0:0:0:9', none)).toBe(null)
    expect(at.accept('2001:DB8:0:1:ffff::', none)).toBe(null)
    expect(at.accept('2001:db8:0:2::5', none)).not.toBe(null)
    expect(at.accept('::2', none)).not.toBe(null)
    expect(at.accept('::3', none)).toBe(null)
    expect(at.accept('10.0.0.1', none)).not.toBe(null)
    expect(at.accept('10.0.0.2', none)).not.toBe(null)
    expect(at.accept('10.0.0.2', none)).toBe(null)
    expect(at.stats.refusedPerAddress).toBe(4)
  })

  test('does not count this machine by address unless it is told to', () => {
    for (const [countLoopback, refused] of [
      [false, 0],
      [true, 3],
    ] as const) {
      const at = gate({ perAddressMax: 1, countLoopback })
      for (const host of ['127.0.0.1', '::1', '127.0.0.9']) {
        at.accept(host, none)
        at.accept(host, none)
      }
      expect(at.stats.refusedPerAddress).toBe(refused)
    }
  })

  test('limits are inclusive', () => {
    const at = gate({ connectionsMax: 2 })
    expect(at.dial()).not.toBe(null)
    expect(at.dial()).not.toBe(null)
    expect(at.dial()).toBe(null)
    expect(gate({ connectionsMax: 0 }).dial()).toBe(null)
  })

  test('half-open ones make room for those that we dial, too', () => {
    const gone: string[] = []
    const at = gate({ connectionsMax: 2 })
    at.accept('10.0.0.1', () => gone.push('first'))?.established()
    at.accept('10.0.0.2', () => gone.push('second'))
    expect(at.dial()).not.toBe(null)
    expect(at.dial()).toBe(null)
    expect(gone).toEqual(['second'])
  })

  test('the oldest half-open one goes first, an established one never', () => {
    const gone: string[] = []
    const at = gate({ halfOpenMax: 2 })
    const first = at.accept('10.0.0.1', () => gone.push('first'))
    at.accept('10.0.0.2', () => gone.push('second'))
    first?.established()
    at.accept('10.0.0.3', () => gone.push('third'))
    at.accept('10.0.0.4', () => gone.push('fourth'))
    expect(gone).toEqual(['second'])
    expect(at.stats).toMatchObject({ connections: 3, halfOpen: 2, evicted: 1 })
  })

  test('whatever happens, counts come back to zero and stay within the limits', () => {
    const step = fc.record({
      host: fc.constantFrom('10.0.0.1', '10.0.0.2', '2001:db8::1', '127.0.0.1', '', 'x'),
      act: fc.constantFrom('accept', 'dial', 'establish', 'release'),
      which: fc.nat(20),
    })
    void fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const at = gate({ connectionsMax: 6, perAddressMax: 2, halfOpenMax: 3 })
        const held: Ticket[] = []
        for (const { host, act, which } of steps) {
          const ticket =
            act === 'accept' ? at.accept(host, none) : act === 'dial' ? at.dial() : null
          if (ticket !== null) held.push(ticket)
          const chosen = held[which % Math.max(1, held.length)]
          if (act === 'establish') chosen?.established()
          if (act === 'release') chosen?.release()
          expect(at.stats.connections).toBeLessThanOrEqual(6)
          expect(at.stats.halfOpen).toBeLessThanOrEqual(3)
          expect(at.stats.connections).toBeGreaterThanOrEqual(at.stats.halfOpen)
        }
        for (const ticket of [...held, ...held]) ticket.release()
        expect(at.stats).toMatchObject({ connections: 0, halfOpen: 0 })
        expect(at.accept('10.0.0.1', none)).not.toBe(null)
        expect(at.accept('10.0.0.1', none)).not.toBe(null)
      }),
    )
  })
})

test('reading addresses and scopes is total', () => {
  void fc.assert(
    fc.property(fc.oneof(fc.anything(), fc.string(), fc.webUrl()), (value) => {
      expect(Array.isArray(targetsOf(value))).toBe(true)
      expect(Array.isArray(scopesOf(value))).toBe(true)
    }),
  )
})

test('hosts by scope: this machine is no address for others', () => {
  expect(hostsOf('127.0.0.1', 'device')).toEqual(['127.0.0.1'])
  for (const host of ['127.0.0.1', '127.9.9.9', '::1', 'localhost'])
    expect(hostsOf(host, 'local')).toEqual([])
  expect(hostsOf('192.168.0.7', 'local')).toEqual(['192.168.0.7'])
  for (const everywhere of ['::', '0.0.0.0', '']) {
    expect(hostsOf(everywhere, 'device')).toEqual(['localhost'])
    for (const host of hostsOf(everywhere, 'local')) {
      expect(host).not.toMatch(/^(127\.|::1$|fe80)/)
      if (everywhere === '0.0.0.0') expect(host).toMatch(/^[\d.]+$/)
    }
  }
})
