/** What connections may cost. All are inclusive, and our choice. */
export interface NetLimits {
  /** Connections, dialled and accepted together; clients of the unix socket are not counted. */
  readonly connectionsMax: number
  /** Accepted connections from one address: an IPv4 address, or the first 64 bits of an IPv6 one. */
  readonly perAddressMax: number
  /** Accepted connections whose handshake is under way. One more makes the oldest go. */
  readonly halfOpenMax: number
  /** Handshakes per second that one address may begin while a known peer is busy; others wait for their turn. */
  readonly handshakesPerSecond: number
  /** Handshakes that one address may begin at once, after a pause. */
  readonly handshakesBurst: number
  /** Whether connections from this machine count as from one address too. */
  readonly countLoopback: boolean
  /** Calls per second that a stranger may make for as long as it likes; it is not read in between. */
  readonly callsPerSecond: number
  /** Calls that a stranger may make at once, after a pause. */
  readonly callsBurst: number
  /** Bytes per second, in each direction, of all strangers together, and from each known peer, while another known peer is busy. */
  readonly courtesyBytesPerSecond: number
  /** Bytes that wait in the queues of all strangers together. Above it those with the most go. */
  readonly queuedBytesMax: number
}

/** Times in milliseconds. Our choice, but for `inactivityMs`, which the reference has too. */
export interface NetTimes {
  /** From dialling, or from being dialled, to the end of the handshake and the authorisation. */
  readonly handshakeMs: number
  /** Without a byte in either direction: the connection is closed. `Infinity`: never. */
  readonly inactivityMs: number
  /** After our goodbye, for the other side to close. */
  readonly lingerMs: number
  /** Two connections between the same two peers made within this time are simultaneous. */
  readonly simultaneousMs: number
}

/** The limits where nothing else is said. */
export const NET_LIMITS: NetLimits = {
  connectionsMax: 256,
  perAddressMax: 16,
  halfOpenMax: 64,
  // some percent of the time of a small machine
  handshakesPerSecond: 50,
  handshakesBurst: 50,
  // proxies, tunnels and the owner's own programs come from here
  countLoopback: false,
  callsPerSecond: 200,
  // a peer without EBT asks for each feed that it follows
  callsBurst: 1000,
  courtesyBytesPerSecond: 4 << 20,
  queuedBytesMax: 32 << 20,
}

/** The times where nothing else is said. */
export const NET_TIMES: NetTimes = {
  handshakeMs: 15_000,
  inactivityMs: 600_000,
  lingerMs: 2_000,
  simultaneousMs: 10_000,
}
