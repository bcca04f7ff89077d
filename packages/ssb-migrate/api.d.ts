import { B as ByteSource, b as OldRecord } from './migrate.js';
export { c as MigrateOptions, a as MigrateProgress, d as MigrateResult, e as MigrateStore, M as MigrateVerdict, f as OldMessage, O as OwnEnd, R as Refusal, m as memorySource, g as migrateLog } from './migrate.js';
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
export { ByteSource, type Decoded, MigrateError, type MigrateErrorCode, OldRecord, db2Records, decodeBipf, flumeRecords };
// migrate
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
export { type ByteSource as B, type MigrateVerdict as M, type OwnEnd as O, type Refusal as R, type MigrateProgress as a, type OldRecord as b, type MigrateOptions as c, type MigrateResult as d, type MigrateStore as e, type OldMessage as f, migrateLog as g, memorySource as m };
