import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readConfig } from '../src/node.ts'

let home = ''
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'ssb-config-'))
})
afterEach(() => {
  rmSync(home, { recursive: true, force: true })
})

test('no file is fine', () => {
  const { config, file } = readConfig({ home, environment: {} })
  expect(config.path).toBe(join(home, '.ssb'))
  expect(file).toBe(join(home, '.ssb', 'config'))
})

test('the file of the app name is read, wherever the data folder is', () => {
  mkdirSync(join(home, '.mine'))
  writeFileSync(join(home, '.mine', 'config'), '{"port": 1234} // mine')
  const environment = { ssb_appname: 'mine' }
  const flags = [{ key: 'path', value: join(home, 'data') }]
  const { config, explain } = readConfig({ home, environment, flags })
  expect([config.port, config.path]).toEqual([1234, join(home, 'data')])
  expect(explain('port').origin.place).toBe(`${join(home, '.mine', 'config')}:1:2`)
})

test('a file in another data folder is not read, and that is said', () => {
  const data = join(home, 'data')
  mkdirSync(data)
  writeFileSync(join(data, 'config'), '{"port": 1}')
  const flags = [{ key: 'path', value: data }]
  const { config, warnings } = readConfig({ home, environment: {}, flags })
  expect(config.port).toBe(8008)
  expect(warnings).toEqual([expect.stringContaining(`${join(data, 'config')} is not read`)])
  const named = readConfig({ home, environment: {}, flags, file: join(data, 'config') })
  expect([named.config.port, named.warnings]).toEqual([1, []])
})

test('a file that was asked for must be there', () => {
  const asked = join(home, 'nowhere')
  expect(() => readConfig({ home, environment: {}, file: asked })).toThrow(
    `${asked}: there is no such file`,
  )
  expect(() => readConfig({ home, environment: { ssb_config: asked } })).toThrow('no such file')
  mkdirSync(join(home, '.ssb', 'config'), { recursive: true })
  expect(() => readConfig({ home, environment: {} })).toThrow('cannot be read (EISDIR)')
})
