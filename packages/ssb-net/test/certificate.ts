// A certificate that nobody has signed but itself, for 127.0.0.1: just enough DER (X.690) of X.509 (RFC 5280).
import { generateKeyPairSync, sign } from 'node:crypto'

const der = (tag: number, ...parts: readonly Uint8Array[]): Buffer => {
  const body = Buffer.concat(parts)
  const { length } = body
  const size =
    length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255]
  return Buffer.concat([Buffer.from([tag, ...size]), body])
}
const sequence = (...parts: readonly Uint8Array[]): Buffer => der(0x30, ...parts)
const oid = (...bytes: readonly number[]): Buffer => der(0x06, Uint8Array.from(bytes))
const time = (text: string): Buffer => der(0x17, Buffer.from(text))

const ED25519 = sequence(oid(0x2b, 0x65, 0x70))
const LOCAL = Uint8Array.from([127, 0, 0, 1])

const pem = (bytes: Uint8Array): string =>
  `-----BEGIN CERTIFICATE-----\n${Buffer.from(bytes).toString('base64')}\n-----END CERTIFICATE-----\n`

/** Private key and certificate in PEM form. */
export function selfSigned(): { readonly key: string; readonly cert: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const commonName = sequence(oid(0x55, 0x04, 0x03), der(0x0c, Buffer.from('test')))
  const name = sequence(der(0x31, commonName))
  const names = der(0x04, sequence(der(0x87, LOCAL)))
  const authority = der(0x04, sequence(der(0x01, Uint8Array.of(0xff))))
  const extensions = sequence(
    sequence(oid(0x55, 0x1d, 0x11), names),
    sequence(oid(0x55, 0x1d, 0x13), authority),
  )
  const content = sequence(
    der(0xa0, der(0x02, Uint8Array.of(2))),
    der(0x02, Uint8Array.of(1)),
    ED25519,
    name,
    sequence(time('200101000000Z'), time('491231235959Z')),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, extensions),
  )
  const signature = der(0x03, Uint8Array.of(0), sign(null, content, privateKey))
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
  return { key, cert: pem(sequence(content, ED25519, signature)) }
}
