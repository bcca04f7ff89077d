// What is sent.

/** A message value of about 0.8 KB, as JSON. */
export const item = JSON.stringify({
  previous: `%${'x'.repeat(43)}=.sha256`,
  author: `@${'x'.repeat(43)}=.ed25519`,
  sequence: 1000,
  timestamp: 1_700_000_000_000,
  hash: 'sha256',
  content: { type: 'post', text: 'text '.repeat(86) },
  signature: `${'x'.repeat(86)}==.sig.ed25519`,
})

/** One write of the bare stream. */
export const chunk = new Uint8Array(65_536).fill(5)
