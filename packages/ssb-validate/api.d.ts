import { Keys } from '@scuttlebot/ssb-keys';
import { FeedId, MsgId } from '@scuttlebot/ssb-ref';
import { V as ValidateError, F as FeedState, C as Content, a as Verified, D as Defect, M as MessageValue, b as Verdict, c as Verifier } from './types-01IXSGFm.js';
export { S as SignatureJob, d as ValidateErrorCode } from './types-01IXSGFm.js';
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
