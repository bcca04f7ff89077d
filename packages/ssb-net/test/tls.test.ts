import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { dial, listen } from '../src/ws.ts'
import { selfSigned } from './certificate.ts'
import { start, stopAll } from './helpers.ts'

let folder = ''
const { key, cert } = selfSigned()
const tls = () => ({ key: join(folder, 'key.pem'), cert: join(folder, 'cert.pem') })
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ssb-net-'))
  writeFileSync(tls().key, key)
  writeFileSync(tls().cert, cert)
})
afterEach(async () => {
  await stopAll()
  rmSync(folder, { recursive: true })
})

test('a listener with a certificate speaks TLS, and tells of wss', async () => {
  const place = { transport: 'ws', port: 0, tls: tls(), external: 'pub.example.org' } as const
  const server = await start(1, { listen: [place] })
  const [address = ''] = server.api.addresses()
  expect(address).toMatch(/^wss:\/\/127\.0\.0\.1:\d+~shs:/)
  const url = address.split('~')[0] ?? ''
  const port = Number(new URL(url).port)
  expect(server.api.addresses('public')[0]).toMatch(`wss://pub.example.org:${port}~`)

  // the certificate is of nobody that the system knows
  await expect(dial(url)).rejects.toThrow(/self.signed/)
  const socket = new WebSocket(url, { ca: cert })
  await new Promise((resolve, reject) => {
    socket.once('open', resolve)
    socket.once('error', reject)
  })
  socket.terminate()
  const status = await new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, ca: cert, path: '/' }, (response) => {
      response.resume()
      resolve(response.statusCode)
    })
    asked.on('error', reject).end()
  })
  expect(status).toBe(404)
})

test('files that are none stop the start', async () => {
  const handlers = { onArrival: () => undefined }
  const code = 'SSB_NET_LISTEN'
  const place = { host: '127.0.0.1', port: 0 }
  const absent = { ...tls(), key: join(folder, 'no.pem') }
  await expect(listen({ ...place, tls: absent }, handlers)).rejects.toMatchObject({ code })
  writeFileSync(tls().cert, 'no certificate')
  await expect(listen({ ...place, tls: tls() }, handlers)).rejects.toMatchObject({ code })
})

test('announced places: ports and TLS of their own, onion services, scopes', async () => {
  const external = [
    'one.example.org',
    { host: 'two.example.org', port: 81 },
    { host: 'three.example.org', isSecure: true },
    { host: '2001:db8::1' },
  ]
  const server = await start(1, {
    listen: [
      { transport: 'ws', port: 0, external, scope: ['public'] },
      {
        transport: 'net',
        port: 0,
        external: ['abc.onion', ...external],
        scope: ['device', 'public'],
      },
      { transport: 'onion', external: [{ host: 'def.onion', port: 9 }] },
    ],
  })
  const plain = (scope: 'device' | 'local' | 'public'): string[] =>
    server.api
      .addresses(scope)
      .map((address) => address.replace(/~.*/, '').replace(/:\d{4,}$/, ':P'))
  expect(plain('device')).toEqual(['net:127.0.0.1:P'])
  expect(plain('local')).toEqual([])
  expect(plain('public')).toEqual([
    'ws://one.example.org:P',
    'ws://two.example.org:81',
    'wss://three.example.org:443',
    'ws://[2001:db8::1]:P',
    'onion:abc.onion:P',
    'net:one.example.org:P',
    'net:two.example.org:81',
    'net:three.example.org:P',
    'net:2001:db8::1:P',
    'onion:def.onion:9',
  ])
})
