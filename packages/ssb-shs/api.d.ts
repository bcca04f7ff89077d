import { C as ClientOptions, H as Handshake, S as ServerOptions } from './handshake.js';
export { a as Session, b as ShsError, c as ShsErrorCode, d as ShsStep } from './handshake.js';
import '@scuttlebot/ssb-crypto';
declare function createClient(options: ClientOptions): Handshake;
declare const CHALLENGE_BYTES = 64;
declare const HELLO_BYTES = 112;
declare const ACCEPT_BYTES = 80;
declare const EARLY_BYTES_MAX = 131072;
declare function createServer(options: ServerOptions): Handshake;
export { ACCEPT_BYTES, CHALLENGE_BYTES, ClientOptions, EARLY_BYTES_MAX, HELLO_BYTES, Handshake, ServerOptions, createClient, createServer };
// handshake
import { KeyPair } from '@scuttlebot/ssb-crypto';
type ShsErrorCode = 'SSB_SHS_CHALLENGE_INVALID' | 'SSB_SHS_KEY_WEAK' | 'SSB_SHS_UNEXPECTED_BYTES' | 'SSB_SHS_HELLO_INVALID' | 'SSB_SHS_HELLO_SIGNATURE' | 'SSB_SHS_ACCEPT_INVALID' | 'SSB_SHS_TOO_MANY_BYTES' | 'SSB_SHS_STATE' | 'SSB_SHS_HUNG_UP' | 'SSB_SHS_NOT_ACCEPTED' | 'SSB_SHS_TIMEOUT' | 'SSB_SHS_REFUSED' | 'SSB_SHS_ABORTED';
declare class ShsError extends Error {
    readonly name: string;
    readonly code: ShsErrorCode;
    constructor(code: ShsErrorCode, message: string, options?: ErrorOptions);
}
interface Session {
    readonly remote: Uint8Array;
    readonly encryptKey: Uint8Array;
    readonly encryptNonce: Uint8Array;
    readonly decryptKey: Uint8Array;
    readonly decryptNonce: Uint8Array;
}
type ShsStep = {
    readonly state: 'wait';
    readonly send?: Uint8Array;
} | {
    readonly state: 'authorize';
    readonly remote: Uint8Array;
} | {
    readonly state: 'done';
    readonly send?: Uint8Array;
    readonly session: Session;
    readonly rest: Uint8Array;
} | {
    readonly state: 'failed';
    readonly code: ShsErrorCode;
    readonly message: string;
};
interface Handshake {
    start(): Uint8Array | null;
    receive(chunk: Uint8Array): ShsStep;
    accept(): ShsStep;
    wipe(): void;
}
interface ServerOptions {
    readonly networkKey: Uint8Array;
    readonly keys: KeyPair;
    readonly ephemeral?: KeyPair;
}
interface ClientOptions extends ServerOptions {
    readonly serverKey: Uint8Array;
}
export { type ClientOptions as C, type Handshake as H, type ServerOptions as S, type Session as a, ShsError as b, type ShsErrorCode as c, type ShsStep as d };
