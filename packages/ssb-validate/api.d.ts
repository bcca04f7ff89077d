import { Keys } from '@scuttlebot/ssb-keys';
import { FeedId, MsgId } from '@scuttlebot/ssb-ref';
import { V as ValidateError, F as FeedState, C as Content, a as Verified, D as Defect, M as MessageValue, b as Verdict, c as Verifier } from './types.js';
export { S as SignatureJob, d as ValidateErrorCode } from './types.js';
export { encode } from '@scuttlebot/ssb-encode';
interface ChainState {
    readonly id: unknown;
    readonly sequence: unknown;
}
type ClassicHmacKey = Uint8Array | string | null | undefined;
declare function isSupportedHash(message: {
    readonly hash?: unknown;
} | null | undefined): boolean;
declare function isSigMatchesCurve(message: {
    readonly author?: unknown;
    readonly signature?: unknown;
} | null | undefined): boolean;
declare function isInvalidContent(content: unknown): ValidateError | false;
declare function isInvalidShape(message: unknown): ValidateError | false;
declare function checkInvalidCheap(state: ChainState | null | undefined, message: unknown): ValidateError | false;
declare function checkInvalid(state: ChainState | null | undefined, hmacKey: ClassicHmacKey, message: unknown): ValidateError | false;
declare function checkInvalidOOO(message: unknown, hmacKey?: ClassicHmacKey): ValidateError | false;
interface CreateOptions {
    readonly state: FeedState | null;
    readonly author: FeedId;
    sign(bytes: Uint8Array): Uint8Array;
    readonly hmacKey?: Uint8Array | undefined;
    readonly content: Content;
    readonly timestamp: number;
}
type Created = {
    readonly ok: true;
    readonly message: Verified;
} | ({
    readonly ok: false;
} & Defect);
declare function createMessage(options: CreateOptions): Created;
interface KeyValueTimestamp {
    readonly key: MsgId;
    readonly value: MessageValue;
    readonly timestamp: number;
}
interface ClassicFeedState {
    id: MsgId | null;
    sequence: number | null;
    timestamp: number | null;
    queue: KeyValueTimestamp[];
}
interface ClassicState {
    validated: number;
    queued: number;
    queue: KeyValueTimestamp[];
    feeds: Record<string, ClassicFeedState | null>;
    error: ValidateError | false | null;
}
declare function initial(): ClassicState;
declare function id(message: unknown): MsgId;
declare function toKeyValueTimestamp(message: MessageValue, key?: MsgId): KeyValueTimestamp;
declare function appendKVT(state: ClassicState, hmacKey: ClassicHmacKey, kvt: KeyValueTimestamp): ClassicState;
declare function append(state: ClassicState, hmacKey: ClassicHmacKey, message: MessageValue): ClassicState;
declare function queue(state: ClassicState, message: MessageValue): ClassicState;
declare function validate(state: ClassicState, hmacKey: ClassicHmacKey, feed: string): ClassicState;
declare function appendOOO(state: ClassicState, hmacKey: ClassicHmacKey, message: MessageValue): ClassicState;
type ClassicKeys = Pick<Keys, 'public' | 'private' | 'id'>;
declare function create(options: CreateOptions): Created;
declare function create(feed: ClassicFeedState | null | undefined, keys: ClassicKeys, hmacKey: ClassicHmacKey, content: unknown, timestamp: number): MessageValue;
declare function appendNew(state: ClassicState, hmacKey: ClassicHmacKey, keys: ClassicKeys, content: unknown, timestamp: number): ClassicState;
declare const MESSAGE_UNITS_MAX = 8192;
declare const TYPE_UNITS_MIN = 3;
declare const TYPE_UNITS_MAX = 52;
declare const SEQUENCE_MAX: number;
declare const SIGNATURE_UNITS = 119;
interface ValidatorOptions {
    readonly hmacKey?: Uint8Array | undefined;
    state(feed: FeedId): FeedState | null;
    readonly verifier?: Verifier | undefined;
}
interface Validator {
    validate(batch: readonly (Uint8Array | MessageValue)[]): Promise<Verdict[]>;
    validateSync(batch: readonly (Uint8Array | MessageValue)[]): Verdict[];
    settle(feed?: FeedId): void;
}
declare function createValidator(options: ValidatorOptions): Validator;
declare function inlineVerifier(): Verifier;
export { type ClassicFeedState, type ClassicHmacKey, type ClassicState, Content, type CreateOptions, type Created, Defect, FeedState, type KeyValueTimestamp, MESSAGE_UNITS_MAX, MessageValue, SEQUENCE_MAX, SIGNATURE_UNITS, TYPE_UNITS_MAX, TYPE_UNITS_MIN, ValidateError, type Validator, type ValidatorOptions, Verdict, Verified, Verifier, append, appendKVT, appendNew, appendOOO, checkInvalid, checkInvalidCheap, checkInvalidOOO, create, createMessage, createValidator, id, initial, inlineVerifier, isInvalidContent, isInvalidShape, isSigMatchesCurve, isSupportedHash, queue, toKeyValueTimestamp, validate };
// types
import { MsgId, FeedId } from '@scuttlebot/ssb-ref';
type ValidateErrorCode = 'SSB_VALIDATE_JSON' | 'SSB_VALIDATE_AUTHOR' | 'SSB_VALIDATE_SIGNATURE_FORM' | 'SSB_VALIDATE_SEQUENCE' | 'SSB_VALIDATE_PREVIOUS' | 'SSB_VALIDATE_FIRST_PREVIOUS' | 'SSB_VALIDATE_FIRST_SEQUENCE' | 'SSB_VALIDATE_FIRST_TIMESTAMP' | 'SSB_VALIDATE_KEY_ORDER' | 'SSB_VALIDATE_SHAPE' | 'SSB_VALIDATE_SIZE' | 'SSB_VALIDATE_TYPE' | 'SSB_VALIDATE_HMAC_KEY' | 'SSB_VALIDATE_CURVE' | 'SSB_VALIDATE_SIGNATURE' | 'SSB_VALIDATE_CONTENT' | 'SSB_VALIDATE_TIMESTAMP' | 'SSB_VALIDATE_NUMBER' | 'SSB_VALIDATE_TEXT' | 'SSB_VALIDATE_UNENCODABLE';
interface Defect {
    readonly code: ValidateErrorCode;
    readonly reason: string;
    readonly fatal: boolean;
}
declare class ValidateError extends Error {
    readonly name: string;
    readonly code: ValidateErrorCode;
    readonly fatal: true | undefined;
    constructor(defect: Defect);
}
type Content = string | {
    readonly type: string;
    readonly [key: string]: unknown;
};
interface MessageValue {
    readonly previous: MsgId | null;
    readonly author: FeedId;
    readonly sequence: number;
    readonly timestamp: number;
    readonly hash: 'sha256';
    readonly content: Content;
    readonly signature: string;
}
interface FeedState {
    readonly id: MsgId;
    readonly sequence: number;
    readonly timestamp: number;
}
interface Verified {
    readonly key: MsgId;
    readonly keyBytes: Uint8Array;
    readonly value: MessageValue;
    readonly bytes: Uint8Array;
}
type Verdict = {
    readonly ok: true;
    readonly message: Verified;
} | ({
    readonly ok: false;
} & Defect);
interface SignatureJob {
    readonly publicKey: Uint8Array;
    readonly signature: Uint8Array;
    readonly message: Uint8Array;
}
interface Verifier {
    verify(batch: readonly SignatureJob[]): boolean[] | Promise<boolean[]>;
    readonly sharesMemory?: boolean;
    close?(): Promise<void>;
}
export { type Content as C, type Defect as D, type FeedState as F, type MessageValue as M, type SignatureJob as S, ValidateError as V, type Verified as a, type Verdict as b, type Verifier as c, type ValidateErrorCode as d };
