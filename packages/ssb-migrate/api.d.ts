import { B as ByteSource, O as OldRecord, a as OldMessage } from './source.js';
export { m as memorySource } from './source.js';
type Decoded = {
    readonly ok: true;
    readonly value: unknown;
} | {
    readonly ok: false;
};
declare function decodeBipf(bytes: Uint8Array): Decoded;
declare function db2Records(source: ByteSource): AsyncGenerator<OldRecord>;
type MigrateErrorCode = 'SSB_MIGRATE_NOTHING' | 'SSB_MIGRATE_FORM' | 'SSB_MIGRATE_NOT_READY' | 'SSB_MIGRATE_OTHER_KEY' | 'SSB_MIGRATE_FILE';
declare class MigrateError extends Error {
    readonly name: string;
    readonly code: MigrateErrorCode;
    constructor(code: MigrateErrorCode, message: string, options?: ErrorOptions);
}
declare function flumeRecords(source: ByteSource): AsyncGenerator<OldRecord>;
type MigrateVerdict = {
    readonly ok: true;
    readonly message: {
        readonly key: string;
    };
} | {
    readonly ok: false;
    readonly code: string;
    readonly reason: string;
};
interface MigrateStore {
    add(batch: readonly OldMessage[]): Promise<readonly MigrateVerdict[]>;
}
interface Refusal {
    readonly offset: number;
    readonly key: string | null;
    readonly author: string | null;
    readonly sequence: number | null;
    readonly reason: string;
}
interface MigrateProgress {
    readonly read: number;
    readonly added: number;
    readonly known: number;
    readonly refused: number;
    readonly deleted: number;
    readonly offset: number;
}
interface OwnEnd {
    readonly sequence: number;
    readonly key: string;
}
interface MigrateResult extends MigrateProgress {
    readonly own: OwnEnd | null;
    readonly tornBytes: number;
}
interface MigrateOptions {
    readonly store: MigrateStore;
    readonly id: string;
    onRefusal?(refusal: Refusal): void;
    onProgress?(progress: MigrateProgress): void;
    readonly signal?: AbortSignal;
}
declare function migrateLog(records: AsyncIterable<OldRecord>, { store, id, onRefusal, onProgress, signal }: MigrateOptions): Promise<MigrateResult>;
export { ByteSource, type Decoded, MigrateError, type MigrateErrorCode, type MigrateOptions, type MigrateProgress, type MigrateResult, type MigrateStore, type MigrateVerdict, OldMessage, OldRecord, type OwnEnd, type Refusal, db2Records, decodeBipf, flumeRecords, migrateLog };
// source
interface ByteSource {
    readonly size: number;
    read(at: number, length: number): Promise<Uint8Array>;
}
declare function memorySource(bytes: Uint8Array): ByteSource;
interface OldMessage {
    readonly kind: 'message';
    readonly offset: number;
    readonly key: string;
    readonly value: unknown;
    readonly received: number | null;
}
type OldRecord = OldMessage | {
    readonly kind: 'deleted';
    readonly offset: number;
} | {
    readonly kind: 'unreadable';
    readonly offset: number;
    readonly reason: string;
} | {
    readonly kind: 'torn';
    readonly offset: number;
    readonly bytes: number;
};
export { type ByteSource as B, type OldRecord as O, type OldMessage as a, memorySource as m };
