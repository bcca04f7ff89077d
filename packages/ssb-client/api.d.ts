import { C as Client } from './errors.js';
export { a as ClientError, b as ClientErrorCode } from './errors.js';
import { Config } from '@scuttlebot/ssb-config';
import { Keys } from '@scuttlebot/ssb-keys';
import { PlainManifest } from '@scuttlebot/ssb-muxrpc';
import { CoreRpc } from '@scuttlebot/ssb-plugin';
import { FeedId } from '@scuttlebot/ssb-ref';
interface ConnectOptions {
    readonly config?: Config;
    readonly path?: string;
    readonly remote?: string;
    readonly keys?: Keys;
    readonly id?: FeedId;
    readonly isElsewhere?: boolean;
    readonly manifest?: PlainManifest;
    readonly timeoutMs?: number;
    readonly signal?: AbortSignal;
}
declare function connect<Rpc = CoreRpc>(options?: ConnectOptions): Promise<Client<Rpc>>;
export { Client, type ConnectOptions, connect };
// errors
import { PlainManifest, Remote, Mux } from '@scuttlebot/ssb-muxrpc';
import { FeedId } from '@scuttlebot/ssb-ref';
interface Client<Rpc> {
    readonly id: FeedId;
    readonly address: string;
    readonly manifest: PlainManifest;
    readonly remote: Remote<Rpc>;
    readonly mux: Mux;
    readonly closed: Promise<Error | null>;
    close(): Promise<void>;
}
type ClientErrorCode = 'SSB_CLIENT_UNREACHABLE' | 'SSB_CLIENT_REFUSED' | 'SSB_CLIENT_BAD_ADDRESS' | 'SSB_CLIENT_KEYS' | 'SSB_CLIENT_NO_MANIFEST';
declare class ClientError extends Error {
    readonly name: string;
    readonly code: ClientErrorCode;
    constructor(code: ClientErrorCode, message: string, options?: ErrorOptions);
}
export { type Client as C, ClientError as a, type ClientErrorCode as b };
