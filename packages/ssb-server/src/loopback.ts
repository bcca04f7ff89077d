import type { Listen } from '@scuttlebot/ssb-config'
import { ServerError } from './errors.ts'

/** Whether an address can be reached from this machine only. */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[(.*)\]$/, '$1').toLowerCase()
  return bare === 'localhost' || bare === '::1' || /^127(?:\.\d{1,3}){3}$/.test(bare)
}

/** @throws {@link ServerError} `SSB_SERVER_NOT_LOOPBACK` when a place to listen is open to other machines. */
export function requireLoopback(listen: readonly Listen[]): void {
  for (const place of listen)
    if (place.transport === 'net' && !isLoopback(place.host))
      throw new ServerError(
        'SSB_SERVER_NOT_LOOPBACK',
        `This server listens to this machine only: host must be 127.0.0.1, ::1 or localhost, not ${JSON.stringify(place.host)}.`,
      )
}
