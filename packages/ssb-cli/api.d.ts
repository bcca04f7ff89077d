import { Flag, Config } from '@scuttlebot/ssb-config';
import { Client } from '@scuttlebot/ssb-client';
interface MethodArguments {
    readonly values: readonly unknown[];
    readonly fromStdin: boolean;
    readonly help: boolean;
}
declare function valueOfText(text: string): unknown;
declare function readArguments(tokens: readonly string[], toValue?: (text: string) => unknown): MethodArguments;
type CliErrorCode = 'SSB_CLI_USAGE' | 'SSB_CLI_UNREACHABLE' | 'SSB_CLI_INPUT' | 'SSB_CLI_REMOTE';
declare class CliError extends Error {
    readonly name: string;
    readonly code: CliErrorCode;
    constructor(code: CliErrorCode, message: string, options?: ErrorOptions);
}
declare function sentenceOf(error: unknown): string;
interface Switches {
    readonly json: boolean;
    readonly pretty: boolean;
    readonly verbose: boolean;
    readonly help: boolean;
    readonly version: boolean;
    readonly config: string | null;
}
interface CommandLine {
    readonly switches: Switches;
    readonly flags: readonly Flag[];
    readonly command: string | null;
    readonly rest: readonly string[];
}
declare function readCommandLine(argv: readonly string[]): CommandLine;
declare function readSettings(command: string, rest: readonly string[]): {
    readonly flags: readonly Flag[];
    readonly help: boolean;
    readonly config: string | null;
};
interface Io {
    readonly stdin: AsyncIterable<Uint8Array> & {
        readonly isTTY?: boolean | undefined;
    };
    out(chunk: string | Uint8Array): Promise<void>;
    err(text: string): void;
    readonly outIsTTY: boolean;
    readonly isColourful: boolean;
    now(): number;
    readonly errIsTTY: boolean;
    readonly signal: AbortSignal;
}
type AddVerdict = {
    readonly ok: true;
    readonly key: string;
} | {
    readonly ok: false;
    readonly code: string;
    readonly reason: string;
};
interface ConnectRequest {
    readonly config: Config;
    readonly isElsewhere: boolean;
    readonly signal: AbortSignal;
}
interface MainOptions {
    readonly argv: readonly string[];
    readonly io: Io;
    readonly environment: Readonly<Record<string, string | undefined>>;
    readonly home: string;
    readonly version: string;
    connect(request: ConnectRequest): Promise<Client<unknown>>;
    start?(request: {
        readonly config: Config;
        readonly warnings: readonly string[];
    }): Promise<number>;
}
declare const EXIT: {
    readonly done: 0;
    readonly failed: 1;
    readonly partly: 2;
    readonly interrupted: 130;
};
declare function main(options: MainOptions): Promise<number>;
declare const ALIASES: Readonly<Record<string, string>>;
export { ALIASES, type AddVerdict, CliError, type CliErrorCode, type CommandLine, type ConnectRequest, EXIT, type Io, type MainOptions, type MethodArguments, type Switches, main, readArguments, readCommandLine, readSettings, sentenceOf, valueOfText };
