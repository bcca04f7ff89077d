import { createMux, JsonBytes, RpcError } from '@scuttlebot/ssb-muxrpc'
import { describe, expect, test } from 'vitest'
import { remoteError, wireError } from '../src/errors.ts'
import { faceOf, failure, NOTHING, pair, settle, tap } from './helper.ts'

const spec = { kind: 'async' } as const
const methods = {
  hello: (_call: unknown, name: string) => `hi ${name}`,
  later: async (_call: unknown, value: unknown) => value,
  nothing: () => undefined,
  none: () => null,
  empty: () => '',
  emptyBytes: () => new Uint8Array(0),
  bytes: () => new Uint8Array([1, 2]),
  json: () => new JsonBytes(new TextEncoder().encode('{"a":1}')),
  args: (_call: unknown, ...args: unknown[]) => args,
  cyclic: () => {
    const value: { self?: unknown } = {}
    value.self = value
    return value
  },
  big: () => 1n,
  throws: () => {
    throw new TypeError('no good')
  },
  rejects: () => Promise.reject(Object.assign(new Error('used up'), { code: 'SSB_INVITE_USED' })),
  text: () => Promise.reject('only a text'),
  file: () =>
    Promise.reject(
      Object.assign(new Error("ENOENT: no such file, open '/secret/path'"), {
        code: 'ENOENT',
        syscall: 'open',
      }),
    ),
  odd: () => Promise.reject({ message: 5, name: {} }),
}
const face = faceOf(Object.fromEntries(Object.keys(methods).map((name) => [name, spec])), methods)

