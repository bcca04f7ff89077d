import { backend as platform } from '#platform'
import { type Crypto, createCrypto } from './crypto.ts'

const crypto: Crypto = createCrypto(platform)

/** See {@link Crypto.ready}. */
export const ready: Promise<void> = crypto.ready
/** See {@link Crypto.backend}. */
export const backend: Crypto['backend'] = crypto.backend
/** See {@link Crypto.signKeyPair}. */
export const signKeyPair: Crypto['signKeyPair'] = crypto.signKeyPair
/** See {@link Crypto.sign}. */
export const sign: Crypto['sign'] = crypto.sign
/** See {@link Crypto.verify}. */
export const verify: Crypto['verify'] = crypto.verify
/** See {@link Crypto.auth}. */
export const auth: Crypto['auth'] = crypto.auth
/** See {@link Crypto.authVerify}. */
export const authVerify: Crypto['authVerify'] = crypto.authVerify
/** See {@link Crypto.sha256}. */
export const sha256: Crypto['sha256'] = crypto.sha256
/** See {@link Crypto.sha256Base64}. */
export const sha256Base64: Crypto['sha256Base64'] = crypto.sha256Base64
/** See {@link Crypto.sha256Stream}. */
export const sha256Stream: Crypto['sha256Stream'] = crypto.sha256Stream
/** See {@link Crypto.secretBox}. */
export const secretBox: Crypto['secretBox'] = crypto.secretBox
/** See {@link Crypto.secretUnbox}. */
export const secretUnbox: Crypto['secretUnbox'] = crypto.secretUnbox
/** See {@link Crypto.secretBoxDetached}. */
export const secretBoxDetached: Crypto['secretBoxDetached'] = crypto.secretBoxDetached
/** See {@link Crypto.secretUnboxDetached}. */
export const secretUnboxDetached: Crypto['secretUnboxDetached'] = crypto.secretUnboxDetached
/** See {@link Crypto.exchangeKeyPair}. */
export const exchangeKeyPair: Crypto['exchangeKeyPair'] = crypto.exchangeKeyPair
/** See {@link Crypto.scalarMult}. */
export const scalarMult: Crypto['scalarMult'] = crypto.scalarMult
/** See {@link Crypto.scalarMultBase}. */
export const scalarMultBase: Crypto['scalarMultBase'] = crypto.scalarMultBase
/** See {@link Crypto.signPublicToExchange}. */
export const signPublicToExchange: Crypto['signPublicToExchange'] = crypto.signPublicToExchange
/** See {@link Crypto.signSecretToExchange}. */
export const signSecretToExchange: Crypto['signSecretToExchange'] = crypto.signSecretToExchange
/** See {@link Crypto.randomBytes}. */
export const randomBytes: Crypto['randomBytes'] = crypto.randomBytes
/** See {@link Crypto.wipe}. */
export const wipe: Crypto['wipe'] = crypto.wipe
/** See {@link Crypto.passwordKey}. */
export const passwordKey: Crypto['passwordKey'] = crypto.passwordKey
