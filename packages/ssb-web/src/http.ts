import type { IncomingMessage, ServerResponse } from 'node:http'
import { type FeedId, feedIdFromKey, isFeedId } from '@scuttlebot/ssb-ref'
import type { BuiltFiles, PageFile } from './files.ts'
import { pageHeaders } from './headers.ts'
import { NAME_CHARS_MAX, PAIR_BYTES_MAX } from './limits.ts'

const PLAIN = 'text/plain; charset=utf-8'

/** Send a file of the page, compressed where the browser takes that. */
export function sendFile(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  file: PageFile,
): void {
  const isSecure = 'encrypted' in request.socket
  const takesBrotli = /\bbr\b/.test(String(request.headers['accept-encoding'] ?? ''))
  const body = takesBrotli && file.brotli !== null ? file.brotli : file.bytes
  response.writeHead(200, {
    ...pageHeaders(request.headers.host ?? 'localhost', isSecure),
    'content-type': file.type,
    'content-length': String(body.length),
    // names other than that of the page itself hold a hash of their content
    'cache-control': path === '/' ? 'no-store' : 'private, max-age=31536000, immutable',
    vary: 'accept-encoding',
    ...(body === file.bytes ? {} : { 'content-encoding': 'br' }),
  })
  response.end(request.method === 'HEAD' ? undefined : body)
}

/** The file that a request names. */
export function fileOf(files: BuiltFiles, request: IncomingMessage): [string, PageFile] | null {
  const path = (request.url ?? '').split(/[?#]/, 1)[0] ?? ''
  const file = files.get(path)
  return file === undefined ? null : [path, file]
}

/** Say something in plain text. */
export function say(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, {
    'content-type': PLAIN,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  })
  response.end(`${text}\n`)
}

/** What a browser sends to be paired. */
export interface PairRequest {
  readonly token: string
  /** Its public key, as a feed id. */
  readonly id: FeedId
  readonly name: string
}

/** Read such a request; `null` for anything else. Total. */
export function pairRequestOf(text: string): PairRequest | null {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return null
  }
  if (typeof value !== 'object' || value === null) return null
  const { token, key, name } = value as Readonly<Record<string, unknown>>
  if (typeof token !== 'string' || typeof key !== 'string') return null
  const id = feedIdFromKey(key)
  if (!isFeedId(id)) return null
  const plain = typeof name === 'string' ? name.replace(/[^\p{L}\p{N} .,()/_-]/gu, '') : ''
  return { token, id, name: plain.slice(0, NAME_CHARS_MAX).trim() || 'browser' }
}

/** The body of a request as text; `null` when it is too long or broke off. */
export function bodyOf(request: IncomingMessage): Promise<string | null> {
  return new Promise((resolve) => {
    let text = ''
    request.setEncoding('utf8')
    request.on('data', (chunk: string) => {
      text += chunk
      if (text.length > PAIR_BYTES_MAX) {
        resolve(null)
        request.destroy()
      }
    })
    request.on('end', () => resolve(text))
    request.on('error', () => resolve(null))
    request.on('close', () => resolve(null))
  })
}
