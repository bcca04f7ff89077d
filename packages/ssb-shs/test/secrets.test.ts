import { exchangeKeyPair } from '@scuttlebot/ssb-crypto'
import { expect, test } from 'vitest'
import { Secrets } from '../src/secrets.ts'
import { networkKey, seed } from './helpers.ts'

test('wiping reaches the ephemeral secret and everything kept', () => {
  const secrets = new Secrets(networkKey, exchangeKeyPair(seed(3)))
  const kept = secrets.keep(seed(5))
  const { secretKey, publicKey } = secrets.ephemeral
  const before = publicKey.slice()
  secrets.wipe()
  expect(kept).toEqual(new Uint8Array(32))
  expect(secretKey).toEqual(new Uint8Array(32))
  expect(publicKey).toEqual(before)
})

test('what leads to the session keys is wiped too', () => {
  const secrets = new Secrets(networkKey, undefined)
  const session = secrets.session({
    boxKey: seed(1),
    own: seed(2),
    remote: seed(3),
    remoteChallenge: new Uint8Array(64),
  })
  secrets.wipe()
  expect(session.encryptKey).not.toEqual(new Uint8Array(32))
  expect(session.encryptKey).not.toEqual(session.decryptKey)
})
