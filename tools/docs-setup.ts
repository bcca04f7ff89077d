// The guides show programs for browsers, too: where Node has no WebSocket (before 22), theirs is that of the package `ws`.
import { createRequire } from 'node:module'

const load = createRequire(new URL('../packages/ssb-net/package.json', import.meta.url))
const platform = globalThis as { WebSocket?: unknown }
platform.WebSocket ??= load('ws').WebSocket
