/** Folders of vectors for packages that this house does not have yet. */
export const elsewhere = {
  'envelope-spec': 'box2 envelopes (private groups)',
  'private-group-spec': 'private groups',
  'go-metafeed': 'bendy butt and meta feeds',
  'ssb-bfe': 'binary field encodings',
  'ssb-bfe-spec': 'a table of binary field encodings',
  'flumedb-rs': 'logs of other servers (migration)',
}
