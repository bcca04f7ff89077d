// The methods that clients need, by how many need them, and where they are here.

/** `[method, package]`; what more than half of the clients, or every peer, calls. */
const MUST = [
  ['manifest', 'ssb-plugin'],
  ['whoami', 'ssb-plugin'],
  ['publish', 'ssb-feed-store'],
  ['get', 'ssb-feed-store'],
  ['createUserStream', 'ssb-query'],
  ['createLogStream', 'ssb-query'],
  ['createFeedStream', 'ssb-query'],
  ['messagesByType', 'ssb-query'],
  ['links', 'ssb-query'],
  ['query.read', 'ssb-query'],
  ['backlinks.read', 'ssb-query'],
  ['blobs.add', 'ssb-blobs'],
  ['blobs.get', 'ssb-blobs'],
  ['blobs.getSlice', 'ssb-blobs'],
  ['blobs.has', 'ssb-blobs'],
  ['blobs.size', 'ssb-blobs'],
  ['blobs.ls', 'ssb-blobs'],
  ['blobs.want', 'ssb-blobs'],
  ['blobs.push', 'ssb-blobs'],
  ['blobs.changes', 'ssb-blobs'],
  ['blobs.createWants', 'ssb-blobs'],
  ['GET /blobs/get', 'ssb-server'],
  ['invite.accept', 'ssb-invite'],
  ['invite.use', 'ssb-invite'],
  ['createHistoryStream', 'ssb-replicate'],
  ['ebt.replicate', 'ssb-ebt'],
  ['gossip.ping', 'ssb-gossip'],
]

/** What three to five clients call. Rooms are a chapter of their own. */
const SHOULD = [
  ['private.read', 'ssb-private'],
  ['private.publish', 'ssb-private'],
  ['private.unbox', 'ssb-private'],
  ['gossip.peers', 'ssb-gossip'],
  ['gossip.connect', 'ssb-gossip'],
  ['gossip.changes', 'ssb-gossip'],
  ['conn.peers', 'ssb-gossip'],
  ['conn.connect', 'ssb-gossip'],
  ['conn.remember', 'ssb-gossip'],
  ['conn.disconnect', 'ssb-gossip'],
  ['conn.forget', 'ssb-gossip'],
  ['conn.stagedPeers', 'ssb-gossip'],
  ['conn.start', 'ssb-gossip'],
  ['conn.stop', 'ssb-gossip'],
  ['friends.get', 'ssb-friends'],
  ['friends.isFollowing', 'ssb-friends'],
  ['friends.isBlocking', 'ssb-friends'],
  ['friends.graph', 'ssb-friends'],
  ['friends.hops', 'ssb-friends'],
  ['getLatest', 'ssb-feed-store'],
  ['about.socialValue', 'ssb-about'],
  ['about.latestValue', 'ssb-about'],
  ['about.socialValues', 'ssb-about'],
  ['about.latestValues', 'ssb-about'],
  ['about.socialValueStream', 'ssb-about'],
  ['about.socialValuesStream', 'ssb-about'],
  ['about.latestValueStream', 'ssb-about'],
  ['about.read', 'ssb-about'],
  ['search.query', 'ssb-search'],
  ['status', 'ssb-plugin'],
  ['progress', 'ssb-plugin'],
  ['add', 'ssb-feed-store'],
]

/** What one or two clients call, and is here. */
const COULD = [
  ['names.get', 'ssb-about'],
  ['names.getImages', 'ssb-about'],
  ['names.getImageFor', 'ssb-about'],
  ['names.getSignifier', 'ssb-about'],
  ['names.getSignifies', 'ssb-about'],
  ['tangle.branch', 'ssb-tangle'],
  ['friends.stream', 'ssb-friends'],
  ['friends.createFriendStream', 'ssb-friends'],
  ['latestSequence', 'ssb-feed-store'],
  ['latest', 'ssb-feed-store'],
  ['getFeedState', 'ssb-feed-store'],
  ['getVectorClock', 'ssb-feed-store'],
  ['replicate.upto', 'ssb-replicate'],
  ['replicate.request', 'ssb-replicate'],
  ['ebt.peerStatus', 'ssb-ebt'],
  ['query.explain', 'ssb-query'],
  ['gossip.add', 'ssb-gossip'],
  ['gossip.get', 'ssb-gossip'],
  ['gossip.remove', 'ssb-gossip'],
  ['gossip.disconnect', 'ssb-gossip'],
  ['conn.dbPeers', 'ssb-gossip'],
  ['conn.stage', 'ssb-gossip'],
  ['conn.unstage', 'ssb-gossip'],
  ['invite.create', 'ssb-invite'],
  ['blobs.rm', 'ssb-blobs'],
  ['del', 'ssb-feed-store'],
  ['version', 'ssb-plugin'],
  ['address', 'ssb-net'],
  ['multiserver.address', 'ssb-net'],
  ['multiserver.parse', 'ssb-net'],
]

/** What is called besides, and why it is not here. */
export const ABSENT = [
  [
    'tunnel.*, room.*, roomClient.*, httpAuth*, httpInviteClient',
    'rooms are a chapter of their own',
  ],
  ['plugins.*', 'nothing installs code over the network: the command line says so in a sentence'],
  [
    'patchwork.*, ticktack.*, chess-db, feedlessIndex',
    'they belong to one program, which loads them into its own server',
  ],
  [
    'db.*, rebuild, createRawLogStream',
    'they tell of a log format that is not ours; `sbot fsck` checks and mends',
  ],
  [
    'ooo.*, links2, fulltext, channel, tags, unread, meme, suggest, threads, aboutSelf, identities',
    'one or two clients; each can be a plugin',
  ],
  ['dhtInvite, peerInvites, deviceAddress', 'their networks are gone'],
]

/** All of them: `{ list, method, home }`. */
export const METHODS = Object.entries({ must: MUST, should: SHOULD, could: COULD }).flatMap(
  ([list, methods]) => methods.map(([method, home]) => ({ list, method, home })),
)
