import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  create,
  createSync,
  load,
  loadOrCreate,
  loadOrCreateSync,
  loadSync,
  setPassphraseSync,
} from '../src/file.ts'
import { generate, type Keys } from '../src/index.ts'

let folder = ''
let file = ''
const cost = { operations: 1, memoryBytes: 8192 }

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ssb-keys-'))
  file = join(folder, 'secret')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const put = (text: string, mode = 0o600): void => writeFileSync(file, text, { mode })
const coded = (code: string): unknown => expect.objectContaining({ name: 'KeysError', code })

describe('creating', () => {
  test('writes a file that only the owner may read, with the keys as a block of JSON', () => {
    const keys = createSync(file)
    expect(statSync(file).mode & 0o777).toBe(0o400)
    const text = readFileSync(file, 'utf8')
    expect(text).toContain(`\n${JSON.stringify(keys, null, 2)}\n`)
    expect(text.endsWith(`#   ${keys.id}`)).toBe(true)
    expect(text.split('\n').every((line) => /^[#{} ]/.test(line))).toBe(true)
    expect(loadSync(file)).toEqual(keys)
  })

  test('makes folders, and takes an object with a path', () => {
    const path = join(folder, 'a', 'b')
    const keys = createSync({ path })
    expect(loadSync(join(path, 'secret'))).toEqual(keys)
  })

  test('never overwrites', async () => {
    put('this file intentionally left blank')
    expect(() => createSync(file)).toThrow(coded('SSB_KEYS_FILE_EXISTS'))
    await expect(create(file)).rejects.toThrow(/not overwritten/)
    expect(readFileSync(file, 'utf8')).toBe('this file intentionally left blank')
  })

  test('refuses the form that cannot be read back, and other curves', () => {
    expect(() => createSync(file, 'ed25519', true as unknown as false)).toThrow(TypeError)
    expect(() => createSync(file, 'k256')).toThrow(/unknown curve:k256/)
    expect(existsSync(file)).toBe(false)
  })
})

describe('callbacks and promises', () => {
  const called = (call: (done: (error: Error | null, keys?: Keys) => void) => void) =>
    new Promise<Keys>((resolve, reject) => {
      call((error, keys) => (error || !keys ? reject(error) : resolve(keys)))
    })

  test('agree with the synchronous forms', async () => {
    const keys = await called((done) => create(file, done))
    expect(await called((done) => load(file, done))).toEqual(keys)
    expect(await called((done) => loadOrCreate(file, done))).toEqual(keys)
    expect(await load(file)).toEqual(keys)
    expect(await loadOrCreate(file)).toEqual(keys)
    await expect(called((done) => create(file, 'ed25519', done))).rejects.toThrow(/already/)
    await expect(called((done) => load(join(folder, 'none'), done))).rejects.toThrow(/no key file/)
    expect((await loadOrCreate(join(folder, 'new', 'secret'))).curve).toBe('ed25519')
  })
})

describe('loading', () => {
  test.each([0o640, 0o604, 0o644, 0o420, 0o401])(
    'refuses mode %o and says how to mend it',
    (mode) => {
      createSync(file)
      chmodSync(file, mode)
      expect(() => loadSync(file)).toThrow(coded('SSB_KEYS_FILE_EXPOSED'))
      expect(() => loadSync(file)).toThrow(`chmod 400 '${file}'`)
      expect(() => loadOrCreateSync(file)).toThrow(coded('SSB_KEYS_FILE_EXPOSED'))
      chmodSync(file, 0o400)
      expect(loadSync(file).curve).toBe('ed25519')
    },
  )

  test('accepts mode 0600', () => {
    const keys = createSync(file)
    chmodSync(file, 0o600)
    expect(loadSync(file)).toEqual(keys)
  })

  test('a missing file', () => {
    expect(() => loadSync(file)).toThrow(coded('SSB_KEYS_FILE_MISSING'))
    expect(() => loadSync(file)).toThrow(`There is no key file at ${file}.`)
  })

  test('a folder in the place of the file', () => {
    mkdirSync(file)
    expect(() => loadSync(file)).toThrow(coded('SSB_KEYS_FILE_INVALID'))
    expect(() => loadOrCreateSync(file)).toThrow(coded('SSB_KEYS_FILE_INVALID'))
  })

  const keys = generate(null, 'a file')
  const other = generate(null, 'another')
  test.each([
    ['an empty file', '', /it is empty/],
    ['comments only', '# nothing\n#\n', /it is empty/],
    ['words', 'no keys here', /not JSON/],
    ['JSON null', 'null', /no object/],
    ['a list', '[]', /no object/],
    ['a bare private key', keys.private, /bare private key/],
    ['a cut file', JSON.stringify(keys).slice(0, -9), /not JSON/],
    ['a # within', JSON.stringify({ ...keys, note: 'a # b' }), /not JSON/],
    ['another curve', JSON.stringify({ ...keys, curve: 'k256' }), /its curve is "k256"/],
    ['no public', JSON.stringify({ ...keys, public: undefined }), /"public"/],
    ['no private', JSON.stringify({ ...keys, private: undefined }), /no "private"/],
    ['a short private', JSON.stringify({ ...keys, private: 'AAAA.ed25519' }), /64 bytes, got 3/],
    ['another public', JSON.stringify({ ...keys, public: other.public }), /"id" is not/],
    ['another pair', JSON.stringify({ ...other, private: keys.private }), /does not belong/],
    ['an unknown lock', JSON.stringify({ ...keys, locked: { kdf: 'x' } }), /"locked"/],
    ['a huge file', '#'.repeat(70_000), /too large/],
  ])('%s gives a sentence', (_name, text, reason) => {
    put(text)
    expect(() => loadSync(file)).toThrow(coded('SSB_KEYS_FILE_INVALID'))
    expect(() => loadSync(file)).toThrow(reason)
    expect(() => loadSync(file)).toThrow(file)
    expect(() => loadOrCreateSync(file)).toThrow(reason)
    expect(readFileSync(file, 'utf8')).toBe(text)
  })

  test('takes CRLF, ids without a sigil, no id, and go-ssb order of keys', () => {
    put(`# one\r\n${JSON.stringify(keys, null, 2).replaceAll('\n', '\r\n')}\r\n# two`)
    expect(loadSync(file)).toEqual(keys)
    put(JSON.stringify({ ...keys, id: keys.id.slice(1) }))
    expect(loadSync(file)).toEqual(keys)
    put(JSON.stringify({ private: keys.private, public: keys.public }))
    expect(JSON.stringify(loadSync(file))).toBe(JSON.stringify(keys))
  })
})

describe('a passphrase', () => {
  test('hides the private key, opens with it and with nothing else', async () => {
    const keys = createSync(file, { passphrase: 'correct horse', cost })
    const text = readFileSync(file, 'utf8')
    expect(text).not.toContain(keys.private.slice(0, 40))
    expect(text).toContain(`"public": "${keys.public}"`)
    expect(text).toContain(`"id": "${keys.id}"`)
    expect(loadSync(file, { passphrase: 'correct horse' })).toEqual(keys)
    expect(await loadOrCreate(file, { passphrase: 'correct horse' })).toEqual(keys)
    expect(() => loadSync(file)).toThrow(coded('SSB_KEYS_FILE_LOCKED'))
    expect(() => loadSync(file, { passphrase: 'wrong' })).toThrow(coded('SSB_KEYS_FILE_PASSPHRASE'))
    expect(() => createSync(join(folder, 'x'), { passphrase: '' })).toThrow(RangeError)
  })

  test('is the same in both Unicode forms', () => {
    createSync(file, { passphrase: 'caf\u00e9', cost })
    expect(loadSync(file, { passphrase: 'cafe\u0301' }).curve).toBe('ed25519')
  })

  test('can be set, changed and removed; comments stay', () => {
    const keys = createSync(file)
    const before = readFileSync(file, 'utf8')
    setPassphraseSync(file, { to: 'one', cost })
    expect(() => loadSync(file)).toThrow(coded('SSB_KEYS_FILE_LOCKED'))
    expect(() => setPassphraseSync(file, { from: 'two', to: 'three', cost })).toThrow(
      coded('SSB_KEYS_FILE_PASSPHRASE'),
    )
    setPassphraseSync(file, { from: 'one', to: 'two', cost })
    expect(loadSync(file, { passphrase: 'two' })).toEqual(keys)
    expect(statSync(file).mode & 0o777).toBe(0o400)
    setPassphraseSync(file, { from: 'two' })
    expect(readFileSync(file, 'utf8')).toBe(before)
    expect(readdirSync(folder)).toEqual(['secret'])
  })

  test('a lock that asks for too much is refused before it is tried', () => {
    createSync(file, { passphrase: 'one', cost })
    const text = readFileSync(file, 'utf8').replace('"memory": 8192', '"memory": 4294967296')
    chmodSync(file, 0o600)
    put(text)
    expect(() => loadSync(file, { passphrase: 'one' })).toThrow(coded('SSB_KEYS_FILE_INVALID'))
  })
})
