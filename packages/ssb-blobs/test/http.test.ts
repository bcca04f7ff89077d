import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { answerBlobRequest, BLOBS_PATH, encryptBlob, readByteRange, typeOf } from '../src/index.ts'
import { bytesOf, collectBytes, idOf, make } from './world.ts'

const PNG = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, ...bytesOf(1000)])
const ID = idOf(PNG)

async function ask(
  url: string,
  headers: Record<string, string> = {},
  method = 'GET',
): Promise<{ status: number; headers: Readonly<Record<string, string>>; body: Uint8Array | null }> {
  const a = await make('A')
  await a.blobs.add(PNG)
  await a.blobs.add(encryptBlob(PNG).bytes)
  const response = await answerBlobRequest(a.blobs, { method, url, headers })
  if (response === null) throw new Error('not ours')
  const { status, headers: given, body } = response
  return { status, headers: given, body: body === null ? null : await collectBytes(body) }
}

describe('over HTTP', () => {
  test.each([ID, encodeURIComponent(ID)])('gives a blob for %s', async (path) => {
    const { status, headers, body } = await ask(BLOBS_PATH + path)
    expect(status).toBe(200)
    expect(body).toEqual(PNG)
    expect(headers).toMatchObject({
      'content-type': 'image/png',
      'content-length': '1008',
      'accept-ranges': 'bytes',
      etag: `"${ID.slice(1, 45)}"`,
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox",
    })
  })

  test('gives a range, and says where it lies', async () => {
    const { status, headers, body } = await ask(BLOBS_PATH + ID, { range: 'bytes=10-19' })
    expect(status).toBe(206)
    expect(headers).toMatchObject({ 'content-range': 'bytes 10-19/1008', 'content-length': '10' })
    expect(body).toEqual(PNG.slice(10, 20))
    expect(await ask(BLOBS_PATH + ID, { range: 'bytes=1008-' })).toMatchObject({
      status: 416,
      headers: { 'content-range': 'bytes */1008' },
    })
  })

  test('decrypts with the key in the link', async () => {
    const { link } = encryptBlob(PNG)
    const encoded = `${encodeURIComponent(link.slice(0, 52))}?unbox=${encodeURIComponent(link.slice(59))}`
    for (const path of [link, encoded]) {
      const { status, headers, body } = await ask(BLOBS_PATH + path)
      expect(status).toBe(200)
      expect(body).toEqual(PNG)
      expect(headers['content-type']).toBe('image/png')
    }
    const other = encryptBlob(bytesOf(3)).link.split('?')[1]
    expect((await ask(`${BLOBS_PATH}${link.split('?')[0]}?${other}`)).status).toBe(400)
  })

  test('what else clients say of a blob does not matter', async () => {
    const plain = await ask(BLOBS_PATH + ID)
    const { status, headers } = await ask(`${BLOBS_PATH}${ID}?contentType=text/html&x`)
    expect({ status, headers }).toEqual({ status: 200, headers: plain.headers })
  })

  test.each<[string, Record<string, string>, string, number]>([
    [ID, {}, 'HEAD', 200],
    [ID, { 'if-none-match': `"x", "${ID.slice(1, 45)}"` }, 'GET', 304],
    [ID, {}, 'POST', 405],
    [idOf(bytesOf(1)), {}, 'GET', 404],
    ['x', {}, 'GET', 400],
    ['../../etc/passwd', {}, 'GET', 400],
    [`${ID}/..`, {}, 'GET', 400],
    ['%', {}, 'GET', 400],
    [`${ID}?unbox=x`, {}, 'GET', 400],
    [`${ID}?unbox=x&unbox=y`, {}, 'GET', 400],
  ])('%s with %j by %s: %i, without a body', async (path, headers, method, status) => {
    const answer = await ask(BLOBS_PATH + path, headers, method)
    expect(answer).toMatchObject({ status, body: null })
    expect(answer.headers['x-content-type-options']).toBe('nosniff')
  })

  test('leaves other paths to others', async () => {
    const a = await make('A')
    expect(await answerBlobRequest(a.blobs, { method: 'GET', url: '/', headers: {} })).toBe(null)
  })

  test.each<[string | undefined, unknown]>([
    [undefined, null],
    ['bytes=0-0', { start: 0, end: 1 }],
    ['bytes=5-', { start: 5, end: 100 }],
    ['bytes=-5', { start: 95, end: 100 }],
    ['bytes=-500', { start: 0, end: 100 }],
    ['bytes=99-1000', { start: 99, end: 100 }],
    ['bytes=100-', 'outside'],
    ['bytes=-0', 'outside'],
    ['bytes=5-4', null],
    ['bytes=-', null],
    ['bytes=0-1,3-4', null],
    ['items=0-1', null],
  ])('the range %s', (header, range) => {
    expect(readByteRange(header, 100)).toEqual(range)
  })

  test('any range lies within', () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(), fc.nat(), fc.nat(1000), (text, a, b, size) => {
        for (const header of [
          text,
          `bytes=${text}`,
          `bytes=${a}-${b}`,
          `bytes=-${b}`,
          `bytes=${a}-`,
        ]) {
          const range = readByteRange(header, size)
          if (range === null || range === 'outside') continue
          expect(range.start).toBeGreaterThanOrEqual(0)
          expect(range.end).toBeGreaterThan(range.start)
          expect(range.end).toBeLessThanOrEqual(size)
        }
      }),
    )
  })

  test.each([
    ['<html><script>', 'text/plain; charset=utf-8'],
    ['<svg xmlns=', 'text/plain; charset=utf-8'],
    ['GIF89a', 'image/gif'],
    ['%PDF-1.7', 'application/pdf'],
    ['\0\0\0\x20ftypisom', 'video/mp4'],
    ['\0\0\0\x20ftypavif', 'image/avif'],
    ['RIFF\0\0\0\0WEBPVP8 ', 'image/webp'],
    ['\x00\x01', 'application/octet-stream'],
    ['', 'application/octet-stream'],
  ])('%j is %s', (start, type) => {
    expect(typeOf(Buffer.from(start, 'latin1'))).toBe(type)
  })
})
