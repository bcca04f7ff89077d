import { Config, Flag } from '@scuttlebot/ssb-config';
import { MethodKind, PlainManifest, MethodHelp } from '@scuttlebot/ssb-muxrpc';
import { Client } from '@scuttlebot/ssb-client';
import { ReadConfig } from '@scuttlebot/ssb-config/node';
interface MethodArguments {
    readonly words: readonly unknown[];
    readonly options: Readonly<Record<string, unknown>> | null;
    readonly values: readonly unknown[];
    readonly fromStdin: boolean;
    readonly help: boolean;
}
declare function valueOfText(text: string): unknown;
declare function readArguments(tokens: readonly string[], toValue?: (text: string) => unknown): MethodArguments;
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
    secret?(question: string): Promise<string>;
    readonly signal: AbortSignal;
}
interface RestoreRequest {
    readonly config: Config;
    file(): AsyncIterable<Uint8Array>;
    readonly passphrase: string;
}
interface RestoreOutcome {
    readonly to: string;
    readonly id: string;
    readonly messages: number;
    readonly sequence: number;
    readonly files: readonly string[];
}
type CliErrorCode = 'SSB_CLI_USAGE' | 'SSB_CLI_UNREACHABLE' | 'SSB_CLI_INPUT' | 'SSB_CLI_REMOTE';
declare class CliError extends Error {
    readonly name: string;
    readonly code: CliErrorCode;
    constructor(code: CliErrorCode, message: string, options?: ErrorOptions);
}
declare function sentenceOf(error: unknown): string;
interface FsckRequest {
    readonly config: Config;
    readonly repair: boolean;
    readonly signatures: boolean;
    progress(done: number, total: number): void;
}
interface FsckOutcome {
    readonly messages: number;
    readonly feeds: number;
    readonly indexes: readonly string[];
    readonly problems: readonly {
        readonly what: string;
        readonly text: string;
    }[];
    readonly problemCount: number;
    readonly repaired: readonly string[];
}
declare const FSCK_EXIT: {
    readonly clean: 0;
    readonly found: 1;
    readonly failed: 2;
    readonly interrupted: 130;
};
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
declare function readSettings(command: string, rest: readonly string[], switches?: readonly string[]): {
    readonly flags: readonly Flag[];
    readonly help: boolean;
    readonly json: boolean;
    readonly config: string | null;
    readonly on: readonly string[];
};
declare const ALIASES: Readonly<Record<string, string>>;
interface FoundMethod {
    readonly name: string;
    readonly path: readonly string[];
    readonly kind: MethodKind;
}
declare function methodsOf(manifest: PlainManifest): readonly FoundMethod[];
declare function findMethod(manifest: PlainManifest, command: string): FoundMethod | null;
interface LocalCommand {
    readonly name: string;
    readonly usage: string;
    readonly description: string;
    readonly example: string;
    readonly options?: readonly (readonly [
        option: string,
        description: string
    ])[];
    readonly exits?: string;
}
declare const LOCAL: readonly LocalCommand[];
declare function helpOf(help: unknown, name: string): MethodHelp | null;
type AddVerdict = {
    readonly ok: true;
    readonly key: string;
} | {
    readonly ok: false;
    readonly code: string;
    readonly reason: string;
};
interface Declared {
    readonly manifest: PlainManifest;
    readonly help: unknown;
}
declare function misspelt(argv: readonly string[], declared: Declared): string | null;
type MigrateStep = {
    readonly what: 'blobs';
    readonly count: number;
    readonly bytes: number;
} | {
    readonly what: 'messages';
    readonly total: number;
    readonly offset: number;
    readonly read: number;
    readonly added: number;
    readonly known: number;
    readonly refused: number;
};
interface MigrateRequest {
    readonly config: Config;
    readonly from: string | null;
    progress(step: MigrateStep): void;
    readonly signal?: AbortSignal;
}
interface MigrateOutcome {
    readonly from: string;
    readonly to: string;
    readonly id: string;
    readonly isFinished: boolean;
    readonly read: number;
    readonly added: number;
    readonly known: number;
    readonly refused: number;
    readonly deleted: number;
    readonly tornBytes: number;
    readonly reasons: readonly {
        readonly reason: string;
        readonly count: number;
    }[];
    readonly refusedFile: string | null;
    readonly pushes: number | null;
    readonly own: {
        readonly sequence: number;
        readonly key: string;
    } | null;
}
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
        readonly explain: ReadConfig['explain'];
    }): Promise<number>;
    fsck?(request: FsckRequest): Promise<FsckOutcome>;
    migrate?(request: MigrateRequest): Promise<MigrateOutcome>;
    restore?(request: RestoreRequest): Promise<RestoreOutcome>;
}
declare const EXIT: {
    readonly done: 0;
    readonly failed: 1;
    readonly partly: 2;
    readonly interrupted: 130;
};
declare function main(options: MainOptions): Promise<number>;
export { ALIASES, type AddVerdict, CliError, type CliErrorCode, type CommandLine, type ConnectRequest, type Declared, EXIT, FSCK_EXIT, type FoundMethod, type FsckOutcome, type FsckRequest, type Io, LOCAL, type LocalCommand, type MainOptions, type MethodArguments, type MigrateOutcome, type MigrateRequest, type MigrateStep, type RestoreOutcome, type RestoreRequest, type Switches, findMethod, helpOf, main, methodsOf, misspelt, readArguments, readCommandLine, readSettings, sentenceOf, valueOfText };
