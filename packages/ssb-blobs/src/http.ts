// Blobs over HTTP: a request described by plain values, a response described by plain values. It opens no port;
// whoever mounts it decides who may ask.
import { toBase64 } from '@scuttlebot/ssb-encode'
import type { BlobId } from '@scuttlebot/ssb-ref'
import { readLink } from './arguments.ts'
import { decryptBlob, unboxKey } from './encrypt.ts'
import type { BlobRange } from './storage.ts'

/** What is needed of the blobs: a part of the plugin's API. */
export interface BlobsSource {
  size(id: BlobId): Promise<number | null>
  get(id: BlobId, range?: BlobRange): AsyncIterable<Uint8Array>
}

/** A request: header names in lower case. */
export interface BlobRequest {
  readonly method: string
  /** Path and query: `/blobs/get/&….sha256?unbox=…`. */
  readonly url: string
  readonly headers: Readonly<Record<string, string | undefined>>
}

/** A response. The length of the body is in the headers, where it is known. */
export interface BlobResponse {
  readonly status: 200 | 206 | 304 | 400 | 404 | 405 | 416
  readonly headers: Readonly<Record<string, string>>
  /** `null`: none. */
  readonly body: AsyncIterable<Uint8Array> | null
}

/** Where the handler is mounted. */
export const BLOBS_PATH = '/blobs/get/'

/** Bytes from which the type is told. */
const SNIFF_BYTES = 16

/** What keeps a blob from ever being more than an image, a sound or a text in a browser. */
const SAFETY: Readonly<Record<string, string>> = {
  'content-security-policy': "default-src 'none'; sandbox",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
}

const refuse = (status: 400 | 404 | 405, extra: Record<string, string> = {}): BlobResponse => ({
  status,
  headers: { ...SAFETY, 'content-length': '0', ...extra },
  body: null,
})

/**
 * Answer a request for a blob, or `null` when the path is not one of ours. Total.
 *
 * `GET` and `HEAD`; one range; `If-None-Match`, which always fits, since a blob never changes. With `?unbox=` the
 * blob is decrypted on the fly, without ranges.
 */
export async function answerBlobRequest(
  blobs: BlobsSource,
  request: BlobRequest,
): Promise<BlobResponse | null> {
  if (!request.url.startsWith(BLOBS_PATH)) return null
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return refuse(405, { allow: 'GET, HEAD' })
  const asked = readPath(request.url.slice(BLOBS_PATH.length))
  if (asked === null) return refuse(400)
  const { id, unbox } = asked
  const key = unbox === undefined ? null : unboxKey(unbox)
  if (unbox !== undefined && key === null) return refuse(400)
  const size = await blobs.size(id)
  if (size === null) return refuse(404)
  const tag = `"${id.slice(1, 45)}${key === null ? '' : `-${toBase64(key)}`}"`
  const common = { ...SAFETY, etag: tag, 'cache-control': 'private, max-age=31536000, immutable' }
  if (matches(request.headers['if-none-match'], tag))
    return { status: 304, headers: common, body: null }
  const head = request.method === 'HEAD'
  if (key !== null) return await decrypted(blobs, id, key, common, head)
  const type = typeOf(
    await firstBytes(blobs.get(id, { start: 0, end: Math.min(size, SNIFF_BYTES) })),
  )
  const headers = { ...common, 'content-type': type, 'accept-ranges': 'bytes' }
  const range = readByteRange(request.headers['range'], size)
  if (range === 'outside')
    return {
      status: 416,
      headers: { ...SAFETY, 'content-range': `bytes */${size}`, 'content-length': '0' },
      body: null,
    }
  const length = range === null ? size : range.end - range.start
  const part =
    range === null ? {} : { 'content-range': `bytes ${range.start}-${range.end - 1}/${size}` }
  return {
    status: range === null ? 200 : 206,
    headers: { ...headers, ...part, 'content-length': String(length) },
    body: head ? null : blobs.get(id, range ?? undefined),
  }
}

