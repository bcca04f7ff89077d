import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Batch } from '@scuttlebot/ssb-muxrpc'
import { describe, expect, test } from 'vitest'
import { FSCK_EXIT, type FsckRequest } from '../src/index.ts'
import { EXIT, NOW, run, small, stdinOf } from './world.ts'

describe('calling methods', () => {
  test('async: two-space JSON and a line end', async () => {
    const ran = await run(['whoami'], { served: small })
    expect(ran).toMatchObject({ code: 0, out: '{\n  "id": "@a"\n}\n', err: '' })
  })

  test('arguments arrive as typed', async () => {
    const ran = await run(['--json', 'echo', 'x', '--a.b', '1'], { served: small })
    expect(ran.out).toBe('["x",{"a":{"b":1}}]\n')
  })

  test.each([
    ['--json', 'echo', '@ID'],
    ['echo', '--json', '@ID'],
    ['echo', '@ID', '--json'],
  ])('--json may stand behind the method, too: %s %s %s', async (...argv) => {
    expect((await run(argv, { served: small })).out).toBe('["@ID"]\n')
  })

  test.each(['.', '-'])('%s takes JSON from standard input', async (sign) => {
    const stdin = stdinOf('{"type":"post",', '"text":"hi"}\n')
    const ran = await run(['--json', 'echo', sign], { served: small, stdin })
    expect(ran.out).toBe('[{"type":"post","text":"hi"}]\n')
  })

  test('source: each item and a blank line, or a line each', async () => {
    const pretty = await run(['log', '--limit', '2'], { served: small })
    expect(pretty.out).toBe('{\n  "n": 1\n}\n\n{\n  "n": 2\n}\n\n')
    const lines = await run(['--json', 'log'], { served: small })
    expect(lines.out).toBe('{"n":1}\n{"n":2}\n{"n":3}\n')
  })

  test('on a terminal for people, unless JSON is asked for', async () => {
    const shown = await run(['whoami'], { served: small, outIsTTY: true })
    expect(shown.out).toBe('id: @a\n')
    const pretty = await run(['--pretty', 'whoami'], { served: small, outIsTTY: true })
    expect(pretty.out).toBe('{\n  "id": "@a"\n}\n')
    const lines = await run(['--json', 'whoami'], { served: small, outIsTTY: true })
    expect(lines.out).toBe('{"id":"@a"}\n')
  })

  test('names come from about messages: ours, then the own, then anybody’s', async () => {
    const about = (author: string, about: unknown, name: unknown): unknown => ({
      author,
      sequence: 1,
      content: { type: 'about', about, name },
    })
    const served = {
      manifest: { messagesByType: { kind: 'source' }, log: { kind: 'source' } },
      handlers: {
        async *messagesByType() {
          yield new Batch([
            about('@x', '@a', 'from others'),
            about('@a', '@a', 'from itself'),
            about('@server=.ed25519', '@a', ' ours '),
            about('@a', '@a', 'older'),
            about('@x', '@b', 'newest'),
            about('@y', '@b', 'older'),
            about('@x', 5, 'x'),
            about('@x', '@c', ''),
            null,
          ])
        },
        async *log() {
          for (const author of ['@a', '@b', '@c'])
            yield { author, sequence: 1, timestamp: NOW, content: { type: 'post' } }
        },
      },
    }
    const { out } = await run(['log'], { served, outIsTTY: true })
    expect(out.match(/by .*#/g)).toEqual(['by ours (@a) #', 'by newest (@b) #', 'by @c #'])
    expect((await run(['--json', 'log'], { served })).out).not.toContain('ours')
  })

  test('bytes are written raw', async () => {
    const ran = await run(['bytes'], { served: small })
    expect([...ran.bytes]).toEqual([1, 2, 255])
  })

  test('sink: standard input, raw or as lines of JSON', async () => {
    const stdin = stdinOf('12345')
    expect(await run(['keep'], { served: small, stdin })).toMatchObject({ code: 0, err: '' })
    const lines = stdinOf('1\n2\n\n3\n"four"\n[5]')
    expect(await run(['--json', 'keep'], { served: small, stdin: lines })).toMatchObject({
      code: 0,
    })
    expect(await run(['keep'], { served: small, stdin: stdinOf('123') })).toMatchObject({
      code: 1,
      err: 'got 3\n',
    })
  })

  test('duplex: both ways', async () => {
    const stdin = stdinOf('1\n2\n')
    const ran = await run(['--json', 'double'], { served: small, stdin })
    expect(ran.out).toBe('2\n4\n')
  })
})

describe('bad input: one sentence, exit code 1', () => {
  test.each<[string[], string]>([
    [['whoam'], 'There is no method or command named "whoam". Did you mean whoami?'],
    [['xyzzy'], 'There is no method or command named "xyzzy". sbot --help lists them.'],
    [['blobs'], '"blobs" is a group of methods: blobs.get, blobs.has, blobs.add.'],
    [['__proto__'], 'There is no method or command named "__proto__"'],
    [['constructor'], 'There is no method or command named "constructor"'],
    [['plugins.install', 'ssb-links'], 'Nothing installs code over the network here'],
    [['fail'], 'Param 0 is required'],
    [['echo', '.'], 'Nothing is piped in'],
    [['echo', '--arg', 'nope'], '--arg is not JSON'],
    [['--prot', '1', 'whoami'], '--prot: there is no setting named "prot"; did you mean port?'],
    [['--prot', 'whoami'], '--prot: there is no setting named "prot"; did you mean port?'],
    [['-x'], 'there is no setting named "x"'],
    [['--port', 'x', 'whoami'], '--port: port must be a whole number'],
    [['--config', '/nowhere/at/all', 'whoami'], '/nowhere/at/all: there is no such file'],
    [['import'], 'import needs the name of a file'],
    [['import', '/nowhere/at/all'], '/nowhere/at/all cannot be read: there is no such file.'],
    [['import', 'a', 'b'], 'import takes one file'],
    [['import', '--fast', 'a'], 'import has no option --fast'],
    [['import', '/'], '/ cannot be read'],
    [['export', '--author', 'bob'], '--author must be a feed id'],
    [['export', '--autor', 'bob'], 'export has no option --autor'],
    [['export', 'bob'], 'export takes options only'],
    [['config', 'port'], 'config takes nothing but --explain KEY'],
    [['config', '--explain', 'prot'], 'There is no setting named "prot". Did you mean port?'],
    [['start', 'now'], 'start takes options only'],
    [['start'], 'cannot be one'],
    [['help', 'whoam'], 'Did you mean whoami?'],
  ])('%j', async (argv, message) => {
    const ran = await run(argv, { served: small })
    expect(ran.code).toBe(EXIT.failed)
    expect(ran.out).toBe('')
    expect(ran.err).toContain(message)
    expect(ran.err.trimEnd().split('\n')).toHaveLength(1)
  })

  test('input that is not JSON', async () => {
    const ran = await run(['echo', '.'], { served: small, stdin: stdinOf('{') })
    expect(ran).toMatchObject({ code: 1, err: 'Standard input is not JSON.\n' })
  })

  test('no server: the three lines that scripts know', async () => {
    const ran = await run(['--port', '9', 'whoami'])
    expect(ran).toMatchObject({ code: 1, out: '' })
    expect(ran.err).toBe(
      'Error: Could not connect to ssb-server 127.0.0.1:9\n' +
        'Use the "start" command to start it.\n' +
        'Use --verbose option to see full error\n',
    )
    expect((await run(['-v', 'whoami'])).err).toContain('caused by: Error: refused')
  })
})

describe('help', () => {
  test.each<[string[], string]>([
    [[], 'sbot [options] METHOD'],
    [['--help'], 'blobs.has'],
    [['help'], 'Exit codes'],
    [['help', 'start'], '--friends.hops'],
    [['start', '--help'], '--friends.hops'],
    [['blobs', '--help'], 'Whether a blob is here.'],
    [['blobs.has', '--help'], 'id (blob id)  Which one.'],
    [['blobs.has', '-h'], 'id (blob id)  Which one.'],
    [['echo', '--type', 'post', '-h'], 'sbot echo'],
    [['help', 'blobs.has'], 'Example:\n  sbot blobs.has &…'],
    [['--help', 'blobs.has'], 'Example:\n  sbot blobs.has &…'],
    [['--version'], '1.2.3'],
  ])('%j', async (argv, text) => {
    const ran = await run(argv, { served: small })
    expect(ran).toMatchObject({ code: 0, err: '' })
    expect(ran.out).toContain(text)
  })

  test('needs no server for the commands of the program', async () => {
    expect((await run(['--help'])).out).toContain('The methods of the server are listed when')
    expect((await run(['import', '--help'])).code).toBe(0)
    expect((await run(['whoami', '--help'])).code).toBe(1)
  })
})

describe('completion', () => {
  test.each(['bash', 'zsh', 'fish'])('a script for %s', async (shell) => {
    const ran = await run(['completion', shell])
    expect([ran.code, ran.err]).toEqual([0, ''])
    expect(ran.out).toContain('sbot completion words')
  })
  test('words: methods, then options of one', async () => {
    const words = async (...argv: string[]): Promise<string[]> =>
      (await run(['completion', 'words', ...argv], { served: small })).out.trim().split('\n')
    expect(await words()).toEqual(expect.arrayContaining(['import', 'blobs.has', 'log']))
    expect(await words('blobs.has')).toEqual(['--id', '--help'])
    expect(await words('export')).toEqual(['--author', '--values', '--help'])
    expect(await words('nothing.at.all')).toEqual(['--help'])
    expect((await run(['completion', 'words'])).out).toContain('start\n')
    const served = {
      manifest: { '$(touch x)': { kind: 'async' }, a: { kind: 'async' } },
      handlers: {},
    }
    const evil = (await run(['completion', 'words'], { served })).out.split('\n')
    expect(evil).toContain('a')
    expect(evil.join('')).not.toContain('$')
    expect((await run(['completion', 'tcsh'])).err).toContain('bash, zsh, fish')
  })
})

describe('config', () => {
  test('prints what is in force', async () => {
    const ran = await run(['--port', '9', '--json', 'config'])
    expect(JSON.parse(ran.out)).toMatchObject({ port: 9, path: '/nowhere/.ssb' })
  })
  test('explains one setting', async () => {
    const environment = { ssb_friends__hops: '1' }
    const ran = await run(['--friends.hops', '3', 'config', '--explain', 'friends.hops'], {
      environment,
    })
    expect(ran.out.split('\n').slice(0, 4)).toEqual([
      'friends.hops = 3 hops',
      '  from --friends.hops',
      '  over 1 from the environment variable ssb_friends__hops',
      '  over 2 from default',
    ])
  })
})

describe('import', () => {
  const folder = (): string => mkdtempSync(join(tmpdir(), 'ssb-cli-'))

  test('counts what was added, known and refused, and why', async () => {
    const path = folder()
    const lines = [
      ...Array.from({ length: 1_200 }, (_, n) => JSON.stringify({ n })),
      '{',
      '',
      '[1]',
      JSON.stringify({ key: '%1', value: { n: 1 }, timestamp: 5 }),
      JSON.stringify({ key: '%other', input: '{\n  "n": 1\n}' }),
      'x'.repeat(1024 * 1024 + 1),
    ]
    writeFileSync(join(path, 'in'), lines.join('\n'))
    const ran = await run(['import', join(path, 'in')], { served: small, errIsTTY: true })
    rmSync(path, { recursive: true })
    expect(ran.code).toBe(EXIT.partly)
    expect(ran.err).toContain('1205 lines: 402 added, 400 known already, 404 refused')
    expect(ran.err).toContain('400 × divides by three (line 1, 4, 7, 10, 13, …)')
    expect(ran.err).toContain('1 × not JSON (line 1201)')
    expect(ran.err).toContain('1 × not a message (line 1203)')
    expect(ran.err).toContain('another id than the one in the file (line 1205)')
    expect(ran.err).toContain('1 × longer than 1 MiB (line 1206)')
  })

  test('reads standard input, and is silent when all is well', async () => {
    const stdin = stdinOf('{"n":1}\n{"n":2}\n')
    const ran = await run(['--json', 'import', '-'], { served: small, stdin })
    expect(ran.code).toBe(0)
    expect(JSON.parse(ran.out)).toMatchObject({ read: 2, added: 1, known: 1, refused: [] })
  })
})

describe('blobs.add', () => {
  const id = '&LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=.sha256\n'
  test('prints the id of a file, or of what is piped in', async () => {
    const path = mkdtempSync(join(tmpdir(), 'ssb-cli-'))
    writeFileSync(join(path, 'file'), 'hello')
    const ran = await run(['blobs.add', join(path, 'file')], { served: small })
    rmSync(path, { recursive: true })
    expect(ran).toMatchObject({ code: 0, out: id, err: '' })
    const piped = await run(['blobs.add'], { served: small, stdin: stdinOf('hel', 'lo') })
    expect(piped.out).toBe(id)
  })
  test('the name of a file is never read as a number', async () => {
    for (const argv of [['007'], ['0x10'], ['--encrypt', '1e3']]) {
      const ran = await run(['blobs.add', ...argv], { served: small })
      expect(ran.err).toContain(`${argv.at(-1)} cannot be read`)
    }
  })
  test('encrypts where that is asked for, and prints the link', async () => {
    const link =
      /^&[A-Za-z0-9+/]{43}=\.sha256\?unbox=LPJNul\+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=\.boxs\n$/
    const path = mkdtempSync(join(tmpdir(), 'ssb-cli-'))
    const file = join(path, 'file')
    writeFileSync(file, 'hello')
    for (const argv of [
      [file, '--encrypt'],
      ['--encrypt', file],
    ])
      expect((await run(['blobs.add', ...argv], { served: small })).out).toMatch(link)
    rmSync(path, { recursive: true })
    const stdin = stdinOf('hel', 'lo')
    expect((await run(['blobs.add', '--encrypt'], { served: small, stdin })).out).toMatch(link)
  })
  test.each<[string[], string]>([
    [['blobs.add'], 'USAGE:'],
    [['blobs.add', '/nowhere/at/all'], '/nowhere/at/all cannot be read: there is no such file.'],
    [['blobs.add', 'a', 'b'], 'one file'],
    [['blobs.add', '--live'], 'one file'],
  ])('%j is refused', async (argv, text) => {
    const ran = await run(argv, { served: small })
    expect([ran.code, ran.out]).toEqual([1, ''])
    expect(ran.err).toContain(text)
  })
  test('what the server says', async () => {
    const ran = await run(['blobs.add'], { served: small, stdin: stdinOf('a\0') })
    expect(ran).toMatchObject({ code: 1, out: '', err: 'no zeros, please\n' })
  })
})

test('strangers cannot steer the terminal', async () => {
  const evil = '\u001b[2J\u009b2J\u202eabc\u2028'
  const served = {
    manifest: { say: { kind: 'async' }, fail: { kind: 'async' } },
    handlers: {
      say: () => evil,
      fail: () => {
        throw new Error(evil)
      },
    },
  }
  expect((await run(['say'], { served, outIsTTY: true })).out).toBe(' [2J2Jabc\n')
  const shown = await run(['--json', 'say'], { served, outIsTTY: true })
  expect(shown.out).toBe('"\\u001b[2J\\u009b2J\\u202eabc\\u2028"\n')
  expect(JSON.parse(shown.out)).toBe(evil)
  expect((await run(['say'], { served })).out).toBe(`${JSON.stringify(evil)}\n`)
  expect((await run(['fail'], { served })).err).toBe(' [2J2Jabc\n')
})

test('export writes a line for each message', async () => {
  const ran = await run(['export'], { served: small })
  expect(ran).toMatchObject({ code: 0, out: '{"n":1}\n{"n":2}\n{"n":3}\n' })
  const without = { manifest: {}, handlers: {} }
  expect((await run(['export'], { served: without })).err).toContain('cannot export')
})

test('Ctrl-C ends a stream with 130', async () => {
  const abort = new AbortController()
  const endless = {
    manifest: { forever: { kind: 'source' } },
    handlers: {
      async *forever() {
        yield 1
        abort.abort()
        await new Promise(() => undefined)
      },
    },
  }
  const ran = await run(['forever'], { served: endless, signal: abort.signal })
  expect(ran.code).toBe(EXIT.interrupted)
})

describe('fsck', () => {
  const sound = {
    messages: 3,
    feeds: 1,
    indexes: ['type', 'time'],
    problems: [],
    problemCount: 0,
    repaired: [],
  }
  const bad = {
    ...sound,
    problems: [{ what: 'record', text: 'message 2 is damaged: its checksum does not match' }],
    problemCount: 2,
    repaired: ['took out 1 damaged records'],
  }

  test('a sound store: exit code 0, and what was looked at', async () => {
    const ran = await run(['fsck'], { fsck: async () => sound })
    expect(ran).toMatchObject({ code: FSCK_EXIT.clean, err: '' })
    expect(ran.out).toBe(
      'checked 3 messages of 1 feed, 2 indexes; signatures not (--signatures)\nnothing is wrong\n',
    )
  })

  test('options of both sides of the word, before and after it', async () => {
    const asked: unknown[] = []
    const fsck = async ({ config, repair, signatures }: FsckRequest) => {
      asked.push([config.path, repair, signatures])
      return sound
    }
    await run(['--path', '/a', 'fsck', '--repair'], { fsck })
    await run(['fsck', '--repair', '--path', '/b', '--signatures'], { fsck })
    await run(['fsck', '--no-repair', '--signatures=true', '--path=/c'], { fsck })
    expect(asked).toEqual([
      ['/a', true, false],
      ['/b', true, true],
      ['/c', false, true],
    ])
  })

  test('what was found: exit code 1, in words and as JSON', async () => {
    const fsck = async () => bad
    const ran = await run(['fsck', '--repair'], { fsck })
    expect(ran.code).toBe(FSCK_EXIT.found)
    expect(ran.out.split('\n').slice(1)).toEqual([
      '  record: message 2 is damaged: its checksum does not match',
      '  … and 1 more',
      '2 things are wrong',
      '  repaired: took out 1 damaged records',
      '',
    ])
    expect((await run(['fsck'], { fsck })).out).toContain('sbot fsck --repair mends')
    const json = await run(['--json', 'fsck'], { fsck })
    expect([json.code, JSON.parse(json.out)]).toEqual([1, bad])
    expect((await run(['fsck', '--json'], { fsck })).out).toBe(json.out)
  })

  test('what could not be checked: exit code 2, one sentence', async () => {
    const fsck = async () => {
      throw new Error('the folder /x is in use by process 7: stop that server first')
    }
    expect(await run(['fsck'], { fsck })).toMatchObject({
      code: FSCK_EXIT.failed,
      out: '',
      err: 'the folder /x is in use by process 7: stop that server first\n',
    })
    expect((await run(['fsck', 'now'], { fsck })).code).toBe(FSCK_EXIT.failed)
    expect(await run(['fsck'])).toMatchObject({ code: FSCK_EXIT.failed })
  })

  test('progress is drawn for who looks, and wiped away', async () => {
    const fsck = async ({ progress }: FsckRequest) => {
      progress(1, 3)
      return sound
    }
    const ran = await run(['fsck'], { fsck, errIsTTY: true })
    expect(ran.err).toBe('\rchecked 1 of 3 messages\r\u001b[K')
    expect((await run(['fsck'], { fsck })).err).toBe('')
  })

  test('help names the exit codes', async () => {
    const ran = await run(['fsck', '--help'])
    expect([ran.code, ran.err]).toEqual([0, ''])
    expect(ran.out).toContain('Exit codes: 0 nothing is wrong; 1 something was found')
  })
})
