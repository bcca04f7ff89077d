import { scalarMult, sha256, sign, signSecretToExchange, verify } from '@scuttlebot/ssb-crypto'
import { CHALLENGE_BYTES, EARLY_BYTES_MAX, HELLO_BYTES } from './constants.ts'
import type { Failed, Handshake, ServerOptions, ShsStep } from './handshake.ts'
import { checkOptions, failed, Inbox } from './handshake.ts'
import { boxOnce, exchangeKeyOf, hashOf, join, Secrets, unboxOnce } from './secrets.ts'

const SIGNATURE_BYTES = 64

/**
 * The end that listens: it learns the client's key, and shows its own only to a client that knows
 * it already. See {@link createClient} for the four messages.
 *
 * @throws RangeError when a key has the wrong length
 */
export function createServer(options: ServerOptions): Handshake {
  checkOptions(options)
  return new Server(options)
}

class Server implements Handshake {
  readonly #options: ServerOptions
  readonly #secrets: Secrets
  readonly #inbox = new Inbox()
  #state: 'challenge' | 'hello' | 'authorize' | 'ended' = 'challenge'
  #end: Failed = failed('SSB_SHS_STATE', 'the handshake has ended')
  #remoteChallenge: Uint8Array = new Uint8Array(0)
  #remoteEphemeral: Uint8Array = new Uint8Array(0)
  #ab: Uint8Array = new Uint8Array(0)
  /** sha256(ab), which both signatures cover */
  #sharedHash: Uint8Array = new Uint8Array(0)
  #hello: Uint8Array = new Uint8Array(0)
  #remote: Uint8Array = new Uint8Array(0)
  #acceptKey: Uint8Array = new Uint8Array(0)

  constructor(options: ServerOptions) {
    this.#options = options
    this.#secrets = new Secrets(options.networkKey, options.ephemeral)
  }

  start(): Uint8Array | null {
    return null
  }

  receive(chunk: Uint8Array): ShsStep {
    if (this.#state === 'ended') return this.#end
    this.#inbox.push(chunk)
    if (this.#state === 'authorize') {
      // a client may start its box stream without waiting: it knows all keys after its hello
      return this.#inbox.length > EARLY_BYTES_MAX
        ? this.#fail('SSB_SHS_TOO_MANY_BYTES', 'the client sent too much before it was accepted')
        : { state: 'wait' }
    }
    if (this.#state === 'hello') {
      return this.#inbox.length < HELLO_BYTES ? { state: 'wait' } : this.#receiveHello()
    }
    if (this.#inbox.length < CHALLENGE_BYTES) return { state: 'wait' }
    // a true hello depends on our challenge, which we have not sent
    if (this.#inbox.length > CHALLENGE_BYTES)
      return this.#fail('SSB_SHS_UNEXPECTED_BYTES', 'the client spoke before our challenge')
    return this.#receiveChallenge(this.#inbox.takeAll())
  }

  accept(): ShsStep {
    if (this.#state === 'ended') return this.#end
    if (this.#state !== 'authorize')
      return this.#fail('SSB_SHS_STATE', 'accepted before the client has proven its key')
    const { networkKey, keys } = this.#options
    const signature = sign(join(networkKey, this.#hello, this.#sharedHash), keys.secretKey)
    const send = boxOnce(signature, this.#acceptKey)
    const session = this.#secrets.session({
      boxKey: this.#acceptKey,
      own: keys.publicKey,
      remote: this.#remote,
      remoteChallenge: this.#remoteChallenge,
    })
    this.wipe()
    return { state: 'done', send, session, rest: this.#inbox.takeAll() }
  }

  wipe(): void {
    this.#state = 'ended'
    this.#secrets.wipe()
  }

  #receiveChallenge(challenge: Uint8Array): ShsStep {
    const secrets = this.#secrets
    const remote = secrets.openChallenge(challenge)
    if (remote === null)
      return this.#fail('SSB_SHS_CHALLENGE_INVALID', 'the client sent a wrong challenge')
    const ab = scalarMult(secrets.ephemeral.secretKey, remote)
    if (ab === null)
      return this.#fail('SSB_SHS_KEY_WEAK', 'the client sent an ephemeral key of small order')
    this.#ab = secrets.keep(ab)
    this.#sharedHash = secrets.keep(sha256(ab))
    this.#remoteChallenge = challenge
    this.#remoteEphemeral = remote
    this.#state = 'hello'
    return { state: 'wait', send: secrets.challenge }
  }

  #receiveHello(): ShsStep {
    const { networkKey, keys } = this.#options
    const secrets = this.#secrets
    const boxed = this.#inbox.take(HELLO_BYTES)
    const ownExchange = secrets.keep(signSecretToExchange(keys.secretKey))
    const aB = scalarMult(ownExchange, this.#remoteEphemeral)
    if (aB === null)
      return this.#fail('SSB_SHS_KEY_WEAK', 'the client sent an ephemeral key of small order')
    secrets.keep(aB)
    const hello = unboxOnce(boxed, secrets.keep(hashOf(networkKey, this.#ab, aB)))
    if (hello === null)
      return this.#fail('SSB_SHS_HELLO_INVALID', 'the client dialled another key, or lies')
    this.#hello = secrets.keep(hello)
    const signature = hello.slice(0, SIGNATURE_BYTES)
    this.#remote = hello.slice(SIGNATURE_BYTES)
    const remoteExchange = exchangeKeyOf(this.#remote)
    const Ab = remoteExchange && scalarMult(secrets.ephemeral.secretKey, remoteExchange)
    if (Ab === null)
      return this.#fail('SSB_SHS_KEY_WEAK', "the client's long-term key is of small order")
    secrets.keep(Ab)
    if (!verify(signature, join(networkKey, keys.publicKey, this.#sharedHash), this.#remote))
      return this.#fail('SSB_SHS_HELLO_SIGNATURE', "the client's signature is wrong")
    this.#acceptKey = secrets.keep(hashOf(networkKey, this.#ab, aB, Ab))
    this.#state = 'authorize'
    if (this.#inbox.length > EARLY_BYTES_MAX) return this.receive(new Uint8Array(0))
    return { state: 'authorize', remote: this.#remote.slice() }
  }

  #fail(...why: Parameters<typeof failed>): Failed {
    if (this.#state === 'ended') return this.#end
    this.wipe()
    this.#end = failed(...why)
    return this.#end
  }
}