/**
 * The id may be written as it is, or with its `&`, `/`, `+` and `=` percent-encoded; a `+` is no space.
 *
 * COMPAT: clients add `contentType` and the like; what the blob is, its own bytes tell.
 */
function readPath(rest: string): ReturnType<typeof readLink> {
  const [path = '', query] = rest.split('?', 2)
  try {
    const id = decodeURIComponent(path)
    const keys = (query ?? '').split('&').filter((pair) => pair.startsWith('unbox='))
    const [key] = keys
    if (key === undefined) return readLink(id)
    const link = readLink(id)
    if (link === null || keys.length > 1) return null
    return { id: link.id, unbox: decodeURIComponent(key.slice(6)) }
  } catch {
    return null
  }
}

const matches = (header: string | undefined, tag: string): boolean =>
  (header ?? '')
    .split(',')
    .some((one) => one.trim() === '*' || one.trim().replace(/^W\//, '') === tag)

async function decrypted(
  blobs: BlobsSource,
  id: BlobId,
  key: Uint8Array,
  common: Readonly<Record<string, string>>,
  head: boolean,
): Promise<BlobResponse> {
  const chunks = decryptBlob(blobs.get(id), key)
  try {
    const first = await chunks.next()
    const type = typeOf(first.done === true ? new Uint8Array() : first.value)
    if (head) await chunks.return(undefined)
    const body = head ? null : rejoin(first, chunks)
    return { status: 200, headers: { ...common, 'content-type': type }, body }
  } catch {
    return refuse(400)
  }
}

async function* rejoin(
  first: IteratorResult<Uint8Array>,
  rest: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  if (first.done !== true) yield first.value
  yield* rest
}

async function firstBytes(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  for await (const chunk of chunks) return chunk
  return new Uint8Array()
}

/**
 * One range of bytes. What cannot be read, or names several ranges, is as if it were not there, as HTTP wants it.
 */
export function readByteRange(
  header: string | undefined,
  size: number,
): BlobRange | 'outside' | null {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '')
  if (match === null) return null
  const [, first = '', last = ''] = match
  if (first === '' && last === '') return null
  if (first === '') {
    const count = Math.min(Number(last), size)
    return count === 0 ? 'outside' : { start: size - count, end: size }
  }
  const start = Number(first)
  const end = last === '' ? size : Math.min(size, Number(last) + 1)
  if (last !== '' && Number(last) < start) return null
  return start >= size ? 'outside' : { start, end }
}

/** Beginnings of files, in hexadecimal digits (`.`: any), and what they are. Nothing that can run a script. */
const SIGNATURES: readonly (readonly [RegExp, string])[] = [
  [/^89504e470d0a1a0a/, 'image/png'],
  [/^ffd8ff/, 'image/jpeg'],
  [/^47494638(37|39)61/, 'image/gif'],
  [/^52494646.{8}57454250/, 'image/webp'],
  [/^.{8}66747970(61766966|61766973)/, 'image/avif'],
  [/^424d/, 'image/bmp'],
  [/^52494646.{8}57415645/, 'audio/wave'],
  [/^4f676753/, 'application/ogg'],
  [/^664c6143/, 'audio/flac'],
  [/^(494433|fffb|fff3|fff2)/, 'audio/mpeg'],
  [/^1a45dfa3/, 'video/webm'],
  [/^.{8}66747970/, 'video/mp4'],
  [/^25504446/, 'application/pdf'],
]

/** The media type of a file by its first bytes: one that is safe to show, else bytes to be downloaded. */
export function typeOf(bytes: Uint8Array): string {
  const head = bytes.subarray(0, SNIFF_BYTES)
  const hex = [...head].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  for (const [signature, type] of SIGNATURES) if (signature.test(hex)) return type
  const text =
    head.length > 0 &&
    head.every((byte) => byte >= 0x20 || byte === 9 || byte === 10 || byte === 13)
  return text ? 'text/plain; charset=utf-8' : 'application/octet-stream'
}
