interface BoxOptions {
    readonly max?: number;
}
declare function box(plain: Uint8Array, recipients: readonly Uint8Array[], options?: BoxOptions): Uint8Array;
type PrivateBoxErrorCode = 'SSB_PRIVATE_BOX_TOO_MANY_RECIPIENTS' | 'SSB_PRIVATE_BOX_NO_RECIPIENTS' | 'SSB_PRIVATE_BOX_BAD_RECIPIENT';
declare class PrivateBoxError extends Error {
    readonly name = "PrivateBoxError";
    readonly code: PrivateBoxErrorCode;
    constructor(code: PrivateBoxErrorCode, message: string);
}
declare const UNBOX_KEY_BYTES: number;
declare const RECIPIENTS_MAX: number;
declare const RECIPIENTS_MAX_DEFAULT: number;
interface UnboxOptions {
    readonly slotsMax?: number;
}
declare function unbox(boxed: Uint8Array, secret: Uint8Array, options?: UnboxOptions): Uint8Array | null;
declare function unboxKey(boxed: Uint8Array, secret: Uint8Array, options?: UnboxOptions): Uint8Array | null;
declare function unboxBody(boxed: Uint8Array, key: Uint8Array): Uint8Array | null;
export { type BoxOptions, PrivateBoxError, type PrivateBoxErrorCode, RECIPIENTS_MAX, RECIPIENTS_MAX_DEFAULT, UNBOX_KEY_BYTES, type UnboxOptions, box, unbox, unboxBody, unboxKey };
