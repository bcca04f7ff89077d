// Where our answers differ from those of ssb-server 16 with its plugins on purpose, and why. docs/CLIENTS.md shows them.

const FLAG =
  'private content, and what would tell of it, is given out only where `private: true` asks for it'
const BESIDE = 'opened messages have the marks of the newer stack beside the value, too'
const SAYS = 'the error says what is wrong with what'
const RTS = 'messages always have `rts`; the reference leaves it out for some indexes'

/** @type {readonly { method: string, call?: RegExp, why: string }[]} */
export const DIFFERENCES = [
  { method: 'get', call: /"private":true,"meta":true/, why: BESIDE },
  { method: 'get', call: /get \{\}/, why: SAYS },
  { method: 'status', why: 'indexes have other names' },
  { method: 'address', why: 'the unix address is complete, for ssb-client to take it as it is' },
  { method: 'multiserver.address', why: 'the unix address is complete' },
  { method: 'multiserver.parse', why: 'the transform has a name, as in newer releases' },
  ...['createLogStream', 'createFeedStream', 'createUserStream'].map((method) => ({
    method,
    call: /"private":true/,
    why: BESIDE,
  })),
  { method: 'messagesByType', call: /"private":true/, why: BESIDE },
  { method: 'messagesByType', why: FLAG },
  { method: 'links', why: FLAG },
  { method: 'query.read', call: /"\$gt":2|"\$prefix":"sec"/, why: RTS },
  {
    method: 'query.read',
    call: /query.read "/,
    why: 'a query that is JSON as a whole is read; the reference ignores it',
  },
  { method: 'query.read', call: /"\$group"/, why: 'groups in groups are kept apart' },
  { method: 'query.read', why: FLAG },
  { method: 'query.explain', why: 'it tells of our indexes; their inner ranges are not' },
  { method: 'backlinks.read', call: /"index":"DTA"/, why: FLAG },
  { method: 'backlinks.read', why: RTS },
  {
    method: 'private.publish',
    call: /\[\]/,
    why: 'a message that nobody can read is not published',
  },
  { method: 'private.publish', why: SAYS },
  { method: 'private.unbox', why: `${BESIDE}; what we box names its recipients` },
  { method: 'private.read', why: `${BESIDE}; queries and \`reverse\` work` },
  { method: 'about.latestValueStream', why: 'what was taken back is gone' },
  { method: 'about.socialValue', why: 'what was taken back is gone' },
  { method: 'about.latestValue', why: 'what was taken back is gone' },
  { method: 'search.query', call: /"psst"/, why: 'what we box names its recipients' },
  { method: 'search.query', call: /WHALE/, why: 'capitals do not matter' },
  {
    method: 'search.query',
    why: 'a question without a word that counts has an answer, and an end',
  },
  { method: 'friends.isFollowing', call: /\{\}/, why: SAYS },
  { method: 'blobs.has', call: /"no id"/, why: SAYS },
  { method: 'blobs.want', call: /"no id"/, why: SAYS },
  { method: 'blobs.push', call: /"no id"/, why: SAYS },
  { method: 'blobs.push', why: 'the answer is `true`, not nothing' },
  { method: 'add', call: /"sequence":[27]|"nothing"/, why: SAYS },
  { method: 'del', call: /"no id"/, why: SAYS },
  { method: 'gossip.add', call: /nonsense/, why: SAYS },
  { method: 'gossip.add', why: 'the peer has more fields; a peer added by hand has no announcers' },
  { method: 'gossip.get', why: 'the peer has more fields; a peer added by hand has no announcers' },
  {
    method: 'gossip.peers',
    why: 'more fields; `duration` and `ping` are null until they are measured',
  },
  {
    method: 'gossip.changes',
    why: '`duration` and `ping` of the peer are null until they are measured',
  },
  { method: 'gossip.disconnect', why: 'the answer is `true`, not nothing' },
  { method: 'gossip.connect', call: /127\.0\.0\.1:1~/, why: SAYS },
  { method: 'gossip.remove', why: 'an address will do' },
  {
    method: 'ebt.replicate',
    call: /"version":3/,
    why: 'the owner on the own key has nothing to replicate with us',
  },
  { method: 'ebt.replicate', why: 'version 2 is gone from the network' },
  {
    method: 'invite.create',
    call: /external/,
    why: 'an invite to where nobody can reach us is not made',
  },
  { method: 'invite.use', why: SAYS },
]
