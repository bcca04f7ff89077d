// The few methods of Node's Buffer that tests and vector cases use. Only they get it: the packages must do without.

const fromLatin1 = (text) => Uint8Array.from(text, (unit) => unit.charCodeAt(0) & 0xff)
const toLatin1 = (bytes) => {
  let text = ''
  for (let at = 0; at < bytes.length; at += 4096)
    text += String.fromCharCode(...bytes.subarray(at, at + 4096))
  return text
}

/** As Node reads it: both alphabets, anything else skipped, the end at the first `=`. */
function fromBase64(text) {
  const digits = text
    .replace(/=.*$/s, '')
    .replace(/-/g, '+')
    .replace(/_/g, '/')
    .replace(/[^A-Za-z0-9+/]/g, '')
  // One digit over holds less than a byte.
  return fromLatin1(atob(digits.length % 4 === 1 ? digits.slice(0, -1) : digits))
}

function fromHex(text) {
  const pairs = text.match(/^(?:[0-9a-f]{2})*/i)[0]
  return Uint8Array.from({ length: pairs.length / 2 }, (_, n) =>
    Number.parseInt(pairs.slice(2 * n, 2 * n + 2), 16),
  )
}

const READ = {
  utf8: (text) => new TextEncoder().encode(text),
  hex: fromHex,
  base64: fromBase64,
  latin1: fromLatin1,
  binary: fromLatin1,
}
const WRITE = {
  utf8: (bytes) => new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes),
  hex: (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(''),
  base64: (bytes) => btoa(toLatin1(bytes)),
  latin1: toLatin1,
  binary: toLatin1,
}

function codec(table, encoding) {
  const found = table[encoding === 'utf-8' ? 'utf8' : encoding]
  if (!found) throw new TypeError(`this Buffer does not know the encoding ${encoding}`)
  return found
}

export class Buffer extends Uint8Array {
  static from(value, encoding = 'utf8') {
    const bytes = typeof value === 'string' ? codec(READ, encoding)(value) : value
    const made = new Buffer(bytes.length)
    made.set(bytes)
    return made
  }

  static alloc(size, byte = 0) {
    return new Buffer(size).fill(byte)
  }

  static byteLength(text) {
    return READ.utf8(text).length
  }

  static isBuffer(value) {
    return value instanceof Buffer
  }

  static concat(list) {
    const made = new Buffer(list.reduce((sum, { length }) => sum + length, 0))
    let at = 0
    for (const bytes of list) {
      made.set(bytes, at)
      at += bytes.length
    }
    return made
  }

  static compare(a, b) {
    for (let n = 0; n < Math.min(a.length, b.length); n++)
      if (a[n] !== b[n]) return a[n] < b[n] ? -1 : 1
    return Math.sign(a.length - b.length)
  }

  equals(other) {
    return Buffer.compare(this, other) === 0
  }

  toString(encoding = 'utf8') {
    return codec(WRITE, encoding)(this)
  }
}
