import { type Config, keys, type Resolved } from '@scuttlebot/ssb-config'
import { type LogBook, type Setting, web } from '@scuttlebot/ssb-web'

/** Where the value of a setting came from. */
export type Explain = Extract<Resolved, { readonly ok: true }>['explain']

/** Settings that are keys: whoever looks over a shoulder need not see them. */
const HIDDEN: ReadonlySet<string> = new Set(['caps.shs', 'caps.sign', 'web.invite'])

/** Every setting, as the page shows it. */
export function settingsOf(explain: Explain): readonly Setting[] {
  return keys.map((key) => {
    const { value, origin, option } = explain(key)
    const isHidden = HIDDEN.has(key) && origin.kind !== 'default' && value !== null
    return {
      key,
      value: isHidden ? '…' : value,
      origin: origin.place,
      description: option.description,
      unit: option.unit ?? null,
      isInert: option.inert === true,
    }
  })
}

/** The page of a server; where it is not enabled, the plugin answers to nothing. */
export function webOf(
  { web: { enabled, remote, public: isPublic, invite } }: Config,
  networkKey: Uint8Array,
  {
    logs,
    explain,
  }: { readonly logs?: LogBook | undefined; readonly explain?: Explain | undefined },
): ReturnType<typeof web> {
  return web({
    networkKey,
    enabled,
    remote,
    face: isPublic ? { invite } : null,
    ...(logs === undefined ? {} : { logs }),
    ...(explain === undefined ? {} : { settings: () => settingsOf(explain) }),
  })
}
