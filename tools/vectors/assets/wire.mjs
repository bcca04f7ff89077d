// Packets: ssb-muxrpc. The handshake is beside this file.
import { load } from '../../lib/packages.mjs'
import { assets as handshake } from './handshake.mjs'
import { revive, same } from './recorded.mjs'

const hex = (bytes) => Buffer.from(bytes).toString('hex')
const bytes = (text) => new Uint8Array(Buffer.from(text, 'hex'))

/** All packets of some bytes, fed to a parser in pieces of the given size. */
function parse({ PacketParser, decodeBody, FLAG_END, FLAG_STREAM }, input, piece) {
  const packets = []
  const parser = new PacketParser(
    {
      packet: (flags, request, body) =>
        packets.push({
          req: request,
          stream: (flags & FLAG_STREAM) !== 0,
          end: (flags & FLAG_END) !== 0,
          type: flags & 3,
          value: decodeBody(flags, Uint8Array.from(body)).value,
        }),
      goodbye: () => packets.push('GOODBYE'),
    },
    16 * 1024 * 1024,
  )
  for (let at = 0; at < input.length; at += piece) parser.push(input.subarray(at, at + piece))
  return packets
}

const PIECES = [1, 3, 8, 9, 10, 4096, 1 << 24]

/** @type {import('../main.mjs').Asset[]} */
export const assets = [
  ...handshake,
  {
    file: 'packet-stream-codec/frames.json',
    packages: 'ssb-muxrpc',
    async *run(read) {
      const codec = await load('ssb-muxrpc/codec')
      for (const frame of JSON.parse(read(this.file))) {
        const body = frame.body_zeros ? new Uint8Array(frame.body_zeros) : bytes(frame.body_hex)
        const whole = Buffer.concat([bytes(frame.header_hex), body])
        const packet = revive(frame.packet)
        const name = `${frame.header_hex} ${JSON.stringify(frame.packet).slice(0, 50)}`
        const written =
          packet === 'GOODBYE'
            ? codec.goodbye()
            : codec.encodePacket({
                request: packet.req,
                stream: packet.stream,
                end: packet.end,
                value: packet.value,
              })
        yield { name: `${name}, written`, ok: Buffer.compare(whole, written) === 0 }
        for (const piece of frame.body_zeros ? [4096, 1 << 24] : PIECES) {
          const [got, ...more] = parse(codec, whole, piece)
          const { type, ...rest } = got ?? {}
          yield {
            name: `${name}, read in pieces of ${piece}`,
            ok: more.length === 0 && (packet === 'GOODBYE' ? got === packet : same(rest, packet)),
            detail: JSON.stringify(got)?.slice(0, 100),
          }
        }
      }
    },
  },
  {
    file: 'packet-stream-codec/stream-without-large.bin',
    packages: 'ssb-muxrpc',
    async *run(_read, readBytes) {
      const codec = await load('ssb-muxrpc/codec')
      const frames = JSON.parse(_read('packet-stream-codec/frames.json')).filter(
        (f) => !f.body_zeros,
      )
      for (const piece of PIECES) {
        const packets = parse(codec, readBytes(this.file), piece)
        for (const [n, { packet }] of frames.entries()) {
          const { type, ...rest } = packets[n] ?? {}
          yield {
            name: `packet ${n} in pieces of ${piece}`,
            ok: packet === 'GOODBYE' ? packets[n] === packet : same(rest, revive(packet)),
          }
        }
        yield {
          name: `number of packets in pieces of ${piece}`,
          ok: packets.length === frames.length,
        }
      }
    },
  },
  {
    file: 'pyssb/packets.json',
    packages: 'ssb-muxrpc',
    async *run(read) {
      const codec = await load('ssb-muxrpc/codec')
      for (const { name, header_hex, body, req, stream, end } of JSON.parse(read(this.file))) {
        const whole = Buffer.concat([bytes(header_hex), Buffer.from(body)])
        const [got] = parse(codec, whole, 7)
        yield {
          name: `${name}, read`,
          ok: same(got, { req, stream, end, type: codec.TYPE_JSON, value: JSON.parse(body) }),
        }
        const written = codec.encodePacket({ request: req, stream, end, value: JSON.parse(body) })
        yield { name: `${name}, written`, ok: hex(written) === hex(whole) }
      }
    },
  },
  {
    file: 'scuttlego/wire.json',
    packages: 'ssb-muxrpc',
    async *run(read) {
      const codec = await load('ssb-muxrpc/codec')
      const cases = JSON.parse(read(this.file))
      for (const {
        header_hex,
        stream,
        end_or_error,
        length,
        request,
      } of cases.muxrpc_header_decode) {
        const whole = Buffer.concat([
          bytes(header_hex),
          Buffer.from(JSON.stringify('.'.repeat(length - 2))),
        ])
        const [got] = parse(codec, whole, whole.length)
        yield {
          name: header_hex,
          ok: same(got, {
            req: request,
            stream,
            end: end_or_error,
            type: codec.TYPE_JSON,
            value: '.'.repeat(length - 2),
          }),
        }
      }
      for (const { bytes: length } of cases.muxrpc_header_errors)
        yield { name: `${length} bytes`, ok: parse(codec, new Uint8Array(length), 1).length === 0 }
    },
  },
]
