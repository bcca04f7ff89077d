// Identifiers, addresses, invites and URIs: ssb-ref.
import { load } from '../../lib/packages.mjs'
import { replay } from './recorded.mjs'

const base64 = (text) => Buffer.from(text).toString('base64')

/** Why Go's reading of an invite is not this network's. */
const BRACKETS =
  'Go writes IPv6 hosts in brackets; the JavaScript servers, which make the invites, neither write nor read them'

/** @type {import('../main.mjs').Asset[]} */
export const assets = [
  {
    file: 'ssb-ref/recorded-calls.json',
    packages: 'ssb-ref',
    async *run(read) {
      yield* replay(JSON.parse(read(this.file)), await load('ssb-ref'))
    },
  },
  {
    file: 'ssb-uri2/recorded-calls.json',
    packages: 'ssb-ref',
    async *run(read) {
      const ref = await load('ssb-ref')
      const ours = {
        ...ref,
        'isExperimentalSSBURIWithAction(…)':
          ref.isExperimentalSSBURIWithAction('claim-http-invite'),
      }
      yield* replay(JSON.parse(read(this.file)), ours, { refuse: 'null' })
      // Every URI that the reference takes apart goes round through our modern face.
      for (const { fn, args } of JSON.parse(read(this.file))) {
        if (fn !== 'decompose' || args[0] === 'ssb:') continue
        const text = ref.formatUri(ref.parseUri(args[0]))
        const canonical = args[0].replace(
          /(?<=:(?:message|blob)\/)sha256|(?<=:feed\/)ed25519/,
          'classic',
        )
        yield { name: `${args[0]} and back`, ok: text === canonical, detail: String(text) }
      }
    },
  },
  {
    file: 'scuttlego/refs.json',
    packages: 'ssb-ref',
    async *run(read) {
      const { isBlobId, isFeedId, isMsgId, parse } = await load('ssb-ref')
      const tests = { blob: isBlobId, feed: isFeedId, message: isMsgId }
      for (const { kind, name, ref, valid } of JSON.parse(read(this.file)))
        yield {
          name: `${kind} ${name}`,
          ok: tests[kind](ref) === valid && (!valid || parse(ref) !== null),
        }
    },
  },
  {
    file: 'sunrise-ssb-multiformats/cases.json',
    packages: 'ssb-ref, ssb-validate',
    async *run(read) {
      const { isBlobId, isFeedId, isMsgId } = await load('ssb-ref')
      const { isInvalidContent } = await load('ssb-validate')
      const cases = JSON.parse(read(this.file))
      for (const { s, valid } of cases.feed_ref) yield { name: s, ok: isFeedId(s) === valid }
      for (const { s, valid } of cases.message_or_blob_ref)
        yield { name: s, ok: (isMsgId(s) || isBlobId(s)) === valid }
      for (const { s, valid } of cases.box_content_suffix) {
        // Everything after `.box` is allowed by the validators that the network runs.
        const wrong = valid !== !/^lB==/.test(s)
        const accepted = !isInvalidContent(s)
        yield {
          name: s,
          ok: accepted === (wrong ? !valid : valid),
          detail: `we ${accepted ? 'accept' : 'refuse'} it`,
          ...(wrong && {
            wrong:
              'the suffix grammar is stricter than the reference validators, which take any text after `.box`',
          }),
        }
      }
    },
  },
  {
    file: 'go-ssb/invites.json',
    packages: 'ssb-ref',
    async *run(read) {
      const { isInvite, parseInvite, parseNetAddress } = await load('ssb-ref')
      for (const { invite, valid, host, port } of JSON.parse(read(this.file))) {
        const wrong = invite.startsWith('[')
        const parsed = parseInvite(invite)
        const address = parsed && parseNetAddress(parsed.remote)
        const ok =
          valid && !wrong
            ? isInvite(invite) && address?.host === host && address?.port === port
            : !isInvite(invite) && parsed === null
        yield {
          name: invite,
          ok,
          detail: JSON.stringify(address),
          ...(wrong && { wrong: BRACKETS }),
        }
      }
    },
  },
  {
    file: 'go-ssb-room/room.json',
    packages: 'ssb-ref, ssb-keys',
    async *run(read) {
      const { feedIdFromKey, formatNetAddress, parseNetAddress } = await load('ssb-ref')
      const { generate, sign, verify } = await load('ssb-keys')
      const cases = JSON.parse(read(this.file))
      for (const { seed_utf8, user_id, message, signature_derived } of cases.alias_registration) {
        if (seed_utf8 === undefined) continue
        const keys = generate('ed25519', Buffer.from(seed_utf8))
        yield { name: `user id ${user_id}`, ok: keys.id === user_id }
        yield {
          name: `signature of ${message.slice(0, 40)}…`,
          ok: sign(keys, message) === signature_derived && verify(keys, signature_derived, message),
        }
      }
      for (const { host, port, id_bytes_utf8, address } of cases.multiserver) {
        const key = feedIdFromKey(base64(id_bytes_utf8))
        const parsed = parseNetAddress(address)
        yield {
          name: address,
          ok:
            parsed?.host === host &&
            parsed?.port === port &&
            parsed?.key === key &&
            formatNetAddress({ host, port, key }) === address,
        }
      }
      for (const { ip, port, seed_utf8, address } of cases.lan_broadcast) {
        const key = generate('ed25519', Buffer.from(seed_utf8)).id
        yield { name: address, ok: formatNetAddress({ host: ip, port, key }) === address }
      }
    },
  },
]
