/** What one connection may cost us. All are inclusive: the value itself is still accepted. */
export interface MuxLimits {
  /** Bytes of one body that we accept; checked on the header, before anything is allocated. */
  readonly bodyBytesMax: number
  /** Bytes of the body of a call, with its arguments. A larger one is refused without being read. */
  readonly callBytesMax: number
  /** Bytes of one body that we send. Larger ones fail the call or stream they belong to. */
  readonly sendBytesMax: number
  /** Streams opened by the peer and not finished. One more is answered with an error end. */
  readonly streamsMax: number
  /** Async calls of the peer in flight. One more is answered with an error. */
  readonly callsMax: number
  /** Unread bytes of one incoming stream above which we stop reading the transport. */
  readonly streamBytesPause: number
  /** Unread bytes of one incoming stream above which it is ended with an error. */
  readonly streamBytesMax: number
  /** Unread bytes of all incoming streams together above which we stop reading the transport. */
  readonly queueBytesPause: number
  /** Unread bytes of all incoming streams together above which the growing one is ended. */
  readonly queueBytesMax: number
  /** Bytes that wait for a peer which does not read. Above it the connection is closed. */
  readonly outBytesMax: number
}

const MiB = 1 << 20

/** The limits for peers that we do not know: the default. */
export const STRANGER_LIMITS: MuxLimits = {
  bodyBytesMax: MiB,
  callBytesMax: 65_536,
  sendBytesMax: 16 * MiB,
  streamsMax: 256,
  callsMax: 1000,
  streamBytesPause: MiB / 4,
  streamBytesMax: 4 * MiB,
  queueBytesPause: 8 * MiB,
  queueBytesMax: 16 * MiB,
  outBytesMax: MiB,
}

/** The limits for the owner and for peers inside the graph. */
export const TRUSTED_LIMITS: MuxLimits = {
  bodyBytesMax: 16 * MiB,
  callBytesMax: 16 * MiB,
  sendBytesMax: 16 * MiB,
  streamsMax: 4096,
  callsMax: 65_536,
  streamBytesPause: MiB / 4,
  streamBytesMax: 32 * MiB,
  queueBytesPause: 16 * MiB,
  queueBytesMax: 64 * MiB,
  outBytesMax: 64 * MiB,
}
