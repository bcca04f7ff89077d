// Behind the handshake: packets that no honest peer sends.
import { ASYNC, call, END, many, packet, Secured, STREAM } from '../attacker.mjs'
import { sleep, within } from '../server.mjs'

const PROBE = 900_001

/** Send packets, then ask for the manifest: the other side has closed, or answers. */
async function harmless(server, what, chunks) {
  const secured = await Secured.open(server)
  try {
    secured.say(...chunks)
    secured.say(call(PROBE, ['manifest'], 'async', []))
    return (await secured.answerTo(PROBE)) === null ? 'closed' : 'goes on'
  } catch (error) {
    throw new Error(`${what}: ${error.message}`)
  } finally {
    secured.destroy()
  }
}

/** Each has a name, packets, and what must come of them where only one thing is right. */
function malformed() {
  const deep = (open, close, depth) => open.repeat(depth) + close.repeat(depth)
  const json = (text, flags = ASYNC) => [packet(flags, 1, text)]
  const named = (name, type = 'async') =>
    json(JSON.stringify({ name, args: [], type }), type === 'async' ? ASYNC : STREAM)
  return [
    ['zero-length body', [packet(ASYNC, 1, '')], 'closed'],
    ['goodbye', [packet(0, 0, '')], 'closed'],
    ['body type 3', [packet(3, 1, '{}')], 'closed'],
    ['unknown flags', [packet(0xf0 | ASYNC, 1, '{"name":["manifest"],"args":[]}')]],
    ['malformed JSON', json('{"name":'), 'closed'],
    ['invalid UTF-8', [packet(ASYNC, 1, new Uint8Array([0x22, 0xff, 0xfe, 0x22]))]],
    ...['null', '0', '-1.5e308', '"x"', '[]', '[null]', 'true', '{}'].flatMap((text) => [
      [`${text} as a call`, json(text)],
      [`${text} as a stream`, json(text, STREAM)],
    ]),
    ['text as a call', [packet(1, 1, 'manifest')]],
    ['bytes as a call', [packet(0, 1, 'manifest')]],
    ['end of an unknown stream', [packet(END, 77, 'true'), packet(END, -77, 'true')], 'goes on'],
    ['item of an unknown stream', [packet(STREAM, -77, '1')], 'goes on'],
    ['reply to no call', [packet(ASYNC, -5, '1'), packet(ASYNC | 4, -6, '{}')], 'goes on'],
    [
      'data after the end',
      [
        call(1, ['createHistoryStream'], 'source', [{ id: 1 }]),
        packet(END, 1, 'true'),
        packet(STREAM, 1, '1'),
        packet(END, 1, 'true'),
        packet(END, 1, '"x"'),
      ],
      'goes on',
    ],
    [
      'one number for two calls',
      [call(1, ['manifest'], 'async', []), call(1, ['manifest'], 'async', [])],
      'goes on',
    ],
    [
      'one number for two streams',
      [
        call(1, ['ebt', 'replicate'], 'duplex', [{ version: 3 }]),
        call(1, ['ebt', 'replicate'], 'duplex', [{ version: 3 }]),
      ],
    ],
    ['number 0', [call(0, ['manifest'], 'async', [])], 'goes on'],
    ['number −2³¹', [call(-2147483648, ['manifest'], 'async', [])], 'goes on'],
    ['number 2³¹ − 1', [call(2147483647, ['manifest'], 'async', [])], 'goes on'],
    ...['__proto__', 'constructor', 'toString', 'hasOwnProperty', ''].flatMap((name) => [
      [`method ${name}`, named([name]), 'goes on'],
      [`stream ${name}.${name}`, named([name, name], 'source'), 'goes on'],
    ]),
    ['a long name', named(Array.from({ length: 10_000 }, () => 'a')), 'goes on'],
    ['a name that is no list', json('{"name":{"length":3},"args":[],"type":"async"}')],
    ['a name of nulls', json('{"name":[null,1,{}],"args":[],"type":"async"}')],
    [
      'arguments that are no list',
      json('{"name":["manifest"],"args":{"length":1e9},"type":"async"}'),
    ],
    ['a type that is none', json('{"name":["manifest"],"args":[],"type":"constructor"}')],
    ['lists 500,000 deep', json(deep('[', ']', 500_000))],
    [
      'a call with lists 100,000 deep',
      json(`{"name":["manifest"],"args":[${deep('[', ']', 100_000)}],"type":"async"}`),
    ],
    [
      'objects 100,000 deep',
      json(
        `{"name":["manifest"],"args":[${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}],"type":"async"}`,
      ),
    ],
    ['a name 10,000 deep', json(`{"name":${deep('[', ']', 10_000)},"args":[],"type":"async"}`)],
    ['lone surrogates', json('{"name":["\\ud800"],"args":["\\udfff"],"type":"async"}'), 'goes on'],
  ]
}

async function malformedFrames({ server, deadline }) {
  let rounds = 0
  do {
    await many(malformed().length, 8, async (at) => {
      const [what, chunks, wanted] = malformed()[at]
      const became = await harmless(server, what, chunks)
      if (wanted !== undefined && became !== wanted)
        throw new Error(`${what}: the connection ${became} instead of: ${wanted}`)
    })
    rounds += 1
  } while (Date.now() < deadline)
  return `${malformed().length} kinds, ${rounds} times`
}

async function announced({ server, short }) {
  for (const length of [0xffff_ffff, 0x8000_0000, 0x7fff_ffff, (1 << 20) + 1])
    for (const flags of [0, 1, ASYNC, STREAM, END]) {
      const secured = await Secured.open(server)
      secured.say(packet(flags, 1, 'x', length))
      await within(`closing after a packet of ${length} bytes`, 3000, secured.closed)
    }
  // as long as is allowed, and never sent
  const count = short ? 50 : 150
  const all = []
  await many(count, 16, async () => {
    const secured = await Secured.open(server)
    secured.say(packet(ASYNC, 1, 'x', 1 << 20))
    all.push(secured)
  })
  await sleep(500)
  for (const secured of all) secured.destroy()
  return `20 too long, all closed; ${count} announced and not sent`
}

async function goodbyes({ server, deadline }) {
  let count = 0
  while (Date.now() < deadline) {
    await many(12, 6, async (at) => {
      const secured = await Secured.open(server)
      const packets = [call(1, ['createHistoryStream'], 'source', [{ id: server.id, live: true }])]
      if (at % 3 === 0) secured.say(...packets, ...Array.from({ length: 1000 }, () => packet(0, 0)))
      else if (at % 3 === 1) {
        secured.goodbye()
        for (let n = 0; n < 20; n += 1) secured.send(new Uint8Array(34))
      } else {
        secured.say(...packets, packet(0, 0))
        secured.goodbye()
        secured.socket.end()
      }
      await within('closing after a goodbye', 5000, secured.closed)
      count += 1
    })
  }
  return `${count} connections`
}

export const frameCases = [
  { name: 'frames of up to 4 GiB announced', run: announced },
  { name: 'malformed frames and bodies', run: malformedFrames },
  { name: 'goodbye storms', run: goodbyes },
]
