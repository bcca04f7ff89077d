import { MsgId } from '@scuttlebot/ssb-ref';
import { K as Keys, b as LockedKeys } from './passphrase.js';
export { F as FeedFormat, L as Lock, a as LockCost, U as UriKeys, g as generate, k as keyPairOf, l as lockKeys, u as unlockKeys } from './passphrase.js';
import '@scuttlebot/ssb-crypto';
type BytesLike = Uint8Array | string;
type PublicKeyLike = string | {
    readonly public: string;
    readonly curve?: string;
};
type PrivateKeyLike = string | {
    readonly private: string;
    readonly public?: string;
    readonly curve?: string;
};
declare function getTag(text: string): string;
type KeysErrorCode = 'SSB_KEYS_UNKNOWN_CURVE' | 'SSB_KEYS_BAD_KEY' | 'SSB_KEYS_BAD_RECIPIENT' | 'SSB_KEYS_FILE_MISSING' | 'SSB_KEYS_FILE_EXISTS' | 'SSB_KEYS_FILE_EXPOSED' | 'SSB_KEYS_FILE_ACCESS' | 'SSB_KEYS_FILE_INVALID' | 'SSB_KEYS_FILE_LOCKED' | 'SSB_KEYS_FILE_PASSPHRASE';
declare class KeysError extends Error {
    readonly name: string;
    readonly code: KeysErrorCode;
    constructor(code: KeysErrorCode, message: string, options?: ErrorOptions);
}
type HashEncoding = 'utf8' | 'utf-8' | 'binary' | 'latin1' | 'ascii' | 'base64' | 'hex';
declare function hash(data: string | Uint8Array, encoding?: HashEncoding | null): string;
declare function messageId(text: string): MsgId;
interface BoxOptions {
    readonly max?: number | undefined;
}
type Boxed = `${string}.box`;
declare function ssbSecretKeyToPrivateBoxSecret(keys: PrivateKeyLike): Uint8Array;
declare function box(content: unknown, recipients: readonly PublicKeyLike[], options?: BoxOptions): Boxed;
declare function unboxKey(boxed: BytesLike, keys: PrivateKeyLike): Uint8Array | null;
declare function unboxBody(boxed: BytesLike, key: BytesLike | null | undefined): unknown;
declare function unbox(boxed: unknown, keys: PrivateKeyLike): unknown;
declare function writeSecret(keys: Keys | LockedKeys): string;
declare function replaceSecret(text: string, keys: Keys | LockedKeys): string;
declare function readSecret(text: string): Keys | LockedKeys;
type HmacKey = BytesLike | 0 | false | null | undefined;
type Signature = `${string}.sig.ed25519`;
declare function sign(keys: PrivateKeyLike, message: BytesLike): Signature;
declare function sign(keys: PrivateKeyLike, hmacKey: HmacKey, message: BytesLike): Signature;
declare function verify(keys: PublicKeyLike, signature: BytesLike, message: BytesLike): boolean;
declare function verify(keys: PublicKeyLike, signature: BytesLike, hmacKey: HmacKey, message: BytesLike): boolean;
declare function signObj<T extends object>(keys: PrivateKeyLike, object: T): T & {
    signature: Signature;
};
declare function signObj<T extends object>(keys: PrivateKeyLike, hmacKey: HmacKey, object: T): T & {
    signature: Signature;
};
declare function verifyObj(keys: PublicKeyLike, object: object): boolean;
declare function verifyObj(keys: PublicKeyLike, hmacKey: HmacKey, object: object): boolean;
declare function secretBox(content: unknown, key: Uint8Array): Uint8Array | undefined;
declare function secretUnbox(boxed: Uint8Array, key: Uint8Array): unknown;
export { type BoxOptions, type Boxed, type BytesLike, type HashEncoding, type HmacKey, Keys, KeysError, type KeysErrorCode, LockedKeys, type PrivateKeyLike, type PublicKeyLike, type Signature, box, getTag, hash, messageId, readSecret, replaceSecret, secretBox, secretUnbox, sign, signObj, ssbSecretKeyToPrivateBoxSecret, unbox, unboxBody, unboxKey, verify, verifyObj, writeSecret };
// passphrase
import { KeyPair } from '@scuttlebot/ssb-crypto';
import { FeedId } from '@scuttlebot/ssb-ref';
interface Keys {
    readonly curve: 'ed25519';
    readonly public: string;
    readonly private: string;
    readonly id: FeedId;
}
type FeedFormat = 'classic' | 'bendybutt-v1' | 'buttwoo-v1' | 'indexed-v1' | 'gabbygrove-v1';
interface UriKeys extends Omit<Keys, 'id'> {
    readonly id: `ssb:feed/${string}`;
}
declare function generate(curve?: string | null, seed?: Uint8Array | string | null, feedFormat?: 'classic' | null): Keys;
declare function generate(curve: string | null | undefined, seed: Uint8Array | string | null | undefined, feedFormat: FeedFormat): Keys | UriKeys;
declare function keyPairOf(keys: Pick<Keys, 'public' | 'private'>): KeyPair;
interface Lock {
    readonly kdf: 'argon2id';
    readonly operations: number;
    readonly memory: number;
    readonly salt: string;
    readonly nonce: string;
    readonly box: string;
}
interface LockedKeys extends Omit<Keys, 'private'> {
    readonly locked: Lock;
}
interface LockCost {
    readonly operations?: number;
    readonly memoryBytes?: number;
}
declare function lockKeys(keys: Keys, passphrase: string, cost?: LockCost): LockedKeys;
declare function unlockKeys(keys: LockedKeys, passphrase: string): Keys;
export { type FeedFormat as F, type Keys as K, type Lock as L, type UriKeys as U, type LockCost as a, type LockedKeys as b, generate as g, keyPairOf as k, lockKeys as l, unlockKeys as u };
