// The key of an invite's guest.
import { load } from '../lib/packages.mjs'

const { signKeyPair } = await load('ssb-crypto')

/** Have an invite made by the owner; the key pair that its seed leads to. */
export async function guestKeys(owner) {
  const code = await owner.mux.call(['invite', 'create'], [{ uses: 1, unchecked: true }])
  const seed = Buffer.from(code.slice(code.lastIndexOf('~') + 1), 'base64')
  return signKeyPair(new Uint8Array(seed))
}
