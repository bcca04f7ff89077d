/** UDP port of the plain announcements; fixed in the network. */
export const PLAIN_PORT = 8008
/** UDP port of the sealed announcements; fixed in the network. */
export const SEALED_PORT = 26_830
/** Between announcements, in milliseconds: as ssb-lan. */
export const EVERY_MS = 2000
/** Bytes of a packet beyond which it is not looked at. Our choice. */
export const PACKET_BYTES_MAX = 1500
/** Packets in a second beyond which they are dropped unread: anybody can send any number. Our choice. */
export const PACKETS_PER_SECOND = 200
/** After a fault of a socket, until it is opened again, in milliseconds. Our choice. */
export const REOPEN_MS = 10_000
