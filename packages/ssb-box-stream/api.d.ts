declare class Boxer {
    #private;
    constructor(key: Uint8Array, nonce: Uint8Array);
    box(chunks: readonly Uint8Array[]): Uint8Array;
    goodbye(): Uint8Array;
    wipe(): void;
}
declare const KEY_BYTES: number;
declare const NONCE_BYTES: number;
declare const HEADER_BYTES: number;
declare const BODY_BYTES_MAX: number;
type BoxStreamErrorCode = 'SSB_BOX_STREAM_BAD_HEADER' | 'SSB_BOX_STREAM_BAD_BODY' | 'SSB_BOX_STREAM_TOO_LONG' | 'SSB_BOX_STREAM_NO_GOODBYE';
interface UnboxFailure {
    readonly ok: false;
    readonly code: BoxStreamErrorCode;
    readonly message: string;
    readonly plain: readonly Uint8Array[];
}
type UnboxResult = {
    readonly ok: true;
    readonly plain: readonly Uint8Array[];
    readonly goodbye: boolean;
} | UnboxFailure;
declare class Unboxer {
    #private;
    constructor(key: Uint8Array, nonce: Uint8Array);
    get finished(): boolean;
    get idle(): boolean;
    push(chunk: Uint8Array): UnboxResult;
    end(): UnboxFailure | null;
    wipe(): void;
}
export { BODY_BYTES_MAX, type BoxStreamErrorCode, Boxer, HEADER_BYTES, KEY_BYTES, NONCE_BYTES, type UnboxFailure, type UnboxResult, Unboxer };
