type FeedId = `@${string}.ed25519`;
type MsgId = `%${string}.sha256`;
type BlobId = `&${string}.sha256`;
type CloakedMsgId = `%${string}.cloaked`;
declare function isKey(x: unknown): x is string;
declare function isFeedId(x: unknown): x is FeedId;
declare function isFeedSyntax(x: unknown): x is FeedId | `@${string}.sha256`;
declare function isMsgId(x: unknown): x is MsgId;
declare function isBlobId(x: unknown): x is BlobId;
declare function isCloakedMsgId(x: unknown): x is CloakedMsgId;
declare function feedIdFromKey(publicKey: string): FeedId;
declare function keyOfFeedId(id: FeedId): string;
declare function msgIdFromHash(hash: string): MsgId;
declare function blobIdFromHash(hash: string): BlobId;
interface LegacyAddress {
    readonly host: string;
    readonly port: number;
    readonly key: FeedId;
    readonly seed?: string;
}
declare function isAddress(x: unknown): boolean;
declare function isLegacyAddress(x: unknown): x is LegacyAddress;
declare function toLegacyAddress(x: unknown): LegacyAddress | false;
declare function parseAddress(x: unknown): unknown;
declare function toAddress(x: unknown): unknown;
declare function toMultiServerAddress(x: unknown): string | null;
declare function getKeyFromAddress(x: unknown): unknown;
declare function normalizeChannel(x: unknown): string | null;
declare const feedIdRegex: RegExp;
declare const msgIdRegex: RegExp;
declare const blobIdRegex: RegExp;
declare const cloakedMsgIdRegex: RegExp;
declare const feedTypeIdRegex: RegExp;
declare const msgTypeIdRegex: RegExp;
declare const blobTypeIdRegex: RegExp;
declare const isFeed: typeof isFeedSyntax;
declare const isMsg: typeof isMsgId;
declare const isBlob: typeof isBlobId;
declare const isCloakedMsg: typeof isCloakedMsgId;
declare function isFeedType(x: unknown): x is `@${string}.${string}`;
declare function isMsgType(x: unknown): x is `%${string}.${string}`;
declare function isBlobType(x: unknown): x is `&${string}.${string}`;
declare const isFeedTypeId: typeof isFeedType;
declare const isMsgTypeId: typeof isMsgType;
declare const isBlobTypeId: typeof isBlobType;
declare function isLoopback(host: unknown): boolean;
interface ParsedInvite {
    readonly invite: string;
    readonly key: FeedId;
    readonly remote: string;
    readonly redirect: string | null;
}
declare function isLegacyInvite(x: unknown): x is string;
declare function isMultiServerInvite(x: unknown): x is string;
declare function isInvite(x: unknown): x is string;
declare function parseLegacyInvite(x: unknown): ParsedInvite | null;
declare function parseMultiServerInvite(x: unknown): ParsedInvite | null;
declare function parseInvite(x: unknown): ParsedInvite | null;
interface ParsedLink {
    readonly link: string;
    readonly query?: Readonly<Record<string, string | readonly string[]>>;
}
declare function isLink(x: unknown): x is string;
declare function isMsgLink(x: unknown): x is string;
declare function isBlobLink(x: unknown): x is string;
declare function parseLink(x: unknown): ParsedLink | undefined;
declare function extract(x: unknown): string | null | false;
interface Protocol {
    readonly name: string;
    readonly data: readonly string[];
}
interface Address {
    readonly transport: Protocol;
    readonly transforms: readonly Protocol[];
}
interface NetAddress {
    readonly host: string;
    readonly port: number;
    readonly key: FeedId;
    readonly seed?: string;
}
declare function decodeMultiserver(x: unknown): Protocol[][] | null;
declare function checkMultiserver(x: unknown): x is string;
declare function encodeMultiserver(alternatives: readonly (readonly Protocol[])[]): string | null;
declare function parseMultiserver(x: unknown): Address[] | null;
declare function formatMultiserver(addresses: readonly Address[]): string | null;
declare function netAddressOf(address: Address): NetAddress | null;
declare function parseNetAddress(x: unknown): NetAddress | null;
declare function formatNetAddress(address: NetAddress): string | null;
type Query = readonly (readonly [
    key: string,
    value: string
])[];
interface UriReference {
    readonly form: 'reference';
    readonly type: string;
    readonly format: string;
    readonly data: string;
    readonly extraData?: string;
    readonly id?: FeedId | MsgId | BlobId | CloakedMsgId;
    readonly query: Query;
}
interface UriAddress {
    readonly form: 'address';
    readonly address: string;
    readonly query: Query;
}
interface UriExperimental {
    readonly form: 'experimental';
    readonly action: string | null;
    readonly query: Query;
}
type SsbUri = UriReference | UriAddress | UriExperimental;
declare function parseUri(x: unknown): SsbUri | null;
declare function formatUri(uri: SsbUri): string | null;
type ParsedReference = {
    readonly kind: 'feed';
    readonly id: FeedId;
    readonly query: Query;
} | {
    readonly kind: 'message';
    readonly id: MsgId;
    readonly query: Query;
} | {
    readonly kind: 'cloaked';
    readonly id: CloakedMsgId;
    readonly query: Query;
} | {
    readonly kind: 'blob';
    readonly id: BlobId;
    readonly query: Query;
};
interface ParsedAddress {
    readonly kind: 'address';
    readonly addresses: readonly Address[];
}
interface ParsedInviteCode {
    readonly kind: 'invite';
    readonly addresses: readonly Address[];
    readonly key: FeedId;
    readonly seed: string;
    readonly redirect: string | null;
}
interface ParsedUri {
    readonly kind: 'uri';
    readonly uri: SsbUri;
}
type Parsed = ParsedReference | ParsedAddress | ParsedInviteCode | ParsedUri;
declare function parse(x: unknown): Parsed | null;
declare function format(parts: Parsed): string | null;
declare function type(x: unknown): 'feed' | 'msg' | 'blob' | 'address' | 'invite' | false;
type UriTest = (x: unknown) => x is string;
declare const isFeedSSBURI: UriTest;
declare const isClassicFeedSSBURI: UriTest;
declare const isBendyButtV1FeedSSBURI: UriTest;
declare const isGabbyGroveV1FeedSSBURI: UriTest;
declare const isButtwooV1FeedSSBURI: UriTest;
declare const isIndexedV1FeedSSBURI: UriTest;
declare const isMessageSSBURI: UriTest;
declare const isClassicMessageSSBURI: UriTest;
declare const isBendyButtV1MessageSSBURI: UriTest;
declare const isGabbyGroveV1MessageSSBURI: UriTest;
declare const isButtwooV1MessageSSBURI: UriTest;
declare const isIndexedV1MessageSSBURI: UriTest;
declare const isCloakedV1MessageSSBURI: UriTest;
declare const isClassicBlobSSBURI: UriTest;
declare const isEncryptionKeyBox2DMDiffieHellmanSSBURI: UriTest;
declare const isIdentitySSBURI: UriTest;
declare const isIdentityPOBoxSSBURI: UriTest;
declare const isIdentityGroupSSBURI: UriTest;
declare const isIdentityFusionSSBURI: UriTest;
declare function isAddressSSBURI(x: unknown): x is string;
declare function isExperimentalSSBURI(x: unknown): x is string;
declare function isExperimentalSSBURIWithAction(action: string): UriTest;
declare function isSSBURI(x: unknown): x is string;
declare function fromFeedSigil(x: unknown): string | null;
declare function fromMessageSigil(x: unknown): string | null;
declare function fromBlobSigil(x: unknown): string | null;
declare function fromMultiserverAddress(x: unknown): string | null;
declare function toFeedSigil(x: unknown): FeedId | null;
declare function toMessageSigil(x: unknown): MsgId | null;
declare function toBlobSigil(x: unknown): BlobId | null;
declare function toMultiserverAddress(x: unknown): string | null;
interface UriParts {
    readonly type: string;
    readonly format: string;
    readonly data: string;
    readonly extraData?: string;
}
declare function compose(parts: UriParts): string | null;
declare function decompose(x: unknown): UriParts | null;
declare function getFeedSSBURIRegex(): RegExp;
declare function getMessageSSBURIRegex(): RegExp;
export { type Address, type BlobId, type CloakedMsgId, type FeedId, type LegacyAddress, type MsgId, type NetAddress, type Parsed, type ParsedAddress, type ParsedInvite, type ParsedInviteCode, type ParsedLink, type ParsedReference, type ParsedUri, type Protocol, type Query, type SsbUri, type UriAddress, type UriExperimental, type UriParts, type UriReference, type UriTest, blobIdFromHash, blobIdRegex, blobTypeIdRegex, checkMultiserver, cloakedMsgIdRegex, compose, decodeMultiserver, decompose, encodeMultiserver, extract, feedIdFromKey, feedIdRegex, feedTypeIdRegex, format, formatMultiserver, formatNetAddress, formatUri, fromBlobSigil, fromFeedSigil, fromMessageSigil, fromMultiserverAddress, getFeedSSBURIRegex, getKeyFromAddress, getMessageSSBURIRegex, isAddress, isAddressSSBURI, isBendyButtV1FeedSSBURI, isBendyButtV1MessageSSBURI, isBlob, isBlobId, isBlobLink, isBlobType, isBlobTypeId, isButtwooV1FeedSSBURI, isButtwooV1MessageSSBURI, isClassicBlobSSBURI, isClassicFeedSSBURI, isClassicMessageSSBURI, isCloakedMsg, isCloakedMsgId, isCloakedV1MessageSSBURI, isEncryptionKeyBox2DMDiffieHellmanSSBURI, isExperimentalSSBURI, isExperimentalSSBURIWithAction, isFeed, isFeedId, isFeedSSBURI, isFeedSyntax, isFeedType, isFeedTypeId, isGabbyGroveV1FeedSSBURI, isGabbyGroveV1MessageSSBURI, isIdentityFusionSSBURI, isIdentityGroupSSBURI, isIdentityPOBoxSSBURI, isIdentitySSBURI, isIndexedV1FeedSSBURI, isIndexedV1MessageSSBURI, isInvite, isKey, isLegacyAddress, isLegacyInvite, isLink, isLoopback, isMessageSSBURI, isMsg, isMsgId, isMsgLink, isMsgType, isMsgTypeId, isMultiServerInvite, isSSBURI, keyOfFeedId, msgIdFromHash, msgIdRegex, msgTypeIdRegex, netAddressOf, normalizeChannel, parse, parseAddress, parseInvite, parseLegacyInvite, parseLink, parseMultiServerInvite, parseMultiserver, parseNetAddress, parseUri, toAddress, toBlobSigil, toFeedSigil, toLegacyAddress, toMessageSigil, toMultiServerAddress, toMultiserverAddress, type };
