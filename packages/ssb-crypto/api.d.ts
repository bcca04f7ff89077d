import { C as Crypto } from './crypto.js';
export { B as Backend, a as BackendName, K as KeyPair, P as PasswordLimits, S as Sha256Stream, c as createCrypto } from './crypto.js';
declare const ready: Promise<void>;
declare const backend: Crypto['backend'];
declare const signKeyPair: Crypto['signKeyPair'];
declare const sign: Crypto['sign'];
declare const verify: Crypto['verify'];
declare const auth: Crypto['auth'];
declare const authVerify: Crypto['authVerify'];
declare const sha256: Crypto['sha256'];
declare const sha256Base64: Crypto['sha256Base64'];
declare const sha256Stream: Crypto['sha256Stream'];
declare const secretBox: Crypto['secretBox'];
declare const secretUnbox: Crypto['secretUnbox'];
declare const secretBoxDetached: Crypto['secretBoxDetached'];
declare const secretUnboxDetached: Crypto['secretUnboxDetached'];
declare const exchangeKeyPair: Crypto['exchangeKeyPair'];
declare const scalarMult: Crypto['scalarMult'];
declare const scalarMultBase: Crypto['scalarMultBase'];
declare const signPublicToExchange: Crypto['signPublicToExchange'];
declare const signSecretToExchange: Crypto['signSecretToExchange'];
declare const randomBytes: Crypto['randomBytes'];
declare const wipe: Crypto['wipe'];
declare const passwordKey: Crypto['passwordKey'];
declare function isWeakSignPoint(bytes: Uint8Array, offset?: number): boolean;
declare function isReducedScalar(signature: Uint8Array): boolean;
declare function isLowOrderExchange(publicKey: Uint8Array): boolean;
declare function isAllZero(bytes: Uint8Array): boolean;
declare function equal(a: Uint8Array, b: Uint8Array): boolean;
declare const PUBLIC_KEY_BYTES: number;
declare const SEED_BYTES: number;
declare const SIGN_SECRET_BYTES: number;
declare const EXCHANGE_SECRET_BYTES: number;
declare const SIGNATURE_BYTES: number;
declare const AUTH_BYTES: number;
declare const AUTH_KEY_BYTES: number;
declare const SHA256_BYTES: number;
declare const BOX_KEY_BYTES: number;
declare const BOX_NONCE_BYTES: number;
declare const BOX_TAG_BYTES: number;
declare const PASSWORD_SALT_BYTES: number;
export { AUTH_BYTES, AUTH_KEY_BYTES, BOX_KEY_BYTES, BOX_NONCE_BYTES, BOX_TAG_BYTES, Crypto, EXCHANGE_SECRET_BYTES, PASSWORD_SALT_BYTES, PUBLIC_KEY_BYTES, SEED_BYTES, SHA256_BYTES, SIGNATURE_BYTES, SIGN_SECRET_BYTES, auth, authVerify, backend, equal, exchangeKeyPair, isAllZero, isLowOrderExchange, isReducedScalar, isWeakSignPoint, passwordKey, randomBytes, ready, scalarMult, scalarMultBase, secretBox, secretBoxDetached, secretUnbox, secretUnboxDetached, sha256, sha256Base64, sha256Stream, sign, signKeyPair, signPublicToExchange, signSecretToExchange, verify, wipe };
// crypto
interface KeyPair {
    readonly publicKey: Uint8Array;
    readonly secretKey: Uint8Array;
}
interface Sha256Stream {
    update(bytes: Uint8Array): void;
    digest(): Uint8Array;
}
interface PasswordLimits {
    readonly operations: number;
    readonly memoryBytes: number;
    readonly keyBytes?: number;
}
type BackendName = 'sodium-native' | 'libsodium-wasm';
interface Backend {
    readonly name: BackendName;
    readonly ready: Promise<void>;
    signSeedKeyPair(seed: Uint8Array): KeyPair;
    sign(message: Uint8Array, secretKey: Uint8Array): Uint8Array;
    verify(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean;
    auth(message: Uint8Array, key: Uint8Array): Uint8Array;
    sha256(bytes: Uint8Array): Uint8Array;
    sha256Base64(bytes: Uint8Array): string;
    sha256Stream(): Sha256Stream;
    secretBoxDetached(cipherOut: Uint8Array, tagOut: Uint8Array, plain: Uint8Array, nonce: Uint8Array, key: Uint8Array): void;
    secretUnboxDetached(plainOut: Uint8Array, cipher: Uint8Array, tag: Uint8Array, nonce: Uint8Array, key: Uint8Array): boolean;
    scalarMult(secret: Uint8Array, publicKey: Uint8Array): Uint8Array | null;
    scalarMultBase(secret: Uint8Array): Uint8Array;
    signPublicToExchange(publicKey: Uint8Array): Uint8Array | null;
    signSecretToExchange(secretKey: Uint8Array): Uint8Array;
    randomBytes(length: number): Uint8Array;
    passwordKey(password: Uint8Array, salt: Uint8Array, limits: Required<PasswordLimits>): Uint8Array;
    wipe(bytes: Uint8Array): void;
}
interface Crypto {
    readonly ready: Promise<void>;
    backend(): BackendName;
    signKeyPair(seed?: Uint8Array): KeyPair;
    sign(message: Uint8Array, secretKey: Uint8Array): Uint8Array;
    verify(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean;
    auth(message: Uint8Array, key: Uint8Array): Uint8Array;
    authVerify(tag: Uint8Array, message: Uint8Array, key: Uint8Array): boolean;
    sha256(bytes: Uint8Array): Uint8Array;
    sha256Base64(bytes: Uint8Array): string;
    sha256Stream(): Sha256Stream;
    secretBox(plain: Uint8Array, nonce: Uint8Array, key: Uint8Array): Uint8Array;
    secretUnbox(boxed: Uint8Array, nonce: Uint8Array, key: Uint8Array): Uint8Array | null;
    secretBoxDetached(cipherOut: Uint8Array, tagOut: Uint8Array, plain: Uint8Array, nonce: Uint8Array, key: Uint8Array): void;
    secretUnboxDetached(plainOut: Uint8Array, cipher: Uint8Array, tag: Uint8Array, nonce: Uint8Array, key: Uint8Array): boolean;
    exchangeKeyPair(seed?: Uint8Array): KeyPair;
    scalarMult(secret: Uint8Array, publicKey: Uint8Array): Uint8Array | null;
    scalarMultBase(secret: Uint8Array): Uint8Array;
    signPublicToExchange(publicKey: Uint8Array): Uint8Array | null;
    signSecretToExchange(secretKey: Uint8Array): Uint8Array;
    randomBytes(length: number): Uint8Array;
    wipe(bytes: Uint8Array): void;
    equal(a: Uint8Array, b: Uint8Array): boolean;
    passwordKey(password: Uint8Array, salt: Uint8Array, limits: PasswordLimits): Uint8Array;
}
declare function createCrypto(backend: Backend): Crypto;
export { type Backend as B, type Crypto as C, type KeyPair as K, type PasswordLimits as P, type Sha256Stream as S, type BackendName as a, createCrypto as c };
