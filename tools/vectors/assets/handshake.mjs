// The secret handshake, step by step: ssb-shs and ssb-crypto.
import { load } from '../../lib/packages.mjs'

const bytes = (text) => new Uint8Array(Buffer.from(text, 'hex'))
const hex = (part) => (part ? Buffer.from(part).toString('hex') : part)

/** The calls of the reference's state machine, each played to ours from the state it was called in. */
async function steps() {
  const { createClient, createServer } = await load('ssb-shs')
  const crypto = await load('ssb-crypto')
  const options = (state) => ({
    networkKey: bytes(state.app_key),
    keys: { publicKey: bytes(state.local.publicKey), secretKey: bytes(state.local.secretKey) },
    ephemeral: { publicKey: bytes(state.local.kx_pk), secretKey: bytes(state.local.kx_sk) },
  })
  /** The remote's challenge, as its state was recorded. */
  const challenge = ({ remote }) => bytes(remote.app_mac + remote.kx_pk)
  const client = (state) => {
    const made = createClient({ ...options(state), serverKey: bytes(state.remote.publicKey) })
    return { first: made.start(), made }
  }
  const server = (state) => {
    const made = createServer(options(state))
    made.start()
    return made
  }
  /** m3, sealed again from the recorded plaintext. */
  const hello = (state) =>
    crypto.secretBox(bytes(state.remote.hello), new Uint8Array(24), bytes(state.secret2))
  const sessions = new Map()
  const remember = (state, step) => {
    if (step.state === 'done') sessions.set(state.local.kx_pk, step.session)
  }
  return {
    initialize({ args: [state], result }) {
      const made = crypto.exchangeKeyPair(bytes(state.random))
      return (
        hex(made.publicKey) === result.local.kx_pk &&
        hex(made.secretKey) === result.local.kx_sk &&
        hex(crypto.auth(made.publicKey, bytes(state.app_key))) === result.local.app_mac
      )
    },
    createChallenge({ args: [state], result }) {
      // What a challenge holds does not depend on the side that makes it.
      const { first } = client({ ...state, remote: { publicKey: state.local.publicKey } })
      return hex(first) === result
    },
    verifyChallenge({ args: [state, received], result }) {
      const side = state.remote.publicKey ? client(state).made : server(state)
      return (side.receive(bytes(received)).state === 'wait') === (result !== null)
    },
    clientVerifyChallenge({ args: [state, received], result }) {
      const step = client(state).made.receive(bytes(received))
      return result === null ? step.state === 'failed' : step.state === 'wait' && Boolean(step.send)
    },
    clientCreateAuth({ args: [state], result }) {
      return hex(client(state).made.receive(challenge(state)).send) === result
    },
    serverVerifyAuth({ args: [state, received], result }) {
      const side = server(state)
      side.receive(challenge(state))
      const step = side.receive(bytes(received))
      return result === null
        ? step.state === 'failed'
        : step.state === 'authorize' && hex(step.remote) === result.remote.publicKey
    },
    serverCreateAccept({ args: [state], result }) {
      const side = server(state)
      side.receive(challenge(state))
      side.receive(hello(state))
      const step = side.accept()
      remember(state, step)
      return step.state === 'done' && hex(step.send) === result
    },
    clientVerifyAccept({ args: [state, received], result }) {
      const { made } = client(state)
      made.receive(challenge(state))
      const step = made.receive(bytes(received))
      remember(state, step)
      return result === null ? step.state === 'failed' : step.state === 'done'
    },
    /** After it the reference holds the session's keys. */
    clean({ result }) {
      const session = sessions.get(result.local.kx_pk)
      return (
        session !== undefined &&
        hex(session.encryptKey) === result.encryptKey &&
        hex(session.decryptKey) === result.decryptKey &&
        hex(session.encryptNonce) === result.remote.app_mac.slice(0, 48) &&
        hex(session.decryptNonce) === result.local.app_mac.slice(0, 48)
      )
    },
    toKeys({ args: [given], result }) {
      if (typeof given !== 'string') return hex(bytes(given.publicKey)) === result.publicKey
      const pair = crypto.signKeyPair(bytes(given).slice(0, 32))
      return hex(pair.publicKey) === result.publicKey && hex(pair.secretKey) === result.secretKey
    },
  }
}

/** @type {import('../main.mjs').Asset[]} */
export const assets = [
  {
    file: 'test-secret-handshake/data.json',
    packages: 'ssb-shs, ssb-crypto',
    async *run(read) {
      const ours = await steps()
      for (const [n, call] of JSON.parse(read(this.file)).entries())
        yield {
          name: `#${n} ${call.name}${call.result === null ? ' must fail' : ''}`,
          ok: ours[call.name](call),
        }
    },
  },
]