describe('answers on the wire', () => {
  test.each([
    ['hello', ['x'], '-1 text "hi x"'],
    ['later', [{ a: [1] }], '-1 {"a":[1]}'],
    ['nothing', [], '-1 false'],
    ['none', [], '-1 null'],
    ['empty', [], '-1 ""'],
    ['emptyBytes', [], '-1 null'],
    ['bytes', [], '-1 bytes {"0":1,"1":2}'],
    ['json', [], '-1 {"a":1}'],
    ['throws', [], '-1 end {"message":"no good","name":"TypeError"}'],
    ['rejects', [], '-1 end {"message":"used up","name":"Error","code":"SSB_INVITE_USED"}'],
    ['text', [], '-1 end {"message":"only a text","name":"Error"}'],
    ['file', [], `-1 end {"message":"ENOENT: no such file, open '/secret/path'","name":"Error"}`],
    ['odd', [], '-1 end {"message":"unknown error","name":"Error"}'],
    ['big', [], '-1 end {"message":"Do not know how to serialize a BigInt","name":"TypeError"}'],
    ['none.such', [], '-1 end {"message":"no async:none.such","name":"Error"}'],
  ])('%s', async (name, args, expected) => {
    const peer = tap(face)
    peer.call(1, { name: [name], args })
    expect(await peer.sent()).toEqual([expected])
    // The form with a type, and the name as a plain string.
    peer.call(1, { name, args, type: 'async' })
    expect(await peer.sent()).toEqual([expected])
  })

  test('a cyclic answer is an error of this call alone', async () => {
    const peer = tap(face)
    peer.call(7, { name: ['cyclic'], args: [] })
    const [answer] = await peer.sent()
    expect(answer).toMatch(
      /^-7 end \{"message":"Converting circular structure.*"name":"TypeError"\}$/,
    )
    expect(peer.mux.stats).toMatchObject({ callsIn: 1, callsOpen: 0 })
  })

  test('a number that is used again is a new call', async () => {
    const peer = tap(face)
    peer.call(3, { name: ['later'], args: [1] })
    peer.call(3, { name: ['later'], args: [2] })
    expect(await peer.sent()).toEqual(['-3 1', '-3 2'])
  })
})

describe('calls between two', () => {
  test('values arrive as they were sent', async () => {
    const { client } = pair(face)
    const call = (name: string, ...args: unknown[]): Promise<unknown> => client.call([name], args)
    expect(
      await Promise.all([
        call('hello', 'ö\u{1f600}'),
        call('later', null),
        call('nothing'),
        call('empty'),
        call('bytes'),
        call('args', 1, undefined, 'x', undefined, undefined),
        call('later', 'long '.repeat(12_000)),
      ]),
    ).toEqual([
      'hi ö\u{1f600}',
      null,
      false,
      '',
      new Uint8Array([1, 2]),
      [1, null, 'x'],
      'long '.repeat(12_000),
    ])
  })

  test("errors arrive as RpcError with the peer's name, message and code", async () => {
    const { client } = pair(face)
    const error = await client.call(['rejects'], []).catch((e: unknown) => e)
    expect(error).toBeInstanceOf(RpcError)
    expect(error).toMatchObject({
      name: 'Error',
      message: 'used up',
      code: 'SSB_MUXRPC_REMOTE',
      remote: true,
      remoteCode: 'SSB_INVITE_USED',
    })
  })

  test('what cannot be sent rejects, and nothing is sent', async () => {
    const peer = tap(NOTHING, { sendBytesMax: 100 })
    expect(await failure(peer.mux.call(['x'], [1n]))).toMatch(/BigInt/)
    expect(await failure(peer.mux.call(['x'], ['y'.repeat(100)]))).toBe(
      'SSB_MUXRPC_LIMIT: the call is too large to be sent',
    )
    expect(await peer.sent()).toEqual([])
  })

  test('a hundred thousand calls come back in order of their numbers', async () => {
    const { client, server } = pair(faceOf({ later: spec }, methods), { callsMax: 100_000 })
    const all = await Promise.all(
      Array.from({ length: 100_000 }, (_, n) => client.call(['later'], [n])),
    )
    expect(all.every((value, n) => value === n)).toBe(true)
    expect(server.stats).toMatchObject({ callsIn: 100_000, callsOpen: 0, limited: 0 })
  })
})

describe('the call packet', () => {
  test('is numbered from 1 and says async', async () => {
    const peer = tap(NOTHING)
    const first = peer.mux.call(['a', 'b'], [{ x: 1 }])
    const second = peer.mux.call(['c'], [])
    expect(await peer.sent()).toEqual([
      '1 {"name":["a","b"],"args":[{"x":1}],"type":"async"}',
      '2 {"name":["c"],"args":[],"type":"async"}',
    ])
    peer.call(-2, 'two')
    peer.call(-1, { one: 1 })
    peer.call(-1, 'again')
    peer.call(-9, 'never asked')
    expect(await Promise.all([first, second])).toEqual([{ one: 1 }, 'two'])
  })

  test.each([
    [{ message: 'm', name: 'TypeError', stack: 's' }, 'TypeError', 'm'],
    [{}, 'Error', 'the peer gave no reason'],
    [null, 'Error', 'the peer gave no reason'],
    [true, 'Error', 'the peer gave no reason'],
    ['text', 'Error', 'text'],
    [{ message: {}, name: 7 }, 'Error', 'the peer gave no reason'],
  ])('an error %j is a %s: %s', async (value, name, message) => {
    const peer = tap(NOTHING)
    const call = peer.mux.call(['a'], [])
    peer.raw('')
    const body = new TextEncoder().encode(JSON.stringify(value))
    const wire = new Uint8Array([6, 0, 0, 0, body.length, 255, 255, 255, 255, ...body])
    peer.mux.receive(wire)
    expect(await call.catch((e: unknown) => e)).toMatchObject({ name, message, remote: true })
  })
})

describe('the end of a connection', () => {
  test('close fails what is open, says goodbye and is over', async () => {
    const signals: AbortSignal[] = []
    const peer = tap(
      faceOf(
        { hang: spec },
        { hang: (call: { signal: AbortSignal }) => new Promise(() => signals.push(call.signal)) },
      ),
    )
    const open = failure(peer.mux.call(['x'], []))
    peer.call(1, { name: 'hang', args: [] })
    await peer.sent()
    await peer.mux.close()
    expect(await peer.sent()).toEqual(['GOODBYE'])
    expect(await open).toBe('SSB_MUXRPC_CLOSED: unexpected end of parent stream')
    expect(signals.map((signal) => signal.aborted)).toEqual([true])
    expect(await peer.mux.closed).toBeNull()
    expect(peer.closes).toEqual([null])
    expect(await failure(peer.mux.call(['x'], []))).toMatch(/^SSB_MUXRPC_CLOSED/)
    // Nothing more is read or answered.
    peer.call(2, { name: 'hang', args: [] })
    peer.raw('000000000000000000')
    await peer.mux.close()
    peer.mux.end(new Error('late'))
    expect(await peer.sent()).toEqual([])
    expect(peer.closes).toEqual([null])
    expect(signals.length).toBe(1)
  })

  test('a goodbye is answered, after what was still to be said', async () => {
    const peer = tap(face)
    const open = failure(peer.mux.call(['x'], []))
    peer.call(1, { name: 'hello', args: ['x'] })
    peer.raw('000000000000000000')
    expect(await peer.sent()).toEqual([
      '1 {"name":["x"],"args":[],"type":"async"}',
      '-1 text "hi x"',
      'GOODBYE',
    ])
    expect(await open).toMatch(/unexpected end of parent stream/)
    expect(peer.closes).toEqual([null])
  })

  test('the transport may end between packets, not within one', async () => {
    const between = tap(face)
    between.mux.end()
    expect(await between.mux.closed).toBeNull()
    const within = tap(face)
    within.raw('0200')
    within.mux.end()
    expect(await within.mux.closed).toMatchObject({ code: 'SSB_MUXRPC_TRUNCATED' })
    expect(await within.sent()).toEqual([])
    const broken = tap(face)
    const open = failure(broken.mux.call(['x'], []))
    const reason = new Error('read ECONNRESET')
    broken.mux.end(reason)
    expect(await broken.mux.closed).toBe(reason)
    expect(await open).toMatch(/^SSB_MUXRPC_CLOSED/)
  })

  test('a transport that throws ends the connection', async () => {
    const reason = new Error('write EPIPE')
    const mux = createMux({
      face,
      peer: null,
      write: () => {
        throw reason
      },
    })
    expect(await failure(mux.call(['x'], []))).toMatch(/^SSB_MUXRPC_CLOSED/)
    expect(await mux.closed).toBe(reason)
  })

  test('two that close at once both end well', async () => {
    const { client, server } = pair(face)
    await Promise.all([client.close(), server.close()])
    expect(await Promise.all([client.closed, server.closed])).toEqual([null, null])
  })
})

test('what is said in one turn goes out in one write', async () => {
  const peer = tap(face)
  for (let n = 1; n <= 100; n++) peer.call(n, { name: n % 2 ? 'hello' : 'later', args: [n] })
  void peer.mux.call(['x'], []).catch(() => undefined)
  await settle()
  expect(peer.writes.length).toBe(1)
  expect((await peer.sent()).length).toBe(101)
})

test.each([
  ['IO error: /home/me/.ssb/store/000123.ldb: No space left', 'IO error: (a file): No space left'],
  ["cannot open '/home/me/a'", "cannot open '(a file)'"],
  ['/Users/My Name/Own Things/x is full', '(a file) is full'],
  ['C:\\Users\\My Name\\.ssb is full', '(a file) is full'],
  ['C:\\Users\\me\\.ssb is full', '(a file) is full'],
  // what only looks like one
  ...[
    'no message %/a+b/c+d/e=.sha256 or @/a/b/c=.ed25519',
    'net:example.com:8008~shs:/a/b/c= answers with 1/2 or and/or',
    'see https://example.com/a/b',
  ].map((text) => [text, text]),
])('an error goes out without paths: %s', (message, text) => {
  for (const error of [message, new Error(message), { message, code: 'SSB_STORE_BROKEN' }]) {
    for (const roles of [[], ['anonymous'], ['guest']])
      expect(JSON.parse(wireError(error, roles))).toMatchObject({ message: text })
    expect(JSON.parse(wireError(error, ['owner']))).toMatchObject({ message })
  }
  // what others than we have made is for the owner alone
  const foreign = { message, code: 'LEVEL_IO_ERROR' }
  expect(JSON.parse(wireError(foreign, ['guest'])).message).toBe('failed: LEVEL_IO_ERROR')
  expect(JSON.parse(wireError(foreign, ['owner'])).message).toBe(message)
})

test('an error of the peer is no longer than one of ours', () => {
  const long = 'x'.repeat(1 << 20)
  for (const sent of [long, { message: long, name: long, code: long }]) {
    const { message, name, remoteCode = '' } = remoteError(sent)
    for (const text of [message, name, remoteCode]) expect(text.length).toBeLessThanOrEqual(1001)
  }
  expect(remoteError({ message: 'no', name: 'TypeError', code: 'X' })).toMatchObject({
    message: 'no',
    name: 'TypeError',
    remoteCode: 'X',
  })
})

test.each(['owner', 'anonymous'])('the caller %s of a failing method hears of it', async (role) => {
  const path = '/home/me/.ssb/secret'
  const fail = (): never => {
    throw Object.assign(new Error(`ENOENT: no such file, open '${path}'`), { code: 'ENOENT' })
  }
  const allow = ['anonymous']
  const manifest = { a: { kind: 'async', allow }, s: { kind: 'source', allow } }
  const { client } = pair(faceOf(manifest, { a: fail, s: fail }, [role]))
  const heard = [client.call(['a'], []), client.source(['s'], [])[Symbol.asyncIterator]().next()]
  for (const one of heard) {
    const error = await one.then(String, String)
    expect([error.includes(path), error.includes('ENOENT')]).toEqual([role === 'owner', true])
  }
})
