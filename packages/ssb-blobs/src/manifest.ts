import type { ArgHelp, Manifest } from '@scuttlebot/ssb-muxrpc'
import type { BlobsRpc } from './rpc.ts'

const id: ArgHelp = { type: 'blob id', description: 'which blob' }
const named: ArgHelp = { ...id, also: ['key', 'hash'] }
const unbox: ArgHelp = {
  type: 'string',
  description: 'key to decrypt it with',
  optional: true,
}
const ids: ArgHelp = { type: 'blob id, or array of them', description: 'which blobs' }
const number = (description: string): ArgHelp => ({ type: 'number', description, optional: true })
const flag = (description: string, value: boolean): ArgHelp => ({
  type: 'boolean',
  description,
  optional: true,
  default: value,
})

/** Kinds, permissions and help of the methods. */
export const blobsManifest: Manifest<BlobsRpc> = {
  blobs: {
    get: {
      kind: 'source',
      allow: ['anonymous'],
      help: {
        description: 'The bytes of a blob.',
        args: {
          id: named,
          size: number('refuse any other size'),
          max: number('refuse larger ones'),
          unbox,
        },
        example: 'sbot blobs.get "&ID.sha256" > FILE',
      },
    },
    getSlice: {
      kind: 'source',
      allow: ['anonymous'],
      help: {
        description: 'A part of the bytes of a blob.',
        args: {
          id: named,
          start: { type: 'number', description: 'first byte, from 0' },
          end: { type: 'number', description: 'the byte after the last' },
          size: number('refuse any other size of the whole'),
          max: number('refuse larger blobs'),
          unbox,
        },
        takes: 'names',
        example: 'sbot blobs.getSlice --id "&ID.sha256" --start 0 --end 100',
      },
    },
    add: {
      kind: 'sink',
      help: {
        description:
          'Store bytes as a blob. On a command line: a file, or what is piped in; with --encrypt the answer is a link that holds the key.',
        args: { id: { ...id, description: 'refuse any other content', optional: true } },
        example: 'sbot blobs.add FILE',
      },
    },
    rm: {
      kind: 'async',
      help: { description: 'Remove a blob.', args: { id }, example: 'sbot blobs.rm "&ID.sha256"' },
    },
    ls: {
      kind: 'source',
      help: {
        description: 'The blobs that are here.',
        args: {
          meta: { ...flag('with size and time', false), also: ['long', 'size'] },
          old: flag('those that are here', true),
          live: flag('go on with new ones', false),
          sync: flag('say where the new ones begin', true),
        },
        takes: 'names',
        example: 'sbot blobs.ls --meta',
      },
    },
    has: {
      kind: 'async',
      allow: ['anonymous'],
      help: {
        description: 'Whether a blob is here.',
        args: { id: ids },
        example: 'sbot blobs.has "&ID.sha256"',
      },
    },
    size: {
      kind: 'async',
      help: {
        description: 'The bytes that a blob has; null when it is not here.',
        args: { id: ids },
        example: 'sbot blobs.size "&ID.sha256"',
      },
    },
    meta: {
      kind: 'async',
      help: {
        description: 'Size and time of a blob.',
        args: { id },
        example: 'sbot blobs.meta "&ID.sha256"',
      },
    },
    want: {
      kind: 'async',
      help: {
        description: 'Ask the peers for a blob, and wait until it is here.',
        args: { id },
        example: 'sbot blobs.want "&ID.sha256"',
      },
    },
    push: {
      kind: 'async',
      help: {
        description: 'Offer a blob to every peer until several have it.',
        args: { id },
        example: 'sbot blobs.push "&ID.sha256"',
      },
    },
    pushed: {
      kind: 'source',
      help: {
        description: 'Blobs whose push has reached its goal, as it happens.',
        example: 'sbot blobs.pushed',
      },
    },
    changes: {
      kind: 'source',
      allow: ['anonymous'],
      help: {
        description: 'The ids of new blobs as they are stored.',
        example: 'sbot blobs.changes',
      },
    },
    createWants: {
      kind: 'source',
      allow: ['anonymous'],
      help: {
        description: 'What is wanted (negative: steps away) and what is here (bytes).',
        example: 'sbot blobs.createWants',
      },
    },
    help: {
      kind: 'sync',
      help: { description: 'What these methods do.', example: 'sbot blobs.help' },
    },
    explain: {
      kind: 'async',
      help: {
        description: 'Why a blob is, or is not, here: who was asked, and what they answered.',
        args: { id },
        example: 'sbot blobs.explain "&ID.sha256"',
      },
    },
    status: {
      kind: 'async',
      help: {
        description:
          'How many blobs and bytes are here, wanted and on their way, and the room for more.',
        example: 'sbot blobs.status',
      },
    },
    authors: {
      kind: 'async',
      help: {
        description:
          'Whose messages refer to the blobs that are here; counted at most every ten minutes.',
        example: 'sbot blobs.authors',
      },
    },
    pin: {
      kind: 'async',
      help: {
        description: 'Never remove a blob to make room.',
        args: { id },
        example: 'sbot blobs.pin "&ID.sha256"',
      },
    },
    unpin: {
      kind: 'async',
      help: {
        description: 'Take a pin back.',
        args: { id },
        example: 'sbot blobs.unpin "&ID.sha256"',
      },
    },
    gc: {
      kind: 'async',
      help: {
        description: 'Remove the least recently used blobs that nobody keeps.',
        args: {
          dryRun: flag('only say which', false),
          quotaBytes: number('bytes to come down to, in place of the quota'),
        },
        takes: 'names',
        example: 'sbot blobs.gc --dry-run',
      },
    },
  },
}

/** What `blobs.help` answers: the shape that command lines read. */
export const blobsHelp: object = {
  description: 'store and fetch files by their hash',
  commands: Object.fromEntries(
    Object.entries(blobsManifest.blobs).map(([name, { kind, help }]) => [
      name,
      { type: kind, ...help },
    ]),
  ),
}
