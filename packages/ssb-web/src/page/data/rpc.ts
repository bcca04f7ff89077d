import type { AboutRpc } from '@scuttlebot/ssb-about'
import type { BlobsRpc } from '@scuttlebot/ssb-blobs'
import type { Client } from '@scuttlebot/ssb-client/browser'
import type { StoreRpc } from '@scuttlebot/ssb-feed-store'
import type { FriendsRpc } from '@scuttlebot/ssb-friends'
import type { GossipRpc } from '@scuttlebot/ssb-gossip'
import type { InviteRpc } from '@scuttlebot/ssb-invite'
import type { LanRpc } from '@scuttlebot/ssb-lan'
import type { NetRpc } from '@scuttlebot/ssb-net'
import type { CoreRpc } from '@scuttlebot/ssb-plugin'
import type { PrivateRpc } from '@scuttlebot/ssb-private'
import type { QueryRpc } from '@scuttlebot/ssb-query'
import type { ReplicateRpc } from '@scuttlebot/ssb-replicate'
import type { SearchRpc } from '@scuttlebot/ssb-search'
import type { TangleRpc } from '@scuttlebot/ssb-tangle'
import type { WebRpc } from '../../rpc.ts'

/** The methods that the page calls: those of a server with its usual plugins, as any client has them. */
export type PageRpc = CoreRpc &
  StoreRpc &
  QueryRpc &
  FriendsRpc &
  AboutRpc &
  TangleRpc &
  SearchRpc &
  BlobsRpc &
  PrivateRpc &
  InviteRpc &
  GossipRpc &
  ReplicateRpc &
  LanRpc &
  NetRpc &
  WebRpc

/** A live connection to the server. */
export type PageClient = Client<PageRpc>
/** Its methods. */
export type PageRemote = PageClient['remote']
