declare function toBase64(bytes: Uint8Array): string;
declare function fromBase64(text: string): Uint8Array | null;
declare function fromBase64Lenient(text: string): Uint8Array;
declare function concat(chunks: readonly Uint8Array[]): Uint8Array;
declare function compareBytes(a: Uint8Array, b: Uint8Array): -1 | 0 | 1;
declare function encode(value: unknown): string;
declare function tryEncode(value: unknown): string | null;
declare function unsignedText(signedText: string): string | null;
declare function signedText(unsigned: string, signature: string): string;
declare function toHex(bytes: Uint8Array): string;
declare function fromHex(text: string): Uint8Array | null;
type ParsedJson = {
    readonly ok: true;
    readonly value: unknown;
} | {
    readonly ok: false;
};
declare function parseJson(bytes: Uint8Array): ParsedJson;
declare function parseJsonText(text: string): ParsedJson;
declare function utf8(text: string): Uint8Array;
declare function utf8Text(bytes: Uint8Array): string;
declare function utf8TextStrict(bytes: Uint8Array): string | null;
declare function lowBytes(text: string): Uint8Array;
export { type ParsedJson, compareBytes, concat, encode, fromBase64, fromBase64Lenient, fromHex, lowBytes, parseJson, parseJsonText, signedText, toBase64, toHex, tryEncode, unsignedText, utf8, utf8Text, utf8TextStrict };
