import { scalarMult, sha256, sign, signSecretToExchange, verify } from '@scuttlebot/ssb-crypto'
import { ACCEPT_BYTES, CHALLENGE_BYTES, KEY_BYTES } from './constants.ts'
import type { ClientOptions, Failed, Handshake, ShsStep } from './handshake.ts'
import { checkLength, checkOptions, failed, Inbox } from './handshake.ts'
import { boxOnce, exchangeKeyOf, hashOf, join, Secrets, unboxOnce } from './secrets.ts'

/**
 * The end that dials: it must know the server's key. An invite's guest is an ordinary client
 * whose long-term pair is made from the invite's seed.
 *
 * ```
 * 1  client → server   64   mac(K, a) ‖ a
 * 2  server → client   64   mac(K, b) ‖ b
 * 3  client → server  112   box[K ab aB]( sign_A(K ‖ B ‖ sha256(ab)) ‖ A )
 * 4  server → client   80   box[K ab aB Ab]( sign_B(K ‖ hello ‖ sha256(ab)) )
 * ```
 *
 * @throws RangeError when a key has the wrong length
 */
export function createClient(options: ClientOptions): Handshake {
  checkOptions(options)
  checkLength('serverKey', options.serverKey, KEY_BYTES)
  return new Client(options)
}

class Client implements Handshake {
  readonly #options: ClientOptions
  readonly #secrets: Secrets
  readonly #inbox = new Inbox()
  readonly #serverExchange: Uint8Array | null
  #state: 'start' | 'challenge' | 'accept' | 'ended' = 'start'
  #end: Failed = failed('SSB_SHS_STATE', 'the handshake has ended')
  #hello: Uint8Array = new Uint8Array(0)
  #remoteChallenge: Uint8Array = new Uint8Array(0)
  /** sha256(ab), which both signatures cover */
  #sharedHash: Uint8Array = new Uint8Array(0)
  #acceptKey: Uint8Array = new Uint8Array(0)

  constructor(options: ClientOptions) {
    this.#options = { ...options, serverKey: options.serverKey.slice() }
    this.#secrets = new Secrets(options.networkKey, options.ephemeral)
    this.#serverExchange = exchangeKeyOf(options.serverKey)
    if (this.#serverExchange === null)
      this.#fail('SSB_SHS_KEY_WEAK', "the server's key is unusable")
  }

  start(): Uint8Array | null {
    if (this.#state !== 'start') return null
    this.#state = 'challenge'
    return this.#secrets.challenge
  }

  receive(chunk: Uint8Array): ShsStep {
    if (this.#state === 'ended') return this.#end
    if (this.#state === 'start') return this.#fail('SSB_SHS_STATE', 'received before start')
    this.#inbox.push(chunk)
    if (this.#state === 'accept') return this.#receiveAccept()
    if (this.#inbox.length < CHALLENGE_BYTES) return { state: 'wait' }
    // the server's next message answers our hello, which we have not sent
    if (this.#inbox.length > CHALLENGE_BYTES)
      return this.#fail('SSB_SHS_UNEXPECTED_BYTES', 'the server spoke before our hello')
    return this.#receiveChallenge(this.#inbox.takeAll())
  }

  accept(): ShsStep {
    return this.#fail('SSB_SHS_STATE', 'a client has nothing to accept')
  }

  wipe(): void {
    this.#state = 'ended'
    this.#secrets.wipe()
  }

  #receiveChallenge(challenge: Uint8Array): ShsStep {
    const { networkKey, keys, serverKey } = this.#options
    const secrets = this.#secrets
    const remote = secrets.openChallenge(challenge)
    if (remote === null)
      return this.#fail('SSB_SHS_CHALLENGE_INVALID', 'the server answered with a wrong challenge')
    const ab = scalarMult(secrets.ephemeral.secretKey, remote)
    const aB = this.#serverExchange && scalarMult(secrets.ephemeral.secretKey, this.#serverExchange)
    const ownExchange = secrets.keep(signSecretToExchange(keys.secretKey))
    const Ab = scalarMult(ownExchange, remote)
    for (const shared of [ab, aB, Ab]) if (shared !== null) secrets.keep(shared)
    if (ab === null || aB === null || Ab === null)
      return this.#fail('SSB_SHS_KEY_WEAK', 'the server sent a key of small order')
    this.#sharedHash = secrets.keep(sha256(ab))
    const signature = sign(join(networkKey, serverKey, this.#sharedHash), keys.secretKey)
    this.#hello = secrets.keep(join(signature, keys.publicKey))
    const helloKey = secrets.keep(hashOf(networkKey, ab, aB))
    this.#acceptKey = secrets.keep(hashOf(networkKey, ab, aB, Ab))
    this.#remoteChallenge = challenge
    this.#state = 'accept'
    return { state: 'wait', send: boxOnce(this.#hello, helloKey) }
  }

  #receiveAccept(): ShsStep {
    if (this.#inbox.length < ACCEPT_BYTES) return { state: 'wait' }
    const { networkKey, keys, serverKey } = this.#options
    const signature = unboxOnce(this.#inbox.take(ACCEPT_BYTES), this.#acceptKey)
    const signed = join(networkKey, this.#hello, this.#sharedHash)
    if (signature === null || !verify(signature, signed, serverKey))
      return this.#fail('SSB_SHS_ACCEPT_INVALID', "the server's acceptance is invalid")
    const session = this.#secrets.session({
      boxKey: this.#acceptKey,
      own: keys.publicKey,
      remote: serverKey,
      remoteChallenge: this.#remoteChallenge,
    })
    this.wipe()
    return { state: 'done', session, rest: this.#inbox.takeAll() }
  }

  #fail(...why: Parameters<typeof failed>): Failed {
    if (this.#state === 'ended') return this.#end
    this.wipe()
    this.#end = failed(...why)
    return this.#end
  }
}
