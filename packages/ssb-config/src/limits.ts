import type { Option } from './option.ts'

/** What others may cost us, under dotted keys. Each server part knows what happens at its bound. */
export interface LimitSettings {
  readonly 'limits.connections': number
  readonly 'limits.connectionsPerAddress': number
  readonly 'limits.halfOpen': number
  readonly 'limits.handshakesPerSecond': number
  readonly 'limits.callsPerSecond': number
  readonly 'limits.streams': number
  readonly 'limits.knownStreams': number
  readonly 'limits.frameBytes': number
  readonly 'limits.knownFrameBytes': number
  readonly 'limits.streamBytes': number
  readonly 'limits.peerBytes': number
  readonly 'limits.strangersBytes': number
  readonly 'limits.wants': number
  readonly 'limits.clockEntries': number
  readonly 'limits.strangerClockEntries': number
  readonly 'limits.peers': number
}

const limit = (value: number, description: string, unit = ''): Option<number> => ({
  type: 'integer',
  default: value,
  description,
  min: 1,
  max: 0x7fff_ffff,
  ...(unit === '' ? {} : { unit }),
})

const MIB = 1 << 20

/** @internal Their options. */
export const limitOptions: { readonly [K in keyof LimitSettings]: Option<LimitSettings[K]> } = {
  'limits.connections': limit(256, 'Connections, dialled and accepted together.'),
  'limits.connectionsPerAddress': limit(
    16,
    'Accepted connections from one IPv4 address or one /64 of IPv6; this machine is not counted.',
  ),
  'limits.halfOpen': limit(64, 'Handshakes under way; one more makes the oldest go.'),
  'limits.handshakesPerSecond': limit(
    50,
    'Handshakes that one address may begin while known peers are busy; more wait.',
    'per second',
  ),
  'limits.callsPerSecond': limit(
    200,
    'Calls that a stranger may make for as long as it likes.',
    'per second',
  ),
  'limits.streams': limit(256, 'Streams that a stranger may hold open.'),
  'limits.knownStreams': limit(4096, 'Streams that a known peer or the owner may hold open.'),
  'limits.frameBytes': limit(MIB, 'The largest frame of a stranger.', 'bytes'),
  'limits.knownFrameBytes': limit(
    16 * MIB,
    'The largest frame of a known peer or the owner.',
    'bytes',
  ),
  'limits.streamBytes': limit(4 * MIB, 'Unread bytes of one stream of a stranger.', 'bytes'),
  'limits.peerBytes': limit(16 * MIB, 'Unread bytes of all streams of a stranger.', 'bytes'),
  'limits.strangersBytes': limit(
    32 * MIB,
    'Bytes that wait for all strangers together; those with the most go.',
    'bytes',
  ),
  'limits.wants': limit(500, 'Wants of one peer that we make our own.'),
  'limits.clockEntries': limit(100_000, 'Feeds that a known peer may speak of.'),
  'limits.strangerClockEntries': limit(20_000, 'Feeds that a stranger may speak of.'),
  'limits.peers': limit(2000, 'Peers in the peer book; the least useful one makes room.'),
}
