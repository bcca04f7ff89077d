import { expect, test } from 'vitest'
import { publicFace } from '../src/public-face.ts'
import { idOf } from './world.ts'

test('nothing in a name or an invite becomes markup', () => {
  const name = `</title><script>alert(1)</script><img src=x onerror='alert("2")'>&`
  const html = publicFace({ id: idOf(1), name, invite: '"><svg onload=alert(3)>' })
  expect(html).not.toMatch(/<script|<img src=x|<svg/)
  expect(html).toContain('&lt;script&gt;')
})

test('a server without a name, and without an invite', () => {
  const html = publicFace({ id: idOf(1), name: '', invite: null })
  expect(html).toContain('<h1>A Scuttlebutt server</h1>')
  expect(html).not.toContain('Invite')
})
