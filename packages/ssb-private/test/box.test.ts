import { readFileSync } from 'node:fs'
import { unboxKey as unboxKeyBytes } from '@scuttlebot/ssb-private-box'
import type { FeedId } from '@scuttlebot/ssb-ref'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Box, box1, defineBox, openerOf } from '../src/index.ts'
import { cipherOf } from '../src/opened.ts'
import { add, boxedTo, me, start, writer } from './make.ts'

const utf8 = new TextEncoder()
const fromHex = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'))

describe('box1', () => {
  test('opens the printed vector', () => {
    const text =
      'ERERERERERERERERERERERERERERERERTrT6/uK9MBiiTjEN6BBjM8KzZOrtApp/Bde0XMx3aDodipdHyKyt1EbiplT58Fa7vkyanzDJJna31EulK/NTwQOmXhtov0bbRPdomElNOHLXTU0f2cawRQXhB6v08G0XlnWD/Gz3kgCkNJkEmZZwDPmQ2Y1eamT8cvmxyDpVfo76g9iTY/JpjrSq4FzDN37O4BQfNkW5rxT9Yk09wA4BgjBuRU4Oc6oD4LF4iMk=.box'
    const plain = utf8.encode('{"type":"post","text":"hi"}')
    for (const seed of [1, 2])
      expect(box1(openerOf(writer(seed).keys)).unbox(cipherOf(text), null)?.plain).toEqual(plain)
    expect(box1(openerOf(writer(3).keys)).unbox(cipherOf(text), null)).toBeNull()
  })

  test('opens what the reference has boxed', () => {
    const file = new URL('../../../vectors/private-box/cases.json', import.meta.url)
    const { decrypt } = JSON.parse(readFileSync(file, 'utf8')) as {
      decrypt: {
        plaintext_hex: string
        ciphertext_hex: string
        opens_with_secret_hex: string[]
        fails_with_secret_hex: { secret: string }[]
      }[]
    }
    const by = (secret: string): Box =>
      box1({
        identity: me.keys.id,
        unboxKey: (cipher) => unboxKeyBytes(cipher, fromHex(secret)),
      })
    for (const one of decrypt) {
      const cipher = fromHex(one.ciphertext_hex)
      for (const secret of one.opens_with_secret_hex) {
        const opening = by(secret).unbox(cipher, null)
        expect(opening?.plain).toEqual(fromHex(one.plaintext_hex))
        const key = opening?.key as Uint8Array
        expect(by(secret).reopen(cipher, key)).toEqual(opening?.plain)
      }
      for (const { secret } of one.fails_with_secret_hex)
        expect(by(secret).unbox(cipher, null)).toBeNull()
    }
    expect(decrypt.length).toBeGreaterThan(0)
  })

  test.each([1, 7, 20, 255])('boxes to %i recipients, of whom each can read it', (count) => {
    const readers = Array.from({ length: count }, (_, i) => writer(i))
    const plain = utf8.encode('{"type":"post"}')
    const box = box1(openerOf(me.keys), { recipientsMax: 255 })
    const cipher = box.box(
      plain,
      readers.map(({ keys }) => keys.id),
    ) as Uint8Array
    expect(cipher.length).toBe(72 + 49 * count + plain.length)
    for (const { keys } of [readers[0], readers.at(-1)] as typeof readers)
      expect(box1(openerOf(keys)).unbox(cipher, null)?.plain).toEqual(plain)
  })

  test('refuses the eighth unless told, and leaves what is no feed to others', () => {
    const ids = Array.from({ length: 8 }, (_, i) => writer(i).keys.id)
    const box = box1(openerOf(me.keys))
    expect(box.box(new Uint8Array(1), ids.slice(1))).toHaveLength(72 + 49 * 7 + 1)
    expect(() => box.box(new Uint8Array(1), ids)).toThrow('max recipients is:7 found:8')
    expect(box.box(new Uint8Array(1), ['%group.cloaked'])).toBeNull()
  })

  test('is total', () => {
    const box = box1(openerOf(me.keys))
    const bytes = fc.uint8Array({ maxLength: 400 })
    fc.assert(
      fc.property(bytes, bytes, (cipher, key) => {
        expect(box.unbox(cipher, null)).toBeNull()
        expect(box.reopen(cipher, key)).toBeNull()
      }),
    )
  })
})

describe('defineBox', () => {
  /** A format that hides nothing, for the ids in `for`. */
  const open = (suffix: string, prefix: string, name = suffix): Box =>
    defineBox({
      suffix,
      name,
      box: (plain, ids) => (ids.every((id) => id.startsWith(prefix)) ? plain : null),
      unbox: (plain) => ({ plain, key: null }),
    })

  test.each(['', 'BOX', 'box.b', '2box', 'late', `box${'a'.repeat(14)}`])(
    'refuses the suffix %j',
    (suffix) => {
      expect(() => open(suffix, '')).toThrow(RangeError)
    },
  )

  test('formats are asked in order, by recipients and by suffix', async () => {
    const asked: string[] = []
    const group = (name: string, prefix: string): Box => {
      const box = open('box2', prefix, name)
      return {
        ...box,
        box: (plain, ids) => {
          asked.push(name)
          return box.box(plain, ids)
        },
      }
    }
    const one = await start({
      boxes: [box1(openerOf(me.keys)), group('groups', '%group'), group('rest', '%')],
    })
    const content = (recps: string): object => ({ type: 'post', text: 'x', recps })
    const suffix = async (recps: string): Promise<string | undefined> => {
      const made = await one.api.publish(content(recps), recps, { own: false })
      return /\.(\w+)$/.exec(made.value.content as string)?.[1]
    }
    expect(await suffix(writer(2).keys.id)).toBe('box')
    expect(asked.splice(0)).toEqual([])
    expect(await suffix('%group1')).toBe('box2')
    expect(asked.splice(0)).toEqual(['groups'])
    expect(await suffix('%other')).toBe('box2')
    expect(asked.splice(0)).toEqual(['groups', 'rest'])
    await expect(suffix('#nobody')).rejects.toMatchObject({ code: 'SSB_PRIVATE_RECIPIENTS' })
    // The store's own publish asks them, too.
    const made = await one.store.publish({ type: 'post', text: 'by store', recps: ['%group1'] })
    expect(made.value.content).toMatch(/\.box2$/)
    const opened: unknown[] = []
    for await (const list of one.api.read({ type: 'post' }))
      opened.push(...list.map((message) => (message.content as { recps: unknown }).recps))
    expect(opened).toEqual(['%group1', '%other', ['%group1']])
    expect(() => one.api.addBox(open('box2', '%', 'rest'))).toThrow('a box named rest')
    await one.stop()
  })

  test('identities are told apart', async () => {
    const ann = writer(2)
    const one = await start({ boxes: [box1(openerOf(me.keys)), box1(openerOf(ann.keys))] })
    await add(
      one,
      writer(50).next(boxedTo({ type: 'a' }, ann)),
      writer(51).next(boxedTo({ type: 'b' }, me)),
    )
    const by: (FeedId | null)[] = []
    for await (const list of one.api.read()) by.push(...list.map(({ identity }) => identity))
    expect(by).toEqual([ann.keys.id, me.keys.id])
    await one.stop()
  })
})
