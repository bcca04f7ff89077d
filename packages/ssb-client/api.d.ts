import { C as Client } from './errors-DqMse1gt.js';
export { a as ClientError, b as ClientErrorCode } from './errors-DqMse1gt.js';
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
